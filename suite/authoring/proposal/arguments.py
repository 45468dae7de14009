"""From the calls that a notebook makes of its function to the arguments with which everybody's is called."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from math import ceil, floor
from typing import Any, TypeAlias

from suite.records import ArgumentSeen, NameSeen

Call: TypeAlias = Sequence[ArgumentSeen]
DEFAULT_DTYPE = {"numpy": "float64", "keras": "float32", "torch": "float32"}
BELOW_HIGH = 1  # integers are drawn below the largest one and 1


def describe_calls(seen: NameSeen) -> dict[str, Any]:
    """The keys of a task of kind `function`: arguments like those that were seen, of sizes that were seen."""
    form = [(each.keyword, each.form, len(each.shape)) for each in seen.calls[0]] if seen.calls else []
    alike = [call for call in seen.calls if [(each.keyword, each.form, len(each.shape)) for each in call] == form]
    if not alike:
        return {}
    sizes = _sizes(alike)
    arguments = [_argument(place, alike, sizes, seen.given_as) for place in range(len(form))]
    ranges = {name: [min(values), max(values)] for name, values in _ranges(alike, sizes).items()}
    found: dict[str, Any] = {"arguments": arguments}
    found |= {"sizes": ranges} if ranges else {}
    found |= {"given_as": seen.given_as} if seen.given_as != "numpy" else {}
    return found


def _sizes(calls: Sequence[Call]) -> dict[tuple[int, int], str | int]:
    """For each axis of each argument a number, or a name where it was seen with several sizes; equal axes share one."""
    values: dict[tuple[int, int], tuple[int, ...]] = {
        (place, axis): tuple(call[place].shape[axis] for call in calls)
        for place, argument in enumerate(calls[0])
        for axis in range(len(argument.shape))
    }
    names: dict[tuple[int, ...], str] = {}
    return {
        at: seen[0] if len(set(seen)) == 1 else names.setdefault(seen, f"n{len(names) + 1}")
        for at, seen in values.items()
    }


def _ranges(calls: Sequence[Call], sizes: Mapping[tuple[int, int], str | int]) -> dict[str, list[int]]:
    return {
        size: [call[place].shape[axis] for call in calls]
        for (place, axis), size in sizes.items()
        if isinstance(size, str)
    }


def _argument(
    place: int, calls: Sequence[Call], sizes: Mapping[tuple[int, int], str | int], given_as: str
) -> dict[str, Any]:
    seen = [call[place] for call in calls]
    first = seen[0]
    found: dict[str, Any] = {"name": first.keyword} if first.keyword else {}
    if first.form != "array":
        return found | {"value": json.loads(first.constant or "null")}
    if first.shape:
        found["shape"] = [sizes[place, axis] for axis in range(len(first.shape))]
    if first.dtype != DEFAULT_DTYPE[given_as]:
        found["dtype"] = first.dtype
    low, high = min(each.low for each in seen), max(each.high for each in seen)
    if first.dtype.startswith("int"):
        return found | {"low": int(low), "high": int(high) + BELOW_HIGH}
    if first.dtype != "bool" and (low < -1 or high > 1 or low >= 0):
        found |= {"low": floor(low), "high": max(ceil(high), floor(low) + 1)}
    return found
