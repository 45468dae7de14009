"""Brings nights of several types of machine to one level, so that a ratio series continues across machines.

A ratio to an anchor differs between processors (caches, vector units) by a few percent. Each type of machine gets an
offset, first from its calibration nights against the level of the machines known by then, later from all segments that
it shares with others. A change in the same night as a change of machine can't be told from it and isn't reported.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from suite.tracking.history.noise import Floats
from suite.tracking.history.settings import JudgeSettings
from suite.tracking.history.steps import find_steps, segments

NEARBY = 20  # latest nights that give the level before a new machine came
ROUNDS = 2  # offsets and steps depend on each other; a third round changes nothing important


def place(values: Floats, machines: Sequence[str], settings: JudgeSettings) -> tuple[Floats, NDArray[np.bool_]]:
    """Values minus their machine's offset, and which may be judged: those after their machine's calibration."""
    names = np.asarray(machines)
    order = list(dict.fromkeys(machines))
    judged = _after_calibration(names, order, settings.calibration)
    if len(order) < 2:  # noqa: PLR2004
        return values, np.ones(values.size, dtype=bool)
    offsets = _first_offsets(values, names, order, settings.calibration)
    for _ in range(ROUNDS):
        placed = values - np.array([offsets[name] for name in machines])
        for name, correction in _corrections(placed, names, order, settings).items():
            offsets[name] += correction
    return values - np.array([offsets[name] for name in machines]), judged


def _after_calibration(names: NDArray[np.str_], order: list[str], nights: int) -> NDArray[np.bool_]:
    """Which nights come after calibration; the first machine needs none, as it defines the level."""
    judged = np.ones(names.size, dtype=bool)
    for name in order[1:]:
        judged[np.flatnonzero(names == name)[:nights]] = False
    return judged


def _first_offsets(values: Floats, names: NDArray[np.str_], order: list[str], nights: int) -> dict[str, float]:
    """Offset of each machine's calibration nights from the level of the nights before, in order of appearance."""
    offsets = {order[0]: 0.0}
    for name in order[1:]:
        differences = []
        for index in np.flatnonzero(names == name)[:nights]:
            known = [i for i in range(index) if names[i] in offsets][-NEARBY:]
            differences.append(values[index] - np.median([values[i] - offsets[str(names[i])] for i in known]))
        offsets[name] = float(np.median(differences))
    return offsets


def _corrections(
    placed: Floats, names: NDArray[np.str_], order: list[str], settings: JudgeSettings
) -> dict[str, float]:
    """Offset of each machine from the first one, from the segments that it shares with earlier machines."""
    residuals: dict[str, list[float]] = {name: [] for name in order[1:]}
    arrivals = [int(np.argmax(names == name)) for name in order[1:]]
    cuts = [cut for cut in find_steps(placed, settings) if not _at_arrival(cut, arrivals, settings)]
    for start, stop in segments(placed.size, tuple(cuts)):
        here = names[start:stop]
        for position, name in enumerate(order[1:], start=1):
            before = np.isin(here, order[:position])
            if before.any() and (here == name).any():
                residuals[name] += list(placed[start:stop][here == name] - np.median(placed[start:stop][before]))
    return {name: float(np.median(found)) for name, found in residuals.items() if found}


def _at_arrival(cut: int, arrivals: list[int], settings: JudgeSettings) -> bool:
    """Whether a step is where a machine is new; it can't be told from the machine's offset, so it counts as that."""
    return any(-settings.same_change <= cut - arrival <= settings.calibration for arrival in arrivals)
