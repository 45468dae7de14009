# Three cells, stepped by hand, whose class keeps their size in a variable.
import torch
from torch import nn

HIDDEN = 10


class Stack(nn.Module):
    def __init__(self):
        super().__init__()
        self.cells = nn.ModuleList([nn.RNNCell(28, HIDDEN), nn.RNNCell(HIDDEN, HIDDEN), nn.RNNCell(HIDDEN, HIDDEN)])
        self.drop = nn.Dropout(0.2)
        self.fc = nn.Linear(HIDDEN, 10)

    def forward(self, x):
        x = x.squeeze(1) if x.dim() == 4 else x
        states = [x.new_zeros(len(x), HIDDEN) for _ in self.cells]
        for step in x.unbind(1):
            for place, cell in enumerate(self.cells):
                step = states[place] = cell(step, states[place])
        return torch.log_softmax(self.fc(self.drop(step)), dim=-1)


modelo = Stack()
