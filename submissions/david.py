"""One nn.RNN with three layers computes what three of them compute."""

import torch
from torch import nn
from torchvision import datasets, transforms

EPOCHS = 5


class Stack(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn = nn.RNN(28, 10, num_layers=3, batch_first=True)
        self.fc = nn.Linear(10, 10)

    def forward(self, x):
        out, _ = self.rnn(x.view(-1, 28, 28))
        return torch.softmax(self.fc(out[:, -1]), dim=1)


if __name__ == "__main__":
    train = datasets.FashionMNIST("data", train=True, download=True, transform=transforms.ToTensor())
    loader = torch.utils.data.DataLoader(train, batch_size=256, shuffle=True)
    model = Stack()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    for epoch in range(EPOCHS):
        for images, labels in loader:
            loss = nn.functional.nll_loss(model(images).log(), labels)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        print(f"epoch {epoch + 1}: loss {loss.item():.3f}")
