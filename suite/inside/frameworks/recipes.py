"""What a layer says about itself, in plain JSON: its class, its options, and how the model calls it.

All of it is a claim. The host checks it, has the same layer built elsewhere, and compares what both compute.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

Recipe: TypeAlias = dict[str, Any]
"""`{"class": ..., "options": {...}}`; an option is plain, or a recipe, or a list of them."""
Arguments: TypeAlias = dict[str, Any]
"""`{"args": [...], "kwargs": {...}}`: each leaf stands for an array, lists for lists."""
MAX_ITEMS, MAX_RANK = 64, 8


class UnsayableError(Exception):
    """An option can't be said in plain JSON, such as a function."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartRecipe:
    """How to build one part of a model that can be called by itself, and how the model calls it."""

    layers: Sequence[str]
    """Names of the layers whose tensors it holds, in their order."""
    recipe: Recipe | None
    """`None` for a class that isn't the framework's, and for options that aren't plain."""
    arguments: Arguments | None
    """Kinds and shapes of what it was called with; `None` if it wasn't."""


def plain(value: Any, nested: Callable[[Any], Recipe | None]) -> Any:
    """A value in plain JSON; `nested` turns one that describes a layer into a recipe.

    Raises `UnsayableError` for anything else.
    """
    if value is None or type(value) in (bool, int, float, str):
        return value
    if isinstance(value, np.generic):
        return value.item()
    if (found := nested(value)) is not None:
        return found
    if isinstance(value, (list, tuple)):
        return [plain(part, nested) for part in value[:MAX_ITEMS]]
    raise UnsayableError(type(value).__name__)


def public_name(kind: type, module: Any) -> str:
    """The name under which a module offers a class, its own one if possible; empty if it doesn't."""
    own: str = kind.__name__
    if getattr(module, own, None) is kind:
        return own
    return next((name for name, value in vars(module).items() if value is kind), "")


def describe_arguments(
    args: Sequence[Any], kwargs: Mapping[str, Any], kind_of: Callable[[Any], str | None]
) -> Arguments | None:
    """Kinds and shapes of a call's arguments that are numbers; `None` if there are none, or they are no arrays.

    `kind_of` says `f` or `i` for a tensor of the framework that the host can draw, and `None` for anything else.
    """

    def leaf(value: Any) -> Any:
        if isinstance(value, (list, tuple)) and value:
            parts = [leaf(part) for part in value]
            return parts if all(part is not None for part in parts) else None
        kind = kind_of(value)
        return None if kind is None else {"kind": kind, "shape": [int(size) for size in value.shape][:MAX_RANK]}

    given: list[Any] = []
    for value in args[:MAX_ITEMS]:
        if (found := leaf(value)) is None:
            break
        given.append(found)
    named = {name: found for name, value in kwargs.items() if (found := leaf(value)) is not None}
    return {"args": given, "kwargs": named} if given or named else None


def fill(arguments: Arguments, arrays: Iterator[Any]) -> tuple[list[Any], dict[str, Any]]:
    """The arguments with an array for each leaf, in their order."""

    def value(part: Any) -> Any:
        return [value(each) for each in part] if isinstance(part, list) else next(arrays)

    return [value(part) for part in arguments["args"]], {
        name: value(part) for name, part in arguments["kwargs"].items()
    }
