"""What a submission says of its layers: how each is built and called. Checked here before anything is built of it."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any, TypeAlias

from suite.frameworks import LayerClasses

Option: TypeAlias = Any
"""Plain: `None`, a truth value, a number, a short text; a `LayerRecipe`; or a tuple of options."""
NAME = re.compile(r"[a-zA-Z]\w{0,59}")
TEXT = re.compile(r"[\w .,>/-]{0,100}")
MAX_OPTIONS, MAX_ITEMS, MAX_DEPTH = 60, 64, 6
MAX_FLOAT = 1e6
ALWAYS_ALLOWED = 1024  # sizes up to this build no layer that takes a machine down


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerRecipe:
    """A layer of a framework's own classes."""

    kind: str
    """Its class."""
    options: Mapping[str, Option]
    """The arguments of its construction."""

    def as_json(self) -> dict[str, Any]:
        """As the process that builds it reads it."""
        return {"class": self.kind, "options": {name: _as_json(value) for name, value in self.options.items()}}


class RecipeError(ValueError):
    """A recipe asks for what isn't built."""


def read_recipe(said: str, classes: LayerClasses, largest: int) -> LayerRecipe | None:
    """A recipe from its JSON; `None` for a class that isn't the framework's, or options that aren't plain and bounded.

    Args:
        said: what the submission's process says.
        classes: the framework's classes.
        largest: the largest size among tensors and inputs that there really are.
    """
    try:
        return _recipe(json.loads(said), classes, max(largest, ALWAYS_ALLOWED), MAX_DEPTH)
    except (ValueError, TypeError, RecursionError):
        return None


def _recipe(said: Any, classes: LayerClasses, largest: int, depth: int) -> LayerRecipe:
    if not isinstance(said, dict) or said.keys() != {"class", "options"} or not isinstance(said["options"], dict):
        raise RecipeError("a recipe has a class and options")
    kind, options = said["class"], said["options"]
    if kind not in classes.buildable or len(options) > MAX_OPTIONS or not all(map(NAME.fullmatch, options)):
        raise RecipeError("a class that isn't built")
    return LayerRecipe(
        kind=kind, options={name: _option(value, classes, largest, depth - 1) for name, value in options.items()}
    )


def _option(value: Any, classes: LayerClasses, largest: int, depth: int) -> Option:
    if depth < 0:
        raise RecipeError("options are nested too deeply")
    if is_plain(value, largest):
        return value
    if isinstance(value, dict):
        return _recipe(value, classes, largest, depth)
    if isinstance(value, list) and len(value) <= MAX_ITEMS:
        return tuple(_option(part, classes, largest, depth - 1) for part in value)
    raise RecipeError("an option that isn't plain, or too large")


def is_plain(value: Any, largest: int) -> bool:
    """Whether an option is nothing, a truth value, a number within bounds or a short text."""
    if value is None or isinstance(value, bool):
        return True
    if isinstance(value, int):
        return abs(value) <= largest
    if isinstance(value, float):
        return math.isfinite(value) and abs(value) <= MAX_FLOAT
    return isinstance(value, str) and TEXT.fullmatch(value) is not None


def _as_json(value: Option) -> Any:
    if isinstance(value, LayerRecipe):
        return value.as_json()
    return [_as_json(part) for part in value] if isinstance(value, tuple) else value


def kind_of(recipe: LayerRecipe, classes: LayerClasses) -> str:
    """What it is called: of a wrapper, the kind of the layer inside it."""
    inside = recipe.options.get(classes.wrappers.get(recipe.kind, ""))
    return (
        kind_of(inside, classes) if isinstance(inside, LayerRecipe) else classes.families.get(recipe.kind, recipe.kind)
    )


def say(recipe: LayerRecipe, classes: LayerClasses) -> str:
    """Its kind and its options, such as `Conv2D, filters=16, kernel_size=3×3`."""
    kind = kind_of(recipe, classes)
    parts = dict(classes.fixed.get(kind, {})) | dict(_say_options(recipe, classes))
    return ", ".join([kind, *(f"{name}={value}" for name, value in parts.items())])


