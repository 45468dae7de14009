"""Stacked recurrent layers over the rows of an image, in PyTorch.

`nn.RNN` returns the whole sequence, `(batch, 28, hidden)` with `batch_first=True`, so stacking takes no option; the
classifier reads its last step. Each layer holds two bias vectors where Keras holds one, hence the larger counts.
"""

import torch
from torch import Tensor, nn


class StackedRNN(nn.Module):
    """Three recurrent layers and a linear classifier.

    Input `(batch, 28, 28)` or `(batch, 1, 28, 28)` float32; output `(batch, 10)` logits.
    """

    def __init__(self, hidden_size: int) -> None:
        super().__init__()
        self.rnn1 = nn.RNN(28, hidden_size, batch_first=True)
        self.rnn2 = nn.RNN(hidden_size, hidden_size, batch_first=True)
        self.rnn3 = nn.RNN(hidden_size, hidden_size, batch_first=True)
        self.classifier = nn.Linear(hidden_size, 10)

    def forward(self, images: Tensor) -> Tensor:
        sequence = images.flatten(1, -2)  # drops a channel of one
        sequence, _ = self.rnn1(sequence)
        sequence, _ = self.rnn2(sequence)
        sequence, _ = self.rnn3(sequence)
        return self.classifier(sequence[:, -1])


class StackedRNNWithSoftmax(StackedRNN):
    """The same, answering probabilities as the Keras edition does."""

    def forward(self, images: Tensor) -> Tensor:
        return torch.softmax(super().forward(images), dim=-1)


def build_stack10() -> nn.Module:
    """Three layers of 10 units; parameters 400 + 220 + 220 + 110 = 950; output `(batch, 10)` probabilities.

    Source: course notebook "Apilando redes recurrentes" (ETSISI, UPM), carried over from Keras.
    """
    return StackedRNNWithSoftmax(10)


def build_stack8() -> nn.Module:
    """Three layers of 8 units; parameters 304 + 144 + 144 + 90 = 682; output `(batch, 10)` logits.

    Source: the PyTorch edition of the notebook, where batches of 1024 reached .70 validation accuracy on
    Fashion-MNIST.
    """
    return StackedRNN(8)
