# batch_first left out, the steps moved to the front instead; the state is returned beside the answer.
import torch.nn as nn


class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.out = nn.Linear(8, 10)  # defined before the layers that come first
        self.first = nn.RNN(28, 8)
        self.others = nn.RNN(8, 8, num_layers=2)

    def forward(self, images):
        rows = images.view(-1, 28, 28).permute(1, 0, 2)
        sequence, _ = self.first(rows)
        sequence, state = self.others(sequence)
        return self.out(sequence[-1]), state


net = Classifier()
