"""Compares two values, part by part: form, shape, dtype, then numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from suite.evidence.results.arguments import Node, show
from suite.records import UNLIKE, Gap

Array: TypeAlias = np.ndarray[Any, Any]
TINY = 1e-12  # where the reference's numbers are all smaller, the difference itself is taken


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A value and the arrays that it names."""

    node: Node | None
    arrays: Mapping[str, Array]

    def part(self, node: Node) -> Value:
        """A part of it."""
        return Value(node=node, arrays=self.arrays)

    @property
    def shown(self) -> str:
        """The value in short."""
        return show(self.node, self.arrays)


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """The first part in which two values differ in more than numbers, or the largest difference of numbers."""

    gap: Gap = ""
    place: str = ""
    expected: str = ""
    seen: str = ""
    amount: float = 0.0


def compare(expected: Value, seen: Value, *, same_dtype: bool, place: str = "") -> Difference:
    """Compare a value with the reference's; lists count as tuples, and equal numbers as equal, whatever holds them."""
    wanted, given = expected.node or {}, seen.node or {}
    if "array" in wanted and "array" in given:
        return _compare_arrays(expected, seen, place, same_dtype=same_dtype)
    if "array" in given and "items" in wanted and not wanted["items"]:
        empty = not seen.arrays[given["array"]].size
        return Difference() if empty else _gap("form", place, expected, seen)
    for key in ("items", "entries"):
        if key in wanted and key in given:
            return _compare_parts(key, expected, seen, place, same_dtype=same_dtype)
    if "text" in wanted and "text" in given:
        return Difference() if wanted["text"] == given["text"] else _gap("text", place, expected, seen)
    if "none" in wanted and "none" in given:
        return Difference()
    return _gap("form", place, expected, seen)


def _gap(gap: Gap, place: str, expected: Value, seen: Value) -> Difference:
    return Difference(gap=gap, place=place, expected=expected.shown, seen=seen.shown)


def _compare_parts(key: str, expected: Value, seen: Value, place: str, *, same_dtype: bool) -> Difference:
    """Part by part; the first that differs in more than numbers, else the one whose numbers differ most."""
    assert expected.node is not None and seen.node is not None  # noqa: S101, PT018 - both have parts
    if key == "items":
        wanted, given = dict(enumerate(expected.node[key])), dict(enumerate(seen.node[key]))
    else:
        wanted, given = dict(expected.node[key]), dict(seen.node[key])
    if wanted.keys() != given.keys():
        return _gap("form", place, expected, seen)
    worst = Difference()
    for name, node in wanted.items():
        where = f"{place}[{name!r}]" if isinstance(name, str) else f"{place}[{name}]"
        found = compare(expected.part(node), seen.part(given[name]), same_dtype=same_dtype, place=where)
        if found.gap not in ("", "numbers"):
            return found
        if found.amount > worst.amount:
            worst = found
    return worst


def _compare_arrays(expected: Value, seen: Value, place: str, *, same_dtype: bool) -> Difference:
    assert expected.node is not None and seen.node is not None  # noqa: S101, PT018 - both are arrays
    wanted, given = expected.arrays[expected.node["array"]], seen.arrays[seen.node["array"]]
    if wanted.shape != given.shape:
        return _gap("shape", place, expected, seen)
    if same_dtype and expected.node["dtype"] != seen.node["dtype"]:
        types = expected.node["dtype"], str(seen.node["dtype"])[:80]
        return Difference(gap="dtype", place=place, expected=types[0], seen=types[1])
    amount = measure(wanted, given)
    if not amount:
        return Difference()
    return Difference(gap="numbers", place=place, expected=expected.shown, seen=seen.shown, amount=amount)


def measure(expected: Array, seen: Array) -> float:
    """Largest difference as a share of the reference's largest number; `UNLIKE` where one alone isn't finite."""
    wanted, given = expected.astype(np.float64), seen.astype(np.float64)
    finite = np.isfinite(wanted) & np.isfinite(given)
    same = finite | (np.isnan(wanted) & np.isnan(given)) | (wanted == given)
    if not same.all():
        return UNLIKE
    if not finite.any():
        return 0.0
    gap = float(np.abs(wanted - given, where=finite, out=np.zeros_like(wanted)).max())
    largest = float(np.abs(wanted[finite]).max())
    return min(gap / largest if largest > TINY else gap, UNLIKE)
