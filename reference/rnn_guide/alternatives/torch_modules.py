# Modules in the usual style; steps first where batch_first is left out, states unsqueezed by hand.
import torch
from torch import nn


class EmbedLSTM(nn.Module):
    def __init__(self):
        super().__init__()
        self.emb = nn.Embedding(1000, 64)
        self.lstm = nn.LSTM(64, 128)
        self.fc = nn.Linear(128, 10)

    def forward(self, ids):
        out, (h, c) = self.lstm(self.emb(ids).permute(1, 0, 2))
        return self.fc(out[-1]), (h, c)


class GRUThenRNN(nn.Module):
    def __init__(self):
        super().__init__()
        self.emb = nn.Embedding(1000, 64)
        self.gru = nn.GRU(64, 256, batch_first=True)
        self.rnn = nn.RNNCell(256, 128)
        self.fc = nn.Linear(128, 10)

    def forward(self, ids):
        sequence, _ = self.gru(self.emb(ids))
        h = None
        for step in sequence.unbind(1):
            h = self.rnn(step, h)
        return torch.log_softmax(self.fc(h), -1)


class Seq2Seq(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(64, 10)
        self.decoder = nn.LSTM(64, 64, batch_first=True)
        self.encoder = nn.LSTM(64, 64, batch_first=True)
        self.emb_target = nn.Embedding(2000, 64)
        self.emb_source = nn.Embedding(1000, 64)

    def forward(self, source, target):
        _, (h, c) = self.encoder(self.emb_source(source))
        _, (h, _) = self.decoder(self.emb_target(target), (h, c))
        return self.fc(h.squeeze(0))


class Remembering(nn.Module):
    def __init__(self):
        super().__init__()
        self.cell = nn.LSTMCell(50, 64)
        self.h = self.c = None

    def reset_hidden(self):
        self.h = self.c = None

    def forward(self, x):
        h = x.new_zeros(len(x), 64) if self.h is None else self.h
        c = x.new_zeros(len(x), 64) if self.c is None else self.c
        for step in x.unbind(1):
            h, c = self.cell(step, (h, c))
        self.h, self.c = h.detach(), c.detach()
        return h


class Continued(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(50, 64, batch_first=True)

    def forward(self, x, h, c):
        out, _ = self.lstm(x, (h[None], c[None]))
        return out[:, -1, :]


class BothWays(nn.Module):
    def __init__(self):
        super().__init__()
        self.one = nn.LSTM(10, 64, batch_first=True, bidirectional=True)
        self.two = nn.LSTM(128, 32, batch_first=True, bidirectional=True)
        self.fc = nn.Linear(64, 10)

    def forward(self, x):
        x, _ = self.one(x)
        x, _ = self.two(x)
        return self.fc(torch.cat([x[:, -1, :32], x[:, 0, 32:]], dim=1))


class Digits(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(28, 64, batch_first=True)
        self.bn = nn.BatchNorm1d(64)
        self.fc = nn.Linear(64, 10)

    def forward(self, x):
        x = x.view(-1, 28, 28)
        return self.fc(self.bn(self.lstm(x)[0][:, -1]))


class DigitsByCell(nn.Module):
    def __init__(self):
        super().__init__()
        self.x, self.h = nn.Linear(28, 256), nn.Linear(64, 256)
        self.bn = nn.BatchNorm1d(64)
        self.fc = nn.Linear(64, 10)

    def forward(self, images):
        h = c = images.new_zeros(len(images), 64)
        for row in images.unbind(1):
            i, f, g, o = (self.x(row) + self.h(h)).chunk(4, dim=1)
            c = f.sigmoid() * c + i.sigmoid() * g.tanh()
            h = o.sigmoid() * c.tanh()
        return self.fc(self.bn(h)).softmax(-1)


class Nested(nn.Module):
    def __init__(self):
        super().__init__()
        self.second = nn.Parameter(torch.randn(64, 32, 20, 30) / 50)
        self.first = nn.Linear(32, 10, bias=False)

    def forward(self, one, two):
        return self.first(one[:, -1]), torch.tensordot(two[:, -1], self.second, dims=2)


modelos = {
    "lstm": EmbedLSTM(),
    "gru": GRUThenRNN(),
    "seq2seq": Seq2Seq(),
    "memoria": Remembering(),
    "continuado": Continued(),
    "dos_sentidos": BothWays(),
    "cifras": Digits(),
    "cifras_celda": DigitsByCell(),
    "anidado": Nested(),
}
