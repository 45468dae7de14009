import torch
import torch.nn.functional as F
from torch import nn, optim
from torchvision import datasets, transforms

transform = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.5,), (0.5,))])
data = datasets.FashionMNIST("data", train=True, download=True, transform=transform)
loader = torch.utils.data.DataLoader(data, batch_size=64, shuffle=True, drop_last=True)


class G(nn.Module):
    def __init__(self, z=16):
        super().__init__()
        self.fc = nn.Linear(z, 784)
        self.bn1, self.bn2 = nn.BatchNorm2d(16), nn.BatchNorm2d(8)
        self.up1 = nn.ConvTranspose2d(16, 8, kernel_size=4, stride=2, padding=1)
        self.up2 = nn.ConvTranspose2d(8, 1, kernel_size=4, stride=2, padding=1)

    def forward(self, z):
        x = self.fc(z).reshape(z.size(0), 16, 7, 7)
        x = F.relu(self.bn1(x))
        x = F.relu(self.bn2(self.up1(x)))
        return torch.tanh(self.up2(x))


class D(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 8, 4, 2, 1)
        self.conv2 = nn.Conv2d(8, 16, 4, 2, 1)
        self.bn = nn.BatchNorm2d(16)
        self.drop = nn.Dropout(0.3)
        self.fc = nn.Linear(784, 1)

    def forward(self, x):
        x = F.leaky_relu(self.conv1(x), 0.2)
        x = F.leaky_relu(self.bn(self.conv2(x)), 0.2)
        return torch.sigmoid(self.fc(self.drop(x.flatten(1))))


g, d = G(), D()
opt_g = optim.Adam(g.parameters(), lr=2e-4, betas=(0.5, 0.999))
opt_d = optim.Adam(d.parameters(), lr=2e-4, betas=(0.5, 0.999))
bce = nn.BCELoss()
for step, (real, _) in enumerate(loader):
    ones, zeros = torch.ones(64, 1), torch.zeros(64, 1)
    fake = g(torch.randn(64, 16))
    opt_d.zero_grad()
    loss_d = bce(d(real), ones) + bce(d(fake.detach()), zeros)
    loss_d.backward()
    opt_d.step()
    opt_g.zero_grad()
    loss_g = bce(d(fake), ones)
    loss_g.backward()
    opt_g.step()
    if step == 5:
        break
print(loss_d.item(), loss_g.item())
