"""What a framework adapter sees of a model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
Hear = Callable[[str, Any], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tensor:
    """One weight of a layer."""

    name: str
    values: Array
    trainable: bool
    handle: Any = None
    """The framework's own object, which holds the values."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerView:
    """One layer that holds weights, or could."""

    name: str
    kind: str
    options: dict[str, Any]
    tensors: list[Tensor]
    buffers: list[Tensor] = field(default_factory=list)
    """Tensors that the layer computes with and that are no parameters, such as PyTorch's running statistics."""
    layer: Any = None
    """The framework's own object, which can be called; one for all views of a stack in one module."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ForwardPass:
    """What a forward pass gave."""

    outputs: list[Array]
    problem: str
    calls: list[tuple[str, list[int | None]]]
    """(layer, output shape) in the order of the calls."""


def flatten(output: Any) -> list[Any]:
    """The tensors in nested tuples, lists and dictionaries."""
    if isinstance(output, dict):
        output = list(output.values())
    if isinstance(output, (list, tuple)):
        return [part for entry in output for part in flatten(entry)]
    return [output]


def plain_options(options: dict[str, Any]) -> dict[str, Any]:
    """The scalar settings of a layer, cut to a size that a frame carries."""
    plain = {}
    for key, value in list(options.items())[:100]:
        if type(value) in (bool, int, float):
            plain[str(key)[:300]] = value
        elif isinstance(value, str):
            plain[str(key)[:300]] = str(value)[:300]
    return plain


def describe_error(error: BaseException) -> str:
    """Class and message, cut to a size that a frame carries."""
    return f"{type(error).__name__}: {error}"[:4000].encode("utf-8", "replace").decode()


def first_shapes(calls: list[tuple[str, list[int | None]]]) -> Hear:
    """A listener that notes, once a layer, its name and the shape of its output."""

    def note(name: str, output: Any) -> None:
        if name not in (noted for noted, _ in calls):
            calls.append((name, list(output.shape)))

    return note
