# Modules in the usual style: last steps read from the sequence, steps first in places, log-probabilities and logits.
import torch
from torch import nn


class NextSymbol(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(input_size=5, hidden_size=32, batch_first=True)
        self.fc = nn.Linear(32, 5)

    def forward(self, x):
        out, _ = self.lstm(x)
        return torch.log_softmax(self.fc(out[:, -1, :]), dim=1)


class Recurrent(nn.Module):
    def __init__(self, whole):
        super().__init__()
        self.whole = whole
        self.lstm = nn.LSTM(2, 64)

    def forward(self, x):
        out, (h, c) = self.lstm(x.transpose(0, 1))
        return out.transpose(0, 1) if self.whole else h.squeeze(0)


class Previous(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(1, 64, batch_first=True)
        self.out = nn.Linear(64, 1)

    def forward(self, bits):
        states, _ = self.lstm(bits)
        return torch.sigmoid(self.out(states))


class Tower(nn.Module):
    def __init__(self):
        super().__init__()
        self.tower = nn.LSTM(2, 16, num_layers=3, batch_first=True, dropout=0.1)
        self.top = nn.LSTM(16, 10, batch_first=True)
        self.fc = nn.Linear(10, 10)

    def forward(self, x):
        x, _ = self.tower(x)
        _, (h, _) = self.top(x)
        return self.fc(h[-1])


class BothWays(nn.Module):
    def __init__(self):
        super().__init__()
        self.forwards, self.backwards = nn.LSTM(2, 16, batch_first=True), nn.LSTM(2, 16, batch_first=True)
        self.fc = nn.Linear(32, 10)

    def forward(self, x):
        one = self.forwards(x)[0][:, -1]
        other = self.backwards(x.flip(1))[0][:, -1]
        return self.fc(torch.cat([one, other], dim=1))


siguiente = NextSymbol()
ultima, todas = Recurrent(False), Recurrent(True)
anterior = Previous()
torre = Tower()
ambas = BothWays()
