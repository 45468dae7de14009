"""What a framework adapter returns about a model."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any, Literal, TypeAlias

import numpy as np

Array = np.ndarray[Any, Any]
Hear = Callable[[str, Any], None]
CallCount: TypeAlias = Literal["one", "few", "many"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tensor:
    """One weight of a layer."""

    name: str
    values: Array
    """May share memory with the tensor."""
    trainable: bool
    handle: Any = None
    """The framework's own object that contains the values."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerView:
    """One layer that has weights or can have them."""

    name: str
    kind: str
    options: dict[str, Any]
    tensors: list[Tensor]
    buffers: list[Tensor] = field(default_factory=list)
    """Tensors that the layer uses but that aren't parameters, such as PyTorch's running statistics."""
    layer: Any = None
    """The framework's own callable object; the same for all layers of a stack in one module."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ForwardPass:
    """The result of a forward pass."""

    outputs: list[Array]
    problem: str
    calls: list[tuple[str, list[int | None]]]
    """(layer, output shape) in the order of the calls."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InputView:
    """One input of a model, as its notebook declares it or gave it first."""

    shape: list[int | None]
    """Its shape without the rows; `None` for a size that may vary."""
    whole: bool = False
    """Whether it holds whole numbers."""
    words: int = 0
    """How many words the embedding knows that reads it; 0 if none does."""
    text: bool = False
    """Whether it is text."""
    rows: int = 0
    """The number of rows that the model is bound to; 0 for any."""


def flatten(output: Any) -> list[Any]:
    """The tensors in nested tuples, lists, dictionaries and dataclasses; what is `None` is left out."""
    if output is None:
        return []
    if isinstance(output, Mapping):
        output = list(output.values())
    elif is_dataclass(output) and not isinstance(output, type):
        output = [getattr(output, each.name) for each in fields(output)]
    if isinstance(output, (list, tuple)):
        return [part for entry in output for part in flatten(entry)]
    return [output]


def plain_options(options: dict[str, Any]) -> dict[str, Any]:
    """The scalar settings of a layer, cut to a size that fits in a frame."""
    plain = {}
    for key, value in list(options.items())[:100]:
        if type(value) in (bool, int, float):
            plain[str(key)[:300]] = value
        elif isinstance(value, str):
            plain[str(key)[:300]] = str(value)[:300]
    return plain


def describe_error(error: BaseException) -> str:
    """Class and message of an exception, cut to a size that fits in a frame."""
    return f"{type(error).__name__}: {error}"[:4000].encode("utf-8", "replace").decode()


def first_shapes(calls: list[tuple[str, list[int | None]]]) -> Hear:
    """A listener that records each layer's name and output shape once in `calls`."""

    def note(name: str, output: Any) -> None:
        if name not in (noted for noted, _ in calls):
            calls.append((name, list(output.shape)))

    return note
