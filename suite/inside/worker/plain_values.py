"""Values of any kind as JSON and arrays, and back: what functions are given and return.

A node is one of: `{"array": key, "of": kind, "dtype": name}`, `{"text": …}`, `{"none": true}`,
`{"items": […], "of": "list"}`, `{"entries": [[key, node], …]}`, `{"other": class name}`. A list of numbers is an array
of kind `list`, a number one of no dimensions. Only the host sends `{"seed": …}`, for a NumPy generator.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import numpy as np

from suite.codec import DTYPES
from suite.inside.frameworks.views import Array

Node: TypeAlias = dict[str, Any]
MAX_NODES = 1000
MAX_DEPTH = 20
MAX_TEXT = 4000
WIDER = {"b": "bool", "i": "int64", "u": "int64", "f": "float64", "V": "float32"}
"""The dtype in which numbers of each kind travel, where theirs has no name in a frame; bfloat16 is of kind V."""


def pack(value: Any, arrays: dict[str, Array]) -> Node:
    """A value as a node; its arrays are added to `arrays`."""
    return _pack(value, arrays, [0], 0)


def unpack(node: Node, arrays: Mapping[str, Array], as_array: Callable[[Array], Any]) -> Any:
    """The value of a node; arrays are made with `as_array`, numbers are plain ones."""
    if "array" in node:
        values = np.array(arrays[node["array"]])
        if node["of"] == "number":
            return values.item()
        return values.tolist() if node["of"] == "list" else as_array(values)
    if "seed" in node:
        return np.random.default_rng(node["seed"])
    if "items" in node:
        items = [unpack(item, arrays, as_array) for item in node["items"]]
        return tuple(items) if node["of"] == "tuple" else items
    if "entries" in node:
        return {key: unpack(item, arrays, as_array) for key, item in node["entries"]}
    return node.get("text")


def _pack(value: Any, arrays: dict[str, Array], seen: list[int], depth: int) -> Node:
    seen[0] += 1
    if seen[0] > MAX_NODES or depth > MAX_DEPTH:
        return {"other": "too large to be compared"}
    if value is None:
        return {"none": True}
    if isinstance(value, str):
        return {"text": value[:MAX_TEXT]}
    if isinstance(value, Mapping):
        return {"entries": [[str(key)[:300], _pack(each, arrays, seen, depth + 1)] for key, each in value.items()]}
    array = _as_array(value)
    if array is not None:
        key = f"v{len(arrays)}"
        arrays[key] = array
        return {"array": key, "of": _kind(value), "dtype": _dtype(value, array)[:300]}
    if isinstance(value, list | tuple):
        of = "tuple" if isinstance(value, tuple) else "list"
        return {"items": [_pack(each, arrays, seen, depth + 1) for each in value], "of": of}
    return {"other": type(value).__name__[:300]}


def _as_array(value: Any) -> Array | None:
    """Numbers as an array that a frame carries; `None` for anything else."""
    if isinstance(value, list | tuple) and (not value or not _is_rectangular(value)):
        return None
    for method in ("detach", "cpu"):
        if hasattr(value, method) and callable(getattr(value, method)):
            value = getattr(value, method)()
    try:
        array = np.asarray(value.numpy() if callable(getattr(value, "numpy", None)) else value)
    except Exception:  # noqa: BLE001 - whatever a class does; bfloat16 tensors have no NumPy dtype
        return _in_float32(value)
    if array.dtype.name in DTYPES:
        return array
    return array.astype(WIDER[array.dtype.kind]) if array.dtype.kind in WIDER else None


def _in_float32(value: Any) -> Array | None:
    try:
        return np.asarray(value.float().numpy(), np.float32)
    except Exception:  # noqa: BLE001 - no tensor of numbers
        return None


def _is_rectangular(value: Any) -> bool:
    """Whether nested lists hold plain numbers, as many in each row: a list of arrays stays a list."""
    if isinstance(value, bool | int | float | np.number):
        return True
    if not isinstance(value, list | tuple) or not value:
        return False
    first = value[0]
    size = len(first) if isinstance(first, list | tuple) else None
    return all(
        (len(each) if isinstance(each, list | tuple) else None) == size and _is_rectangular(each) for each in value
    )


def _kind(value: Any) -> str:
    """What the numbers came as."""
    if isinstance(value, bool | int | float | np.number | np.bool_):
        return "number"
    return "list" if isinstance(value, list | tuple) else "array"


def _dtype(value: Any, array: Array) -> str:
    """The name of its dtype, without the framework's."""
    return str(getattr(value, "dtype", array.dtype)).rpartition(".")[2].strip("<>' ") or array.dtype.name
