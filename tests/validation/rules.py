"""The rules of other tools, night by night on one series: each answers the nights on which it would raise an alarm.

They see ratios to the anchor, which is kinder to them than the seconds that these tools usually compare.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Alarm = tuple[int, int]
"""Night of the alarm, and the night that it names as the first slow one."""

PREVIOUS = 0.07
ASV_THRESHOLD = 0.05  # asv.conf.json, regressions_thresholds: the default
ASV_MIN_SIZE = 2
ASV_GAMMAS = 24
ASV_CORRELATIONS = np.linspace(-1, 1, 21)


def previous_night(values: Floats, start: int) -> list[Alarm]:
    """The night before plus 7 %."""
    ratios = np.exp(np.diff(values))
    return [(night, night) for night in range(start, values.size) if ratios[night - 1] > 1 + PREVIOUS]


def compare_fail(tolerance: float) -> Callable[[Floats, int], list[Alarm]]:
    """pytest-benchmark --benchmark-compare-fail=mean:N% against a saved run, saved anew after each alarm."""

    def rule(values: Floats, start: int) -> list[Alarm]:
        saved, alarms = start - 1, []
        for night in range(start, values.size):
            if np.exp(values[night] - values[saved]) > 1 + tolerance:
                alarms.append((night, night))
                saved = night
        return alarms

    return rule


def asv(values: Floats, start: int) -> list[Alarm]:
    """asv's step detection on each night's series; a step that it hasn't named before (to 2 nights) is an alarm.

    After asv 0.6 `step_detect.py` (BSD): an L1 Potts fit whose penalty minimises `4 ln(n)/n` a step plus the log of the
    correlated L1 error, then `detect_regressions` with the threshold of 5 %. Its search over penalties is a grid here.
    """
    seconds = np.exp(values)
    fits = _PottsFits(seconds)
    named: list[int] = []
    alarms = []
    for night in range(start, values.size):
        for position in _asv_regressions(fits.best(night + 1)):
            if all(abs(position - other) > 2 for other in named):
                named.append(position)
                alarms.append((night, position))
    return alarms


RULES: dict[str, Callable[[Floats, int], list[Alarm]]] = {
    "asv": asv,
    "pytest-benchmark mean:5%": compare_fail(0.05),
    "pytest-benchmark mean:7%": compare_fail(0.07),
    "previous night + 7 %": previous_night,
}

Piece = tuple[int, int, float, float]
"""Start, end, median, mean absolute error."""


class _PottsFits:
    """L1 Potts fits of every beginning of a series, for a grid of penalties: one dynamic programme a penalty."""

    def __init__(self, values: Floats) -> None:
        size = values.size
        self.values = values
        self.median = np.zeros((size, size + 1))
        self.error = np.full((size, size + 1), np.inf)
        for begin in range(size):
            for end in range(begin + 1, size + 1):
                piece = values[begin:end]
                middle = float(np.sort(piece)[(piece.size - 1) // 2])
                self.median[begin, end] = middle
                self.error[begin, end] = float(np.abs(piece - middle).sum())
        whole = self.error[0, size] or 1.0
        self.gammas = whole * np.exp(np.linspace(np.log(0.1 / size) - 1.0, 0.0, ASV_GAMMAS))
        self.starts = [self._solve(gamma) for gamma in self.gammas]

    def _solve(self, gamma: float) -> NDArray[np.intp]:
        """For each end the best start of the last piece."""
        size = self.values.size
        cost, starts = np.zeros(size + 1), np.zeros(size + 1, dtype=np.intp)
        cost[0] = -gamma
        for end in range(1, size + 1):
            totals = cost[:end] + gamma + self.error[:end, end]
            starts[end] = int(np.argmin(totals))
            cost[end] = totals[starts[end]]
        return starts

    def best(self, size: int) -> list[Piece]:
        """The fit of the first `size` values whose penalty asv would choose."""
        whole = self.error[0, size] or 1.0
        usable = (self.gammas >= 0.05 * whole / size) & (self.gammas <= whole)
        fits = {tuple(self._pieces(starts, size)) for starts, use in zip(self.starts, usable, strict=True) if use}
        return list(min(fits, key=lambda pieces: self._objective(pieces, size)))

    def _pieces(self, starts: NDArray[np.intp], size: int) -> list[Piece]:
        pieces: list[Piece] = []
        end = size
        while end > 0:
            begin = int(starts[end])
            error = self.error[begin, end] / (end - begin)
            pieces.append((begin, end, float(self.median[begin, end]), float(error)))
            end = begin
        return pieces[::-1]

    def _objective(self, pieces: tuple[Piece, ...], size: int) -> float:
        fitted = np.concatenate([np.full(end - begin, value) for begin, end, value, _ in pieces])
        errors = self.values[:size] - fitted
        correlated = abs(errors[0]) + np.abs(errors[1:] - np.outer(ASV_CORRELATIONS, errors[:-1])).sum(axis=1).min()
        heights = np.array([value for _, _, value, _ in pieces])
        floor = 0.1 * np.abs(np.diff(heights)).min() if heights.size > 2 else 0.001 * np.abs(heights).min()
        return float(4 * np.log(size) / size * len(pieces) + np.log(floor + correlated))


def _asv_regressions(pieces: list[Piece]) -> list[int]:
    """`detect_regressions`: first nights of upward steps that the newest level still shows."""
    found: list[int] = []
    best, best_error = pieces[-1][2], pieces[-1][3]
    short: tuple[float, float] | None = None
    after = pieces[-1][0]
    for begin, end, value, error in reversed(pieces):
        step = max(error, best_error, ASV_THRESHOLD * value)
        if best > value + step:
            if end - begin < ASV_MIN_SIZE:
                short = (best, best_error)
            found.append(after)
            best, best_error = value, error
        elif short is not None:
            if short[0] <= value + step:
                found.pop()
                best, best_error = short
            short = None
        after = begin
    return found[::-1]
