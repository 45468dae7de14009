"""Draws the arguments of a function's calls, unknown to it beforehand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from suite.assignments import ArgumentSettings, FunctionTask

Array: TypeAlias = np.ndarray[Any, Any]
Node: TypeAlias = dict[str, Any]
"""A value as `suite.inside.worker.plain_values` describes it."""
DRAWN = "drawn"
"""Label of a call whose arguments are all drawn."""
LARGE = 1000.0
SHOWN = 4  # numbers of an argument that are shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """The arguments of one call, in the form in which both sides get them."""

    label: str
    """`drawn`, or the edge that it tries."""
    arguments: tuple[Node, ...] = ()
    """Those given by their places."""
    keywords: Mapping[str, Node]
    """Those given by name."""
    arrays: Mapping[str, Array]
    """The arrays that both name."""

    @property
    def shown(self) -> str:
        """The arguments in short."""
        given = [show(node, self.arrays) for node in self.arguments]
        return ", ".join(given + [f"{name}={show(node, self.arrays)}" for name, node in self.keywords.items()])


def draw_calls(task: FunctionTask, generator: np.random.Generator) -> Iterator[Call]:
    """Every call of a task whose arguments the assignment describes."""
    for _ in range(task.calls):
        yield _draw(task, generator, DRAWN)
    for edge in task.edges:
        yield _draw(task, generator, edge)


def _draw(task: FunctionTask, generator: np.random.Generator, edge: str) -> Call:
    sizes = {
        name: {"smallest": low, "large": high}.get(edge, int(generator.integers(low, high + 1)))
        for name, (low, high) in task.sizes.items()
    }
    arrays: dict[str, Array] = {}
    arguments: list[Node] = []
    keywords: dict[str, Node] = {}
    for argument in task.arguments:
        node = _value(argument, sizes, generator, edge, arrays, tensors=task.given_as != "numpy")
        if argument.name:
            keywords[argument.name] = node
        else:
            arguments.append(node)
    return Call(label=edge, arguments=tuple(arguments), keywords=keywords, arrays=arrays)


def _value(  # noqa: PLR0913 - what an argument is made of
    argument: ArgumentSettings,
    sizes: Mapping[str, int],
    generator: np.random.Generator,
    edge: str,
    arrays: dict[str, Array],
    *,
    tensors: bool,
) -> Node:
    if argument.value is not None:
        return constant(argument.value, arrays)
    shape = tuple(sizes[size] if isinstance(size, str) else size for size in argument.shape)
    dtype = np.dtype(argument.dtype or ("float32" if tensors else "float64"))
    values = _numbers(argument, shape, dtype, generator)
    if edge == "zeros" and argument.low <= 0 < argument.high:
        values = np.zeros_like(values)
    elif edge == "equal" and values.size:
        values = np.full_like(values, values.flat[0])
    elif edge == "large" and dtype.kind == "f":
        values = values * dtype.type(LARGE)
    key = f"a{len(arrays)}"
    arrays[key] = values
    return {"array": key, "of": "array" if argument.shape else "number", "dtype": dtype.name}


def _numbers(
    argument: ArgumentSettings, shape: tuple[int, ...], dtype: np.dtype[Any], generator: np.random.Generator
) -> Array:
    if dtype.kind == "b":
        return np.asarray(generator.random(shape) < 1 / 2)
    if dtype.kind == "i":
        low = int(argument.low)
        return np.asarray(generator.integers(low, max(int(argument.high), low + 1), shape), dtype)
    return np.asarray(generator.uniform(argument.low, argument.high, shape), dtype)


def constant(value: Any, arrays: dict[str, Array]) -> Node:
    """A constant of the assignment as a node."""
    if isinstance(value, bool | int | float):
        key = f"a{len(arrays)}"
        arrays[key] = np.asarray(value)
        return {"array": key, "of": "number", "dtype": arrays[key].dtype.name}
    if isinstance(value, list):
        return {"items": [constant(each, arrays) for each in value], "of": "list"}
    if isinstance(value, dict):
        return {"entries": [[key, constant(each, arrays)] for key, each in value.items()]}
    return {"text": str(value)}


def show(node: Node | None, arrays: Mapping[str, Array]) -> str:
    """A value in short: its form and first numbers."""
    if node is None:
        return "nothing"
    if "array" in node:
        values = arrays[node["array"]]
        few = ", ".join(f"{each:.4g}" if values.dtype.kind == "f" else str(each) for each in values.ravel()[:SHOWN])
        if node["of"] == "number" or not values.ndim:
            return few
        if node["of"] in {"list", "tuple"} and values.ndim == 1:
            return f"[{few}{', …' if values.size > SHOWN else ''}]"
        return f"{values.dtype.name} of shape {values.shape}: {few}{', …' if values.size > SHOWN else ''}"
    if "items" in node:
        return f"{node['of']} of {len(node['items'])}"
    if "entries" in node:
        return "dict with " + (", ".join(str(key)[:40] for key, _ in node["entries"][:SHOWN]) or "nothing")
    if "text" in node:
        return repr(node["text"][:80])
    return "None" if "none" in node else str(node.get("other", "?"))[:80]
