"""Converts the weights of one layer from Keras to PyTorch or back.

Both frameworks compute the same functions from weights stored differently: kernels are transposed, GRU gates come in
another order, PyTorch's recurrent layers have two biases where Keras's have one. `LAYOUTS` states each layout once.
The module converts NumPy arrays and imports neither framework; the caller says which layers correspond.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from suite.errors import ConversionError

Array: TypeAlias = NDArray[Any]
Arrays: TypeAlias = tuple[Array, ...]

UNUSED = "num_batches_tracked"  # BatchNorm1d counts batches only for a cumulative average, which no reference uses


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerLayout:
    """How one kind of layer keeps its weights in the two frameworks.

    Shapes are written as words: `i 4u` means two dimensions, of sizes i and 4 × u; a letter has the same value
    everywhere in the layer.
    """

    keras: tuple[str, ...]
    """Shape of each weight, in the order of `layer.weights`."""
    torch: Mapping[str, str]
    """Shape of each parameter or buffer by name, in the order that the two functions use."""
    to_torch: Callable[..., Arrays]
    """Turns Keras's arrays into PyTorch's."""
    to_keras: Callable[..., Arrays]
    """Turns PyTorch's arrays into Keras's."""


def to_torch(kind: str, arrays: Sequence[Array]) -> dict[str, Array]:
    """Return the parameters of the PyTorch layer that computes the same as the Keras layer with these weights.

    `arrays` are in the order of Keras's `layer.weights`. Results may share memory with them. Where PyTorch has two
    biases and Keras one, `bias_ih` gets it and `bias_hh` is zero, so that converting back is exact.
    Raises `ConversionError` for an unknown kind and for arrays whose number or shapes don't fit.
    """
    layout = _layout(kind)
    if len(arrays) != len(layout.keras):
        raise ConversionError(
            f"a Keras {kind} has {len(layout.keras)} weights ({', '.join(layout.keras)}), not {len(arrays)}; "
            "give all of `layer.weights`, of a layer with biases"
        )
    arrays = [np.asarray(array) for array in arrays]
    _check(f"Keras {kind}", [(f"weight {n}", shape) for n, shape in enumerate(layout.keras)], arrays)
    return dict(zip(layout.torch, map(np.ascontiguousarray, layout.to_torch(*arrays)), strict=True))


def to_keras(kind: str, arrays: Mapping[str, Array]) -> list[Array]:
    """Return the weights, in the order of `layer.weights`, of the Keras layer that computes the same as PyTorch's.

    The keys of `arrays` are the names of the module's parameters and buffers: `weight_ih_l0`; also `weight_ih_l1` for
    the second layer of a stack, and `weight_ih` for a cell. Results may share memory with `arrays`. Where Keras has
    one bias, it is the sum of PyTorch's two.
    Raises `ConversionError` for an unknown kind, for names that are missing or unknown, and for shapes that don't fit.
    """
    layout = _layout(kind)
    given = {_plain_name(name): np.asarray(array) for name, array in arrays.items() if name != UNUSED}
    wanted = [_plain_name(name) for name in layout.torch]
    if sorted(given) != sorted(wanted) or len(given) != len(arrays.keys() - {UNUSED}):
        raise ConversionError(
            f"a PyTorch {kind} has {', '.join(layout.torch)}, not {', '.join(arrays) or 'nothing'}; "
            "give the parameters and running statistics of one layer, with biases"
        )
    ordered = [given[name] for name in wanted]
    _check(f"PyTorch {kind}", list(layout.torch.items()), ordered)
    return [np.ascontiguousarray(array) for array in layout.to_keras(*ordered)]


def _layout(kind: str) -> LayerLayout:
    """The layout of this kind of layer; `ConversionError` if it is unknown."""
    try:
        return LAYOUTS[kind]
    except KeyError:
        raise ConversionError(f"no bridge for a layer of kind {kind!r}; there are {', '.join(LAYOUTS)}") from None


def _plain_name(name: str) -> str:
    """A parameter's name without the number of its layer in the stack."""
    return re.sub(r"_l\d+", "", name)


def _check(layer: str, shapes: Sequence[tuple[str, str]], arrays: Sequence[Array]) -> None:
    """Raise `ConversionError` unless every array has its shape, with the same value for each letter."""
    sizes: dict[str, int] = {}
    for (name, shape), array in zip(shapes, arrays, strict=True):
        words = shape.split()
        fits = len(words) == array.ndim and all(_fits(*pair, sizes) for pair in zip(words, array.shape, strict=True))
        if not fits:
            seen = ", ".join(f"{letter} = {size}" for letter, size in sizes.items())
            raise ConversionError(
                f"{name} of a {layer} has shape ({shape.replace(' ', ', ')}){seen and f' with {seen}'}, "
                f"not {array.shape}; check that the weights are of this kind of layer and in order"
            )


