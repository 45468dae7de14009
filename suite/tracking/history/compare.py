"""Two runs side by side: by seconds on one type of machine, by ratio to the anchor on different ones."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from suite.errors import UsageError, Words
from suite.tracking.history.benchmark_json import Night
from suite.tracking.history.machine import describe, differences

By = Literal["auto", "seconds", "ratio"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunComparison:
    """One benchmark in both runs."""

    name: str
    """Full name."""
    before: float
    """Seconds, or the ratio to the anchor."""
    after: float
    """The same for the other run."""

    @property
    def change(self) -> float:
        """Relative change: 0.1 is 10 % slower."""
        return self.after / self.before - 1


def compare_nights(one: Night, other: Night, by: By) -> tuple[Literal["seconds", "ratio"], list[RunComparison]]:
    """Compare what both runs measured.

    `auto` takes seconds if the fingerprints are equal, else ratios; where there are none, seconds again on one type of
    machine: `software_changes` then says what may be a part of the difference.

    Raises:
        UsageError: seconds of different types of machines were requested, or no benchmark of both runs has a ratio.
    """
    same_type = one.machine.hardware == other.machine.hardware
    unit: Literal["seconds", "ratio"] = _unit(one, other) if by == "auto" else by
    if unit == "seconds" and not same_type:
        raise UsageError(
            "{apart}; compare by ratio to the anchor (--by ratio), or runs of one machine", apart=_apart(one, other)
        )
    found = list(_pairs(one, other, unit))
    if not found and unit == "ratio":
        if same_type:
            raise UsageError("no benchmark of both runs has a ratio to an anchor; compare by seconds (--by seconds)")
        raise UsageError(
            "{apart}, and no benchmark of both runs has a ratio to an anchor; compare runs of one machine",
            apart=_apart(one, other),
        )
    return unit, found


def software_changes(one: Night, other: Night) -> tuple[str, ...]:
    """What is different on the machine of two runs, of what doesn't make it another type."""
    return differences(one.machine, other.machine) if one.machine.hardware == other.machine.hardware else ()


def _unit(one: Night, other: Night) -> Literal["seconds", "ratio"]:
    if one.machine.fingerprint == other.machine.fingerprint:
        return "seconds"
    by_ratio = any(True for _ in _pairs(one, other, "ratio"))
    return "ratio" if by_ratio or one.machine.hardware != other.machine.hardware else "seconds"


def _apart(one: Night, other: Night) -> Words:
    return Words(
        "these runs come from different types of machine, whose seconds say nothing of each other: {one} and {other}; "
        "{different}",
        one=describe(one.machine),
        other=describe(other.machine),
        different="; ".join(differences(one.machine, other.machine)),
    )


def _pairs(one: Night, other: Night, unit: Literal["seconds", "ratio"]) -> Iterator[RunComparison]:
    after = {benchmark.fullname: measured for benchmark, measured in other.measurements}
    for benchmark, before in one.measurements:
        now = after.get(benchmark.fullname)
        if now is None:
            continue
        if unit == "seconds":
            yield RunComparison(name=benchmark.fullname, before=before.seconds, after=now.seconds)
        elif before.log_ratio is not None and now.log_ratio is not None:
            yield RunComparison(
                name=benchmark.fullname, before=math.exp(before.log_ratio), after=math.exp(now.log_ratio)
            )