def _say_options(recipe: LayerRecipe, classes: LayerClasses) -> Iterator[tuple[str, str]]:
    """Its options in words, those of the layer inside a wrapper first; a second direction has the same ones."""
    inner = classes.wrappers.get(recipe.kind, "")
    if isinstance(inside := recipe.options.get(inner), LayerRecipe):
        yield from _say_options(inside, classes)
    for name, value in recipe.options.items():
        if value is not None and name not in (inner, "backward_layer"):
            yield classes.names.get(name, name), _say_value(value)


def _say_value(value: Option) -> str:
    if isinstance(value, tuple):
        return "×".join(map(_say_value, value))
    if isinstance(value, LayerRecipe):
        said = " ".join(f"{name}={_say_value(each)}" for name, each in value.options.items() if each is not None)
        return f"{value.kind}({said})"
    return f"{value:g}" if isinstance(value, float) else str(value).replace(", ", ",")


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """One array among the arguments of a call."""

    kind: str
    """`f` for numbers, `i` for indices."""
    shape: tuple[int, ...]
    """Its shape, rows included."""


Argument: TypeAlias = "Leaf | tuple[Argument, ...]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Arguments:
    """How a layer is called."""

    args: tuple[Argument, ...]
    """Arguments by place."""
    kwargs: Mapping[str, Argument]
    """Arguments by name."""

    @property
    def leaves(self) -> list[Leaf]:
        """All arrays, in the order in which both processes fill them in."""
        return [leaf for argument in (*self.args, *self.kwargs.values()) for leaf in _leaves(argument)]

    def as_json(self) -> dict[str, Any]:
        """As both processes read it."""
        return {
            "args": [_say_argument(each) for each in self.args],
            "kwargs": {name: _say_argument(each) for name, each in self.kwargs.items()},
        }


MAX_RANK, MAX_LENGTH, MAX_NUMBERS, MAX_LEAVES = 8, 1 << 16, 1 << 23, 16
"""Bounds on the inputs of a layer that is called by itself: 32 MiB in all."""


def read_arguments(said: str) -> Arguments | None:
    """Arguments from their JSON; `None` if they aren't arrays of a bounded size."""
    try:
        raw = json.loads(said)
        found = Arguments(
            args=tuple(_argument(each, MAX_DEPTH) for each in raw["args"]),
            kwargs={name: _argument(each, MAX_DEPTH) for name, each in raw["kwargs"].items() if NAME.fullmatch(name)},
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    sizes = [prod(leaf.shape) for leaf in found.leaves]
    return found if 0 < len(sizes) <= MAX_LEAVES and all(sizes) and sum(sizes) <= MAX_NUMBERS else None


def _argument(said: Any, depth: int) -> Argument:
    if isinstance(said, list) and depth:
        return tuple(_argument(each, depth - 1) for each in said)
    shape, kind = said["shape"], said["kind"]
    sizes = all(type(size) is int and 0 < size <= MAX_LENGTH for size in shape)
    if kind not in ("f", "i") or not 0 < len(shape) <= MAX_RANK or not sizes:
        raise RecipeError("an argument is an array of a bounded size")
    return Leaf(kind=kind, shape=tuple(shape))


def _leaves(argument: Argument) -> list[Leaf]:
    return [argument] if isinstance(argument, Leaf) else [leaf for each in argument for leaf in _leaves(each)]


def _say_argument(argument: Argument) -> Any:
    if isinstance(argument, Leaf):
        return {"kind": argument.kind, "shape": list(argument.shape)}
    return [_say_argument(each) for each in argument]


def plain_call(*shapes: Sequence[int], kind: str = "f") -> Arguments:
    """A call with arrays of these shapes, by place."""
    return Arguments(args=tuple(Leaf(kind=kind, shape=tuple(shape)) for shape in shapes), kwargs={})
