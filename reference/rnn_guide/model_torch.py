"""The models of the guide "Recurrent neural networks with Keras", in PyTorch.

A recurrent layer of PyTorch answers its whole sequence, `(batch, T, hidden)` with `batch_first=True`, and its last
state; `WholeSequence` and `LastOutput` choose between them, so that a model can be read from top to bottom. Each layer
but the GRU holds a bias vector more than in Keras. Source of every model here: course notebook "Redes neuronales
recurrentes (RNN) con Keras", carried over.
"""

import torch
from torch import Tensor, nn

FEATURES = 5  # a step of the sequences on which the cell and the layer are compared


class WholeSequence(nn.Module):
    """A recurrent layer that answers every step: `(batch, T, inputs)` → `(batch, T, directions × hidden)`."""

    def __init__(self, layer: nn.RNNBase) -> None:
        super().__init__()
        self.layer = layer

    def forward(self, inputs: Tensor) -> Tensor:
        sequence, _ = self.layer(inputs)
        return sequence


class LastOutput(nn.Module):
    """A recurrent layer that answers its last output: `(batch, T, inputs)` → `(batch, directions × hidden)`.

    It is read from the state, since the backward direction ends at the first step and not at `sequence[:, -1]`.
    """

    def __init__(self, layer: nn.RNNBase) -> None:
        super().__init__()
        self.layer = layer

    def forward(self, inputs: Tensor) -> Tensor:
        _, state = self.layer(inputs)
        hidden = state[0] if isinstance(state, tuple) else state  # an LSTM has a cell state too
        return torch.cat(hidden.unbind(), dim=-1)


class LSTMCellLoop(nn.Module):
    """An LSTM cell run along the sequence by hand: `(batch, T, inputs)` → `(batch, hidden)`, the last output."""

    def __init__(self, input_size: int, hidden_size: int) -> None:
        super().__init__()
        self.cell = nn.LSTMCell(input_size, hidden_size)

    def forward(self, inputs: Tensor) -> Tensor:
        hidden = cell_state = inputs.new_zeros(len(inputs), self.cell.hidden_size)
        for step in inputs.unbind(1):
            hidden, cell_state = self.cell(step, (hidden, cell_state))
        return hidden


def build_embed_lstm() -> nn.Module:
    """Word numbers, embedded, read by an LSTM and classified from its last output.

    Input `(batch, T)` int64 in [0, 1000); output `(batch, 10)` float32 logits.
    Parameters 64000 + 99328 + 1290 = 164618: an LSTM has `4 × hidden × (inputs + hidden + 2)`.
    """
    return nn.Sequential(
        nn.Embedding(1000, 64),
        LastOutput(nn.LSTM(64, 128, batch_first=True)),
        nn.Linear(128, 10),
    )


def build_gru_rnn() -> nn.Module:
    """A GRU that passes its whole sequence to a simple recurrent layer.

    Input `(batch, T)` int64 in [0, 1000); output `(batch, 10)` float32 logits.
    Parameters 64000 + 247296 + 49408 + 1290 = 361994. `nn.GRU` is Keras's `reset_after=True`, two biases in both.
    """
    return nn.Sequential(
        nn.Embedding(1000, 64),
        WholeSequence(nn.GRU(64, 256, batch_first=True)),
        LastOutput(nn.RNN(256, 128, batch_first=True)),
        nn.Linear(128, 10),
    )


class EncoderDecoder(nn.Module):
    """An LSTM reads the source; its two states start the LSTM that reads the target."""

    def __init__(self) -> None:
        super().__init__()
        self.source_embedding = nn.Embedding(1000, 64)
        self.target_embedding = nn.Embedding(2000, 64)
        self.encoder = nn.LSTM(64, 64, batch_first=True)
        self.decoder = nn.LSTM(64, 64, batch_first=True)
        self.classifier = nn.Linear(64, 10)

    def forward(self, source: Tensor, target: Tensor) -> Tensor:
        _, states = self.encoder(self.source_embedding(source))
        sequence, _ = self.decoder(self.target_embedding(target), states)
        return self.classifier(sequence[:, -1])


def build_encoder_decoder() -> nn.Module:
    """A sequence read in the light of another.

    Inputs `source, target`: `(batch, T)` int64 in [0, 1000) and `(batch, U)` int64 in [0, 2000); output `(batch, 10)`
    float32 logits. Parameters 64000 + 128000 + 33280 + 33280 + 650 = 259210.
    """
    return EncoderDecoder()


def build_cell_vs_layer() -> nn.Module:
    """A cell of ten units, which computes one step, in a loop along the sequence.

    Input `(batch, T, 5)` float32; output `(batch, 10)` float32.
    Parameters 4 × 10 × (5 + 10 + 2) = 680. With the same weights it computes what `build_layer_of_cell_vs_layer` does.
    """
    return LSTMCellLoop(FEATURES, 10)


def build_layer_of_cell_vs_layer() -> nn.Module:
    """The ready-made layer, twin of `build_cell_vs_layer`: same shapes, same 680 parameters, and cuDNN on a GPU."""
    return LastOutput(nn.LSTM(FEATURES, 10, batch_first=True))


