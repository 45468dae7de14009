"""The models of the guide "Recurrent neural networks with Keras", in Keras 3.

A recurrent layer of Keras answers its last output, `(batch, units)`, unless `return_sequences=True` asks for all of
them, `(batch, T, units)`. Source of every model here: course notebook "Redes neuronales recurrentes (RNN) con Keras",
the TensorFlow guide in Spanish.
"""

from typing import Any

import keras
from keras import layers, ops

FEATURES = 5  # a step of the sequences on which the cell and the layer are compared


def build_embed_lstm() -> keras.Model:
    """Word numbers, embedded, read by an LSTM and classified from its last output.

    Input `(batch, T)` integers in [0, 1000); output `(batch, 10)` float32 logits.
    Parameters 64000 + 98816 + 1290 = 164106: an LSTM has `4 × units × (inputs + units + 1)`.
    """
    return keras.Sequential(
        [
            keras.Input((None,), dtype="int32"),
            layers.Embedding(1000, 64),
            layers.LSTM(128),
            layers.Dense(10),
        ],
        name="embed_lstm",
    )


def build_gru_rnn() -> keras.Model:
    """A GRU that passes its whole sequence to a simple recurrent layer.

    Input `(batch, T)` integers in [0, 1000); output `(batch, 10)` float32 logits.
    Parameters 64000 + 247296 + 49280 + 1290 = 361866: a GRU has `3 × units × (inputs + units + 2)`, with two biases
    because `reset_after=True` multiplies by the reset gate after the recurrent product.
    """
    return keras.Sequential(
        [
            keras.Input((None,), dtype="int32"),
            layers.Embedding(1000, 64),
            layers.GRU(256, return_sequences=True),
            layers.SimpleRNN(128),
            layers.Dense(10),
        ],
        name="gru_rnn",
    )


def build_encoder_decoder() -> keras.Model:
    """An LSTM reads the source; its two states start the LSTM that reads the target.

    Inputs `[source, target]`: `(batch, T)` integers in [0, 1000) and `(batch, U)` integers in [0, 2000); output
    `(batch, 10)` float32 logits.
    Parameters 64000 + 128000 + 33024 + 33024 + 650 = 258698.
    """
    source = keras.Input((None,), dtype="int32", name="source")
    target = keras.Input((None,), dtype="int32", name="target")
    embedded_source = layers.Embedding(1000, 64)(source)
    embedded_target = layers.Embedding(2000, 64)(target)
    _, state_h, state_c = layers.LSTM(64, return_state=True, name="encoder")(embedded_source)
    decoded = layers.LSTM(64, name="decoder")(embedded_target, initial_state=[state_h, state_c])
    return keras.Model([source, target], layers.Dense(10)(decoded), name="encoder_decoder")


def build_cell_vs_layer() -> keras.Model:
    """A cell of ten units, which computes one step, and the `RNN` layer that runs it along the sequence.

    Input `(batch, T, 5)` float32; output `(batch, 10)` float32.
    Parameters 4 × 10 × (5 + 10 + 1) = 640. With the same weights it computes what `build_layer_of_cell_vs_layer` does.
    """
    return keras.Sequential([keras.Input((None, FEATURES)), layers.RNN(layers.LSTMCell(10))], name="cell_vs_layer")


def build_layer_of_cell_vs_layer() -> keras.Model:
    """The ready-made layer, twin of `build_cell_vs_layer`: same shapes, same 640 parameters, and cuDNN on a GPU."""
    return keras.Sequential([keras.Input((None, FEATURES)), layers.LSTM(10)], name="layer_of_cell_vs_layer")


def build_stateful() -> keras.Model:
    """An LSTM that starts each block where the block before ended.

    Input `(20, 10, 50)` float32, the batch fixed because one state is kept for each of its rows; output
    `(20, 64)` float32. Parameters 4 × 64 × (50 + 64 + 1) = 29440.
    `model.layers[0].reset_state()` starts over from zeros.
    """
    return keras.Sequential(
        [keras.Input(batch_shape=(20, 10, 50)), layers.LSTM(64, stateful=True)],
        name="stateful",
    )


def build_state_reuse() -> keras.Model:
    """A new LSTM that starts from the states of another.

    Inputs `[block, state_h, state_c]`: `(batch, 10, 50)`, `(batch, 64)` and `(batch, 64)` float32; output
    `(batch, 64)` float32. Parameters 29440, those of the new layer.
    From a stateful layer: `model([ops.convert_to_tensor(block), *layer.states])`, a tensor because Keras takes no
    NumPy array beside the variables that the states are.
    """
    block = keras.Input((10, 50), name="block")
    state_h = keras.Input((64,), name="state_h")
    state_c = keras.Input((64,), name="state_c")
    output = layers.LSTM(64)(block, initial_state=[state_h, state_c])
    return keras.Model([block, state_h, state_c], output, name="state_reuse")


def build_bidirectional_stack() -> keras.Model:
    """Two layers that read the sequence in both directions and concatenate what they find.

    Input `(batch, 5, 10)` float32; output `(batch, 10)` float32 logits.
    Parameters 38400 + 41216 + 650 = 80266: each `Bidirectional` holds two LSTMs.
    """
    return keras.Sequential(
        [
            keras.Input((5, 10)),
            layers.Bidirectional(layers.LSTM(64, return_sequences=True)),
            layers.Bidirectional(layers.LSTM(32)),
            layers.Dense(10),
        ],
        name="bidirectional_stack",
    )


