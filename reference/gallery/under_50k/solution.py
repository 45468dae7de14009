import torch
from torch import nn
from torchvision import datasets, transforms

train = datasets.FashionMNIST("data", train=True, download=True, transform=transforms.ToTensor())
images = torch.stack([image for image, _ in train])
labels = torch.tensor([label for _, label in train])

EPOCHS = 1
WIDTH = 12


class Small(nn.Module):
    def __init__(self):
        super().__init__()
        self.convolutions = nn.Sequential(
            nn.Conv2d(1, WIDTH, 3, stride=2, padding=1),
            nn.ReLU(),
            nn.Conv2d(WIDTH, 2 * WIDTH, 3, stride=2, padding=1),
            nn.ReLU(),
        )
        self.head = nn.Linear(2 * WIDTH * 7 * 7, 10)

    def forward(self, x):
        return self.head(self.convolutions(x).flatten(1))


model = Small()
optimizer = torch.optim.Adam(model.parameters(), lr=0.005)
for _ in range(12 * EPOCHS):
    for rows in torch.randperm(len(images)).split(64):
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(images[rows]), labels[rows])
        loss.backward()
        optimizer.step()
