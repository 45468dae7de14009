# One module for all, steps first or batch first, packed or not; two layers in one nn.LSTM.
import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence


class News(nn.Module):
    def __init__(self, size, layer, width, masked=False, last=1):
        super().__init__()
        self.fc = nn.Linear(width, 4)
        self.embedding = nn.Embedding(20000, size, padding_idx=0)
        self.layer, self.masked, self.last = layer, masked, last

    def forward(self, ids):
        x = self.embedding(ids).transpose(0, 1)
        if self.masked:
            x = pack_padded_sequence(x, (ids != 0).sum(1).cpu(), enforce_sorted=False)
        state = self.layer(x)[1]
        state = state[0] if isinstance(state, tuple) else state
        return torch.log_softmax(self.fc(torch.cat(tuple(state[-self.last :]), dim=-1)), dim=-1)


titulares = News(64, nn.RNN(64, 16), 16)
completas = News(64, nn.RNN(64, 16), 16, masked=True)
lector = News(64, nn.LSTM(64, 8), 8)
dos_sentidos = News(128, nn.LSTM(128, 64, num_layers=2, bidirectional=True), 128, masked=True, last=2)
