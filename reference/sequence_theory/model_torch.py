"""Last outputs, whole sequences, towers and two directions, in PyTorch.

A recurrent layer of PyTorch answers its whole sequence, `(batch, T, hidden)` with `batch_first=True`, and its last
state; `WholeSequence` and `LastOutput` choose between them. Each LSTM holds two bias vectors where Keras holds one.
The models answer probabilities, as in Keras, so they train with `nn.NLLLoss` on their logarithm or `nn.BCELoss`, not
with `nn.CrossEntropyLoss`, which expects logits. Source of every model here: course notebook "Teoría - Redes
Neuronales Recurrentes" (session 3.2, University of Alicante), carried over from Keras.
"""

import torch
from torch import Tensor, nn

FEATURES = 2  # the notebook's F; its T, the number of steps, is 100, and PyTorch takes any


class WholeSequence(nn.Module):
    """An LSTM that answers every step: `(batch, T, inputs)` → `(batch, T, hidden)`."""

    def __init__(self, input_size: int, hidden_size: int) -> None:
        super().__init__()
        self.lstm = nn.LSTM(input_size, hidden_size, batch_first=True)

    def forward(self, inputs: Tensor) -> Tensor:
        sequence, _ = self.lstm(inputs)
        return sequence


class LastOutput(nn.Module):
    """An LSTM that answers its last output: `(batch, T, inputs)` → `(batch, directions × hidden)`.

    It is read from the state, since the backward direction ends at the first step and not at `sequence[:, -1]`.
    """

    def __init__(self, input_size: int, hidden_size: int, *, bidirectional: bool = False) -> None:
        super().__init__()
        self.lstm = nn.LSTM(input_size, hidden_size, batch_first=True, bidirectional=bidirectional)

    def forward(self, inputs: Tensor) -> Tensor:
        _, (hidden, _) = self.lstm(inputs)
        return torch.cat(hidden.unbind(), dim=-1)


def build_next_symbol() -> nn.Module:
    """Three symbols of an alphabet of five, one-hot; which comes next.

    Input `(batch, 3, 5)` float32; output `(batch, 5)` float32 probabilities.
    Parameters 4992 + 165 = 5157: an LSTM has `4 × hidden × (inputs + hidden + 2)`.
    In the notebook, after 100 epochs of RMSprop on its four sequences, the predictions are symbols 4, 5, 1 and 2.
    """
    return nn.Sequential(LastOutput(5, 32), nn.Linear(32, 5), nn.Softmax(dim=-1))


def build_last_vs_sequences() -> nn.Module:
    """The last output only: `(batch, 100, 2)` float32 → `(batch, 64)` float32; 17408 parameters."""
    return LastOutput(FEATURES, 64)


def build_last_vs_sequences_all() -> nn.Module:
    """Every output: `(batch, 100, 2)` float32 → `(batch, 100, 64)` float32; the same 17408 parameters."""
    return WholeSequence(FEATURES, 64)


def build_equals_previous() -> nn.Module:
    """At each bit of four, whether it equals the bit before; the first has none, so its answer can't be known.

    Input `(batch, 4, 1)` float32, zeros and ones; output `(batch, 4, 1)` float32 probabilities, one a step.
    Parameters 17152 + 65 = 17217: the linear layer is one and the same at every step.
    """
    return nn.Sequential(WholeSequence(1, 64), nn.Linear(64, 1), nn.Sigmoid())


def build_lstm_tower() -> nn.Module:
    """Four LSTMs: three hand on their sequence, the last its final output.

    Input `(batch, 100, 2)` float32; output `(batch, 10)` float32 probabilities.
    Parameters 1280 + 2176 + 2176 + 1120 + 110 = 6862.
    """
    return nn.Sequential(
        WholeSequence(FEATURES, 16),
        WholeSequence(16, 16),
        WholeSequence(16, 16),
        LastOutput(16, 10),
        nn.Linear(10, 10),
        nn.Softmax(dim=-1),
    )


def build_bidirectional16() -> nn.Module:
    """The sequence read in both directions, the two last outputs concatenated into 32 numbers.

    Input `(batch, 100, 2)` float32; output `(batch, 10)` float32 probabilities.
    Parameters 2560 + 330 = 2890.
    """
    return nn.Sequential(LastOutput(FEATURES, 16, bidirectional=True), nn.Linear(32, 10), nn.Softmax(dim=-1))
