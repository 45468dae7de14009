"""What a framework adapter sees of a model, and the interface of adapters."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Protocol

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


class Adapter(Protocol):
    """One framework."""

    framework: str

    def owns(self, value: Any) -> bool:
        """Whether the value is a model of this framework, or something that stands for one."""

    def is_model(self, value: Any) -> bool:
        """Whether it is a model proper."""

    def origin(self, value: Any) -> Any:
        """The object whose being part of another model makes the value a part of it."""

    def as_model(self, value: Any) -> Any:
        """The model that the value is or stands for."""

    def parts(self, model: Any) -> Iterator[Any]:
        """Everything inside a model that could be remembered by itself."""

    def layers(self, model: Any) -> list[LayerView]:
        """Its layers with copies of their weights."""

    def forward(self, model: Any, inputs: list[Any]) -> ForwardPass:
        """Run it for inference on arrays or lists of texts; what it raises is part of the trial."""

    def listen(self, model: Any, hear: Hear) -> AbstractContextManager[object]:
        """During the block, let every layer tell its name and first output, each time that it is called."""


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
