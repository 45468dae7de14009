"""Which states of a machine's software follow each other, and which exist beside each other."""

from __future__ import annotations

import pytest

from suite.tracking.history.environment import follow_upgrades
from suite.tracking.history.machine import MachineInfo, as_machine
from suite.tracking.history.records import Machine


def _machine(release: str, python: str) -> Machine:
    return as_machine(MachineInfo(release=release, python_version=python))


MACHINES = {f"{release}{python}": _machine(release, python) for release in "abc" for python in "12"}


@pytest.mark.parametrize(
    ("measured", "lines"),
    [
        (["a1"] * 20, [["a1"]]),
        (["a1"] * 20 + ["b1"] * 5 + ["c1"] * 5, [["a1", "b1", "c1"]]),
        (["a1", "a2"] * 20, [["a1"], ["a2"]]),
        (["a1", "a2"] * 20 + ["b2", "b1"] * 20, [["a1", "b1"], ["a2", "b2"]]),
        (["a1"] * 20 + ["b1", "a1", "b1", "a1"] + ["b1"] * 20, [["a1", "b1"]]),
        (["a1"] * 20 + ["b1"] * 3 + ["a1"] * 20, [["a1"], ["b1"]]),
        ([], []),
    ],
    ids=[
        "one state",
        "upgrades",
        "two versions each night",
        "an upgrade of both",
        "an upgrade over some days",
        "an upgrade that was taken back",
        "no night",
    ],
)
def test_follow_upgrades(measured: list[str], lines: list[list[str]]) -> None:
    """Each line holds the states that follow each other."""
    found = follow_upgrades(measured, MACHINES)
    assert [sorted(name for name in found if found[name] == number) for number in range(len(lines))] == lines
    assert len(set(found.values())) == len(lines)
