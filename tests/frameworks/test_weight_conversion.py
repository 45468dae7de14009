"""The bridge: weights of each kind of layer, carried between the frameworks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from keras import layers
from torch import nn

from suite.errors import ConversionError
from suite.frameworks.weight_conversion import LAYOUTS, to_keras, to_torch

pytestmark = pytest.mark.slow

SIZES = {"i": 3, "u": 5, "v": 7, "d": 4, "c": 3, "j": 2, "k": 8, "w": 9}
TOLERANCE = 1e-5
"""Of the largest output. Worst of 40 draws of each kind: 1.8e-6, in a SimpleRNN whose large weights nearly cancel."""

FRAMEWORKS: dict[str, tuple[Callable[[], Any], Callable[[], nn.Module]]] = {
    "Dense": (lambda: layers.Dense(5), lambda: nn.Linear(3, 5)),
    "Embedding": (lambda: layers.Embedding(7, 4), lambda: nn.Embedding(7, 4)),
    "BatchNormalization": (lambda: layers.BatchNormalization(epsilon=1e-3), lambda: nn.BatchNorm1d(3, eps=1e-3)),
    "SimpleRNN": (lambda: layers.SimpleRNN(5), lambda: nn.RNN(3, 5, batch_first=True)),
    "LSTM": (lambda: layers.LSTM(5), lambda: nn.LSTM(3, 5, batch_first=True)),
    "GRU": (lambda: layers.GRU(5), lambda: nn.GRU(3, 5, batch_first=True)),
    "Bidirectional(SimpleRNN)": (
        lambda: layers.Bidirectional(layers.SimpleRNN(5)),
        lambda: nn.RNN(3, 5, batch_first=True, bidirectional=True),
    ),
    "Bidirectional(LSTM)": (
        lambda: layers.Bidirectional(layers.LSTM(5)),
        lambda: nn.LSTM(3, 5, batch_first=True, bidirectional=True),
    ),
    "Bidirectional(GRU)": (
        lambda: layers.Bidirectional(layers.GRU(5)),
        lambda: nn.GRU(3, 5, batch_first=True, bidirectional=True),
    ),
    "SimpleRNNCell": (lambda: layers.RNN(layers.SimpleRNNCell(5)), lambda: nn.RNNCell(3, 5)),
    "LSTMCell": (lambda: layers.RNN(layers.LSTMCell(5)), lambda: nn.LSTMCell(3, 5)),
    "GRUCell": (lambda: layers.RNN(layers.GRUCell(5)), lambda: nn.GRUCell(3, 5)),
}
"""A Keras layer and a PyTorch module of each kind that the frameworks themselves have."""


def drawn(shape: str, rng: np.random.Generator) -> np.ndarray:
    """Random values of a shape of the table; positive for batch normalisation, where one is a variance."""
    sizes = []
    for word in shape.split():
        letter = word.lstrip("0123456789")
        sizes.append(int(word.removesuffix(letter) or 1) * SIZES.get(letter, 1))
    values = rng.uniform(0.1, 1, size=sizes) if shape == "c" else rng.normal(size=sizes)
    return values.astype(np.float32)


def keras_weights(kind: str) -> list[np.ndarray]:
    rng = np.random.default_rng(0)
    return [drawn(shape, rng) for shape in LAYOUTS[kind].keras]


def torch_weights(kind: str) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(1)
    return {name: drawn(shape, rng) for name, shape in LAYOUTS[kind].torch.items()}


class TestRoundTrips:
    """There and back."""

    @pytest.mark.parametrize("kind", LAYOUTS)
    def test_from_keras(self, kind: str) -> None:
        """Keras's weights come back bit for bit."""
        weights = keras_weights(kind)
        returned = to_keras(kind, to_torch(kind, weights))
        assert all(np.array_equal(*pair) for pair in zip(weights, returned, strict=True))

    @pytest.mark.parametrize("kind", LAYOUTS)
    def test_from_torch(self, kind: str) -> None:
        """PyTorch's weights come back bit for bit, save that two biases that act as one come back as their sum."""
        weights = torch_weights(kind)
        returned = to_torch(kind, to_keras(kind, weights))
        if "GRU" not in kind:
            for name in [name for name in weights if name.startswith("bias_hh")]:
                weights[name.replace("_hh", "_ih")] += weights[name]
                weights[name][:] = 0
        assert list(returned) == list(weights)
        assert all(np.array_equal(returned[name], weights[name]) for name in weights)

    def test_double_precision_is_kept(self) -> None:
        """The bridge moves values; it doesn't round them."""
        weights = [array.astype(np.float64) for array in keras_weights("GRU")]
        assert {array.dtype for array in to_torch("GRU", weights).values()} == {np.dtype(np.float64)}


class TestNames:
    """What PyTorch calls its parameters."""

    def test_second_layer_of_a_stack(self) -> None:
        """`weight_ih_l1` of an `nn.LSTM` with two layers is read like `weight_ih_l0`."""
        weights = torch_weights("LSTM")
        renamed = {name.replace("_l0", "_l1"): array for name, array in weights.items()}
        assert all(
            np.array_equal(*pair) for pair in zip(to_keras("LSTM", renamed), to_keras("LSTM", weights), strict=True)
        )

    def test_two_layers_at_once(self) -> None:
        """A whole stack isn't one layer."""
        weights = torch_weights("LSTM")
        with pytest.raises(ConversionError, match="of one layer"):
            to_keras("LSTM", weights | {name.replace("_l0", "_l1"): array for name, array in weights.items()})

    def test_batch_counter_is_ignored(self) -> None:
        """BatchNorm1d's count of batches has no counterpart in Keras."""
        weights = torch_weights("BatchNormalization")
        assert len(to_keras("BatchNormalization", weights | {"num_batches_tracked": np.int64(3)})) == 4

    def test_swapped_order_of_the_dictionary(self) -> None:
        """Parameters are found by name, whatever order they come in."""
        weights = torch_weights("Dense")
        kernel, bias = to_keras("Dense", dict(reversed(weights.items())))
        assert (kernel.shape, bias.shape) == ((3, 5), (5,))


