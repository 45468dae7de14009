"""Which branch is judged, and what is said of the others."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import pytest

from suite.errors import UsageError
from suite.tracking.history.benchmark_json import read_night
from suite.tracking.history.branches import Runs, choose_branch
from tests.tracking.history.nights import NOW, as_bytes, as_file


def _runs(counts: Mapping[str, int]) -> Runs:
    names = [name for name, count in counts.items() for _ in range(count)]
    nights = [
        read_night(as_bytes(as_file(night, {"lstm": 0.0}, commit_info={"branch": name})), "night")
        for night, name in enumerate(names)
    ]
    return {number: (night.run, night.machine) for number, night in enumerate(nights, start=1)}


@pytest.mark.parametrize(
    ("counts", "chosen"),
    [
        ({"main": 2, "feature": 5}, "main"),
        ({"master": 2, "feature": 5}, "master"),
        ({"main": 1, "master": 5}, "main"),
        ({"develop": 5, "feature": 2}, "develop"),
        ({"HEAD": 5, "feature": 2}, ""),
        ({"HEAD": 5, "main": 2}, "main"),
        ({"main": 1, "refs/heads/main": 2}, "main"),
        ({}, ""),
    ],
)
def test_the_branch_that_is_judged_if_none_is_named(counts: dict[str, int], chosen: str) -> None:
    """Main or master if there are any nights of them, else the one with the most."""
    found = choose_branch(_runs(counts), None, NOW)
    assert found.name == chosen
    assert len(found.runs) + sum(found.others.values()) == sum(counts.values())


def test_another_branch_is_named() -> None:
    """By its name, or as unknown; one without nights is refused with those that have some."""
    runs = _runs({"main": 3, "feature": 2, "HEAD": 1})
    assert list(choose_branch(runs, "feature", NOW).runs) == [4, 5]
    assert list(choose_branch(runs, "unknown", NOW).runs) == [6]
    assert choose_branch(runs, None, NOW).shown_others == "feature (2), unknown (1)"
    with pytest.raises(UsageError, match=r"'featur'; it has main \(3\), feature \(2\), unknown \(1\)"):
        choose_branch(runs, "featur", NOW)


def test_nights_from_the_future_are_left_out() -> None:
    """A record of before may hold some; they would be the newest for ever."""
    runs = _runs({"main": 3})
    last = runs[3][0].measured_at
    found = choose_branch(runs, None, last - timedelta(hours=2))
    assert (list(found.runs), found.from_future) == ([1, 2], 1)
    assert choose_branch(runs, None, last - timedelta(minutes=59)).from_future == 0