class StatefulLSTM(nn.Module):
    """An LSTM that starts each block where the block before ended.

    `state` is `(h, c)`, both `(1, batch, hidden)`, or None before the first block. It is detached: gradients stay
    within a block.
    """

    def __init__(self, input_size: int, hidden_size: int) -> None:
        super().__init__()
        self.lstm = nn.LSTM(input_size, hidden_size, batch_first=True)
        self.state: tuple[Tensor, Tensor] | None = None

    def forward(self, block: Tensor) -> Tensor:
        sequence, (hidden, cell_state) = self.lstm(block, self.state)
        self.state = hidden.detach(), cell_state.detach()
        return sequence[:, -1]

    def reset_state(self) -> None:
        """Start the next block from zeros."""
        self.state = None


def build_stateful() -> nn.Module:
    """An LSTM that remembers from call to call; `model.reset_state()` starts over.

    Input `(20, 10, 50)` float32, the batch to be kept until a reset; output `(20, 64)` float32.
    Parameters 4 × 64 × (50 + 64 + 2) = 29696.
    """
    return StatefulLSTM(50, 64)


class LSTMFromStates(nn.Module):
    """An LSTM that starts from the states it is given, both `(batch, hidden)`."""

    def __init__(self, input_size: int, hidden_size: int) -> None:
        super().__init__()
        self.lstm = nn.LSTM(input_size, hidden_size, batch_first=True)

    def forward(self, block: Tensor, state_h: Tensor, state_c: Tensor) -> Tensor:
        sequence, _ = self.lstm(block, (state_h.unsqueeze(0), state_c.unsqueeze(0)))
        return sequence[:, -1]


def build_state_reuse() -> nn.Module:
    """A new LSTM that starts from the states of another.

    Inputs `block, state_h, state_c`: `(batch, 10, 50)`, `(batch, 64)` and `(batch, 64)` float32; output `(batch, 64)`.
    Parameters 29696.
    """
    return LSTMFromStates(50, 64)


def build_bidirectional_stack() -> nn.Module:
    """Two layers that read the sequence in both directions and concatenate what they find.

    Input `(batch, 5, 10)` float32; output `(batch, 10)` float32 logits.
    Parameters 38912 + 41472 + 650 = 81034.
    """
    return nn.Sequential(
        WholeSequence(nn.LSTM(10, 64, batch_first=True, bidirectional=True)),
        LastOutput(nn.LSTM(128, 32, batch_first=True, bidirectional=True)),
        nn.Linear(64, 10),
    )


def row_classifier(recurrent: nn.Module) -> nn.Module:
    """Classify an image read row by row: `(batch, T, 28)` float32 → `(batch, 10)` logits.

    `eps` and `momentum` are Keras's defaults; PyTorch's momentum is the share of the new batch, 1 − 0.99. Only the
    running variance still differs, by n / (n − 1) for a batch of n: PyTorch's is unbiased.
    """
    return nn.Sequential(recurrent, nn.BatchNorm1d(64, eps=1e-3, momentum=0.01), nn.Linear(64, 10))


def build_mnist_lstm() -> nn.Module:
    """An LSTM over the rows of an image, normalised and classified.

    Input `(batch, T, 28)` float32 in [0, 1], T = 28 for MNIST; output `(batch, 10)` float32 logits.
    Parameters 24064 + 128 + 650 = 24842; the running mean and variance, 128 more numbers, are buffers.
    In the notebook .83 validation accuracy on MNIST after one epoch of SGD with batches of 64, .92 after a second.
    """
    return row_classifier(LastOutput(nn.LSTM(28, 64, batch_first=True)))


def build_mnist_lstm_cell() -> nn.Module:
    """`build_mnist_lstm` through a loop over `nn.LSTMCell`: equal counts and outputs, slower."""
    return row_classifier(LSTMCellLoop(28, 64))


class NestedCell(nn.Module):
    """One step over two inputs, `(batch, 32)` and `(batch, 64, 32)`, that adds up its two outputs as states."""

    def __init__(self) -> None:
        super().__init__()
        self.kernel_1 = nn.Parameter(torch.empty(32, 10).uniform_(-0.05, 0.05))  # Keras's "uniform"
        self.kernel_2_3 = nn.Parameter(torch.empty(64, 32, 20, 30).uniform_(-0.05, 0.05))

    def forward(self, input_1: Tensor, input_2: Tensor, states: tuple[Tensor, Tensor]) -> tuple:
        outputs = input_1 @ self.kernel_1, torch.einsum("bij,ijkl->bkl", input_2, self.kernel_2_3)
        return outputs, (states[0] + outputs[0], states[1] + outputs[1])


class NestedRNN(nn.Module):
    """The nested cell run along the sequence, answering its last outputs; `states` are sums that no output reads."""

    def __init__(self) -> None:
        super().__init__()
        self.cell = NestedCell()

    def forward(self, input_1: Tensor, input_2: Tensor) -> tuple[Tensor, Tensor]:
        outputs = states = input_1.new_zeros(len(input_1), 10), input_1.new_zeros(len(input_1), 20, 30)
        for step_1, step_2 in zip(input_1.unbind(1), input_2.unbind(1), strict=True):
            outputs, states = self.cell(step_1, step_2, states)
        return outputs


def build_nested_cell() -> nn.Module:
    """A cell with two inputs, two outputs and two states, run along the sequence.

    Inputs `input_1, input_2`: `(batch, T, 32)` and `(batch, T, 64, 32)` float32; outputs `(batch, 10)` and
    `(batch, 20, 30)` float32. Parameters 32 × 10 + 64 × 32 × 20 × 30 = 1229120, without any bias, as in Keras.
    """
    return NestedRNN()