class TestErrors:
    """Weights that aren't of the kind."""

    @pytest.mark.parametrize("carry", [lambda: to_torch("Conv2D", []), lambda: to_keras("Conv2D", {})])
    def test_unknown_kind(self, carry: Callable[[], object]) -> None:
        """The message lists what there is."""
        with pytest.raises(ConversionError, match="'Conv2D'; there are Dense, Embedding"):
            carry()

    @pytest.mark.parametrize("kind", LAYOUTS)
    def test_wrong_number(self, kind: str) -> None:
        """A weight too few is an error in each direction."""
        with pytest.raises(ConversionError, match=f"has {len(LAYOUTS[kind].keras)} weights"):
            to_torch(kind, keras_weights(kind)[1:])
        with pytest.raises(ConversionError, match="not"):
            to_keras(kind, dict(list(torch_weights(kind).items())[1:]))

    @pytest.mark.parametrize("kind", LAYOUTS)
    def test_wrong_dimensions(self, kind: str) -> None:
        """Every array's number of dimensions is checked, in each direction."""
        for place in range(len(LAYOUTS[kind].keras)):
            weights = keras_weights(kind)
            weights[place] = weights[place][None]
            with pytest.raises(ConversionError, match=f"weight {place} of a Keras"):
                to_torch(kind, weights)
        for name in LAYOUTS[kind].torch:
            changed = torch_weights(kind)
            changed[name] = changed[name][None]
            with pytest.raises(ConversionError, match=f"^{name} of a PyTorch"):
                to_keras(kind, changed)

    def test_sizes_that_disagree(self) -> None:
        """A recurrent kernel of another number of units than the input kernel is told with both sizes."""
        kernel, recurrent, bias = keras_weights("LSTM")
        with pytest.raises(ConversionError, match=r"weight 1 .*\(u, 4u\) with i = 3, u = 5, not \(4, 20\)"):
            to_torch("LSTM", [kernel, recurrent[:4], bias])

    def test_gates_that_do_not_divide(self) -> None:
        """19 columns can't be four gates."""
        kernel, recurrent, bias = keras_weights("LSTM")
        with pytest.raises(ConversionError, match="weight 0"):
            to_torch("LSTM", [kernel[:, :19], recurrent, bias])

    def test_gru_with_one_bias(self) -> None:
        """Keras's `reset_after=False` computes something else and is refused."""
        kernel, recurrent, bias = keras_weights("GRU")
        with pytest.raises(ConversionError, match=r"weight 2 .*\(2, 3u\)"):
            to_torch("GRU", [kernel, recurrent, bias[0]])


class TestFrameworks:
    """Each kind computes the same in both frameworks, whichever one the weights come from."""

    def test_every_kind_is_here(self) -> None:
        """All but the guide's own cell, which the parity of the references proves."""
        assert set(LAYOUTS) - set(FRAMEWORKS) == {"NestedCell"}

    @pytest.mark.parametrize("kind", FRAMEWORKS)
    def test_from_keras(self, kind: str) -> None:
        """The module with the layer's weights gives the layer's output."""
        inputs, layer, module = pair(kind)
        layer.set_weights(keras_weights(kind))
        module.load_state_dict({n: torch.tensor(array) for n, array in to_torch(kind, layer.get_weights()).items()})
        assert difference(kind, layer, module, inputs) < TOLERANCE

    @pytest.mark.parametrize("kind", FRAMEWORKS)
    def test_from_torch(self, kind: str) -> None:
        """The layer with the module's weights gives the module's output; both of PyTorch's biases are at work."""
        inputs, layer, module = pair(kind)
        module.load_state_dict({name: torch.tensor(array) for name, array in torch_weights(kind).items()})
        layer.set_weights(to_keras(kind, {name: value.numpy() for name, value in module.state_dict().items()}))
        assert difference(kind, layer, module, inputs) < TOLERANCE


def pair(kind: str) -> tuple[np.ndarray, Any, nn.Module]:
    """Random inputs, a built layer and a module."""
    build_layer, build_module = FRAMEWORKS[kind]
    rng = np.random.default_rng(3)
    inputs = rng.normal(size=(4, 6, 3)).astype(np.float32)
    if kind == "Embedding":
        inputs = rng.integers(7, size=(4, 6))
    elif kind in {"Dense", "BatchNormalization"}:
        inputs = inputs[:, 0]
    layer = build_layer()
    layer(inputs)
    return inputs, layer, build_module().eval()


@torch.no_grad()
def difference(kind: str, layer: Any, module: nn.Module, inputs: np.ndarray) -> float:
    """Largest difference between the outputs, as a share of the largest output."""
    expected = np.asarray(layer(inputs))
    seen = final(kind, module, torch.tensor(inputs)).numpy()
    assert seen.shape == expected.shape
    return float(np.abs(seen - expected).max() / np.abs(expected).max())


def final(kind: str, module: nn.Module, inputs: torch.Tensor) -> torch.Tensor:
    """What Keras's layer returns: of a recurrent module, the last output of each direction."""
    if kind.endswith("Cell"):
        state = None
        for step in inputs.unbind(1):
            state = module(step, state)
        return state[0] if isinstance(state, tuple) else state
    if isinstance(module, nn.RNNBase):
        states = module(inputs)[1]
        hidden = states[0] if isinstance(states, tuple) else states
        return torch.cat(list(hidden), dim=-1)
    return module(inputs)
