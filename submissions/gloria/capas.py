"""Capas propias."""

from torch import nn


class Recurrente(nn.Module):
    """Una RNN que devuelve solo su secuencia."""

    def __init__(self, entrada, unidades):
        super().__init__()
        self.rnn = nn.RNN(entrada, unidades, batch_first=True)

    def forward(self, x):
        return self.rnn(x)[0]
