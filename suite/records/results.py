"""The record of what functions returned and variables held, beside the reference's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

UNLIKE = 1e9
"""The difference where a number is finite in one value only; no difference counts as larger."""
Gap: TypeAlias = Literal["", "numbers", "shape", "dtype", "form", "text", "raised", "not raised", "changed", "gradient"]
"""How a result differs: not at all or by its numbers only, which `difference` tells; otherwise in what."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultCase:
    """One call, or one value, compared with the reference's."""

    label: str
    """`drawn`, the edge that it tries, or `value`."""
    gap: Gap = ""
    """The first thing that differs; empty if nothing but numbers may."""
    place: str = ""
    """Where in a result of several parts, such as `[1]`; `argument 2` for an argument that was changed."""
    expected: str = ""
    """What the reference has there, in short."""
    seen: str = ""
    """What the submission has there: untrusted text."""
    difference: float = 0.0
    """Largest difference of a number, as a share of the reference's largest."""
    arguments: str = ""
    """What it was called with, in short."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultComparison:
    """One task of kind function or value."""

    task: str
    """Its id."""
    name: str
    """The name under which it was found; empty if there is none."""
    cases: tuple[ResultCase, ...] = ()
    """In the order in which they were tried."""
    near: tuple[str, ...] = ()
    """Names in the notebook that are like the missing one: untrusted text."""
    problem: str = ""
    """Why it couldn't be tried: untrusted text."""
    compared: bool = True
    """Whether there was a reference to compare it with; if not, it was only looked for, and called."""
