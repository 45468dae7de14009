import torch
from torchvision import datasets

data = datasets.FashionMNIST("data", train=True, download=True)
x = data.data.float() / 255
net = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(784, 60), torch.nn.Tanh(), torch.nn.Linear(60, 10))
opt = torch.optim.Adam(net.parameters(), 0.003)


def train(times):
    for _ in range(times):
        for part in torch.randperm(len(x)).split(50):
            opt.zero_grad()
            torch.nn.functional.cross_entropy(net(x[part]), data.targets[part]).backward()
            opt.step()


train(10)