def row_classifier(recurrent: layers.Layer, name: str) -> keras.Model:
    """Classify an image read row by row: `(batch, T, 28)` float32 → `(batch, 10)` logits."""
    return keras.Sequential(
        [keras.Input((None, 28)), recurrent, layers.BatchNormalization(), layers.Dense(10)],
        name=name,
    )


def build_mnist_lstm() -> keras.Model:
    """An LSTM over the rows of an image, normalised and classified.

    Input `(batch, T, 28)` float32 in [0, 1], T = 28 for MNIST; output `(batch, 10)` float32 logits.
    Parameters 23808 + 256 + 650 = 24714, of which 128 aren't trained: the running mean and variance.
    In the notebook .83 validation accuracy on MNIST after one epoch of SGD with batches of 64, .92 after a second.
    """
    return row_classifier(layers.LSTM(64), "mnist_lstm")


def build_mnist_lstm_cell() -> keras.Model:
    """`build_mnist_lstm` through `RNN(LSTMCell(64))`: equal counts and outputs, slower where cuDNN would have run."""
    return row_classifier(layers.RNN(layers.LSTMCell(64)), "mnist_lstm_cell")


class NestedCell(layers.Layer):
    """One step over two inputs, `(batch, 32)` and `(batch, 64, 32)`, that adds up its two outputs as states.

    The outputs and the states are `(batch, unit_1)` and `(batch, unit_2, unit_3)`; there is no bias.
    """

    def __init__(self, unit_1: int, unit_2: int, unit_3: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.unit_1 = unit_1
        self.unit_2 = unit_2
        self.unit_3 = unit_3
        self.state_size = ((unit_1,), (unit_2, unit_3))

    def build(self, input_shapes: Any) -> None:
        (_, i1), (_, i2, i3) = input_shapes
        self.kernel_1 = self.add_weight(shape=(i1, self.unit_1), initializer="uniform", name="kernel_1")
        self.kernel_2_3 = self.add_weight(
            shape=(i2, i3, self.unit_2, self.unit_3), initializer="uniform", name="kernel_2_3"
        )

    def call(self, inputs: Any, states: Any) -> Any:
        input_1, input_2 = inputs
        state_1, state_2_3 = states
        output_1 = ops.matmul(input_1, self.kernel_1)
        output_2_3 = ops.einsum("bij,ijkl->bkl", input_2, self.kernel_2_3)
        return (output_1, output_2_3), (state_1 + output_1, state_2_3 + output_2_3)

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {"unit_1": self.unit_1, "unit_2": self.unit_2, "unit_3": self.unit_3}


class NestedRNN(layers.Layer):
    """What `RNN` does for one input, for a cell of several: run it along the steps and answer its last outputs.

    Every input is `(batch, T, ...)`. `return_states=True` answers `(outputs, states)`.
    """

    def __init__(self, cell: NestedCell, *, return_states: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.cell = cell
        self.return_states = return_states

    def build(self, input_shapes: Any) -> None:
        if not self.cell.built:  # a loaded or shared cell is
            self.cell.build([(shape[0], *shape[2:]) for shape in input_shapes])

    def call(self, inputs: Any) -> Any:
        batch = ops.shape(inputs[0])[0]
        zeros = tuple(ops.zeros((batch, *size), dtype=self.compute_dtype) for size in self.cell.state_size)

        def step(moment: Any, carried: Any) -> Any:
            _, states = carried
            return self.cell([each[:, moment] for each in inputs], states)

        outputs, states = ops.fori_loop(0, ops.shape(inputs[0])[1], step, (zeros, zeros))
        return (outputs, states) if self.return_states else outputs

    def get_config(self) -> dict[str, Any]:
        cell = keras.saving.serialize_keras_object(self.cell)
        return super().get_config() | {"cell": cell, "return_states": self.return_states}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "NestedRNN":
        return cls(**config | {"cell": keras.saving.deserialize_keras_object(config["cell"])})


def build_nested_cell() -> keras.Model:
    """A cell with two inputs, two outputs and two states, run along the sequence.

    Inputs `[input_1, input_2]`: `(batch, T, 32)` and `(batch, T, 64, 32)` float32; outputs `(batch, 10)` and
    `(batch, 20, 30)` float32. Parameters 32 × 10 + 64 × 32 × 20 × 30 = 320 + 1228800 = 1229120.
    The guide writes `RNN(NestedCell(10, 20, 30))`, which only Keras 2 takes; here `NestedRNN` stands for `RNN`. The
    cell computes the same: an output is the product of its own step and a kernel, the states are sums that no output
    reads, and so the answer depends on the last step alone.
    """
    input_1 = keras.Input((None, 32), name="input_1")
    input_2 = keras.Input((None, 64, 32), name="input_2")
    outputs = NestedRNN(NestedCell(10, 20, 30))([input_1, input_2])
    return keras.Model([input_1, input_2], outputs, name="nested_cell")