def _fits(word: str, size: int, sizes: dict[str, int]) -> bool:
    """Whether a size agrees with its word; a new letter's value is added to `sizes`."""
    letter = word.lstrip("0123456789")
    factor = int(word.removesuffix(letter) or 1)
    return size == factor * (sizes.setdefault(letter, size // factor) if letter else 1)


def _one_bias_to_torch(kernel: Array, recurrent: Array, bias: Array) -> Arrays:
    """Keras's one bias becomes the input bias; the recurrent bias is zero."""
    return kernel.T, recurrent.T, bias, np.zeros_like(bias)


def _one_bias_to_keras(weight_ih: Array, weight_hh: Array, bias_ih: Array, bias_hh: Array) -> Arrays:
    """PyTorch's layer adds its two biases, so Keras's bias is their sum."""
    return weight_ih.T, weight_hh.T, bias_ih + bias_hh


def swap_gates(array: Array) -> Array:
    """Swap the first and second thirds of the last dimension: gates z, r, h ↔ r, z, n."""
    first, second, third = np.split(array, 3, axis=-1)
    return np.concatenate([second, first, third], axis=-1)


def _gru_to_torch(kernel: Array, recurrent: Array, bias: Array) -> Arrays:
    """Keep both biases: the recurrent one of h is multiplied by the reset gate, so they can't be added."""
    return swap_gates(kernel).T, swap_gates(recurrent).T, *swap_gates(bias)


def _gru_to_keras(weight_ih: Array, weight_hh: Array, bias_ih: Array, bias_hh: Array) -> Arrays:
    """The inverse of `_gru_to_torch`."""
    return swap_gates(weight_ih.T), swap_gates(weight_hh.T), swap_gates(np.stack([bias_ih, bias_hh]))


def _as_they_are(*arrays: Array) -> Arrays:
    """For weights that are the same in both frameworks."""
    return arrays


def _recurrent(
    gates: str, bias: str, to_torch: Callable[..., Arrays], to_keras: Callable[..., Arrays], level: str = "_l0"
) -> LayerLayout:
    """A recurrent layer whose kernels have `gates` blocks of `u` columns; for a cell, `level` is empty."""
    names = {"weight_ih": f"{gates}u i", "weight_hh": f"{gates}u u", "bias_ih": f"{gates}u", "bias_hh": f"{gates}u"}
    return LayerLayout(
        keras=(f"i {gates}u", f"u {gates}u", bias),
        torch={name + level: shape for name, shape in names.items()},
        to_torch=to_torch,
        to_keras=to_keras,
    )


def _bidirectional(kind: LayerLayout) -> LayerLayout:
    """A bidirectional layer: the forward layer's weights, then the backward one's."""

    def halves(function: Callable[..., Arrays]) -> Callable[..., Arrays]:
        def both(*arrays: Array) -> Arrays:
            middle = len(arrays) // 2
            return function(*arrays[:middle]) + function(*arrays[middle:])

        return both

    return LayerLayout(
        keras=kind.keras * 2,
        torch={**kind.torch, **{f"{name}_reverse": shape for name, shape in kind.torch.items()}},
        to_torch=halves(kind.to_torch),
        to_keras=halves(kind.to_keras),
    )


_SIMPLE_RNN = ("", "u", _one_bias_to_torch, _one_bias_to_keras)
_LSTM = ("4", "4u", _one_bias_to_torch, _one_bias_to_keras)  # gates i, f, g, o in both: keras LSTMCell, torch nn.LSTM
_GRU = ("3", "2 3u", _gru_to_torch, _gru_to_keras)  # z, r, h in keras GRUCell; r, z, n in torch nn.GRU

LAYOUTS: Mapping[str, LayerLayout] = {
    "Dense": LayerLayout(
        keras=("i u", "u"),
        torch={"weight": "u i", "bias": "u"},
        to_torch=lambda kernel, bias: (kernel.T, bias),
        to_keras=lambda weight, bias: (weight.T, bias),
    ),
    "Embedding": LayerLayout(keras=("v d",), torch={"weight": "v d"}, to_torch=_as_they_are, to_keras=_as_they_are),
    "BatchNormalization": LayerLayout(  # gamma, beta, moving mean, moving variance: trainable weights come first
        keras=("c", "c", "c", "c"),
        torch={"weight": "c", "bias": "c", "running_mean": "c", "running_var": "c"},
        to_torch=_as_they_are,
        to_keras=_as_they_are,
    ),
    "SimpleRNN": _recurrent(*_SIMPLE_RNN),
    "LSTM": _recurrent(*_LSTM),
    "GRU": _recurrent(*_GRU),  # reset_after=True, the default and the only form that PyTorch has
    "Bidirectional(SimpleRNN)": _bidirectional(_recurrent(*_SIMPLE_RNN)),
    "Bidirectional(LSTM)": _bidirectional(_recurrent(*_LSTM)),
    "Bidirectional(GRU)": _bidirectional(_recurrent(*_GRU)),
    "SimpleRNNCell": _recurrent(*_SIMPLE_RNN, level=""),  # in Keras inside an RNN, whose weights are the cell's
    "LSTMCell": _recurrent(*_LSTM, level=""),
    "GRUCell": _recurrent(*_GRU, level=""),
    "NestedCell": LayerLayout(
        keras=("i u", "j k v w"),
        torch={"kernel_1": "i u", "kernel_2_3": "j k v w"},
        to_torch=_as_they_are,
        to_keras=_as_they_are,
    ),
}
"""Layouts by Keras's name of the layer. In PyTorch: `Linear`, `Embedding`, `BatchNorm1d`, `RNN`, `LSTM`, `GRU`, the
same with `bidirectional=True`, `RNNCell`, `LSTMCell`, `GRUCell`, and the cell defined in TensorFlow's RNN guide."""
