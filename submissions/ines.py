import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn1 = nn.RNN(28, 8, batch_first=True)
        self.rnn2 = nn.RNN(8, 8, batch_first=True)
        self.rnn3 = nn.RNN(8, 8, batch_first=True)
        self.fc = nn.Linear(8, 10)

    def forward(self, x):
        for layer in (self.rnn1, self.rnn2, self.rnn3):
            x, _ = layer(x)
        return self.fc(x)


def build_model():
    return Net()
