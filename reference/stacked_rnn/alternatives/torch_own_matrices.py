# Each layer written out: one matrix for input and state, and one bias.
import torch
from torch import nn


class Layer(nn.Module):
    def __init__(self, inputs, hidden):
        super().__init__()
        self.hidden = hidden
        self.both = nn.Linear(inputs + hidden, hidden)

    def forward(self, x):
        h, outputs = x.new_zeros(len(x), self.hidden), []
        for row in x.unbind(1):
            h = torch.tanh(self.both(torch.cat([row, h], dim=-1)))
            outputs.append(h)
        return torch.stack(outputs, dim=1)


class Last(nn.Module):
    def forward(self, x):
        return x[:, -1]


def build_model():
    return nn.Sequential(Layer(28, 8), Layer(8, 8), Layer(8, 8), Last(), nn.Linear(8, 10))
