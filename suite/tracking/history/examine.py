"""Examines one series: its levels, where they change, and whether the environment explains that. No I/O."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from suite.tracking.history.machines import place
from suite.tracking.history.newest import find_rise
from suite.tracking.history.noise import Floats, deviation
from suite.tracking.history.settings import JudgeSettings
from suite.tracking.history.steps import find_steps


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """One change of level."""

    index: int
    """First night of the new level."""
    good: int
    """A night that surely had the old level: the date of a change may be a night or two off, and a fresh verdict
    against a revision that is already slow would find nothing."""
    magnitude: float
    """New level less old level, as a log ratio; positive is slower."""
    environment: bool
    """Whether the anchor's own time changed in the same night."""
    p_value: float | None = None
    """p-value of the test of the newest nights; `None` for an older change, found by change-point detection."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """What one series shows."""

    placed: Floats
    """Values minus each machine's offset."""
    judged: NDArray[np.bool_]
    """Nights that count: those after their machine's calibration."""
    cuts: tuple[int, ...]
    """First nights of all levels but the first, with those of known changes."""
    steps: tuple[Shift, ...]
    """Changes with at least `min_segment` nights of the new level."""
    rise: Shift | None
    """The rise in the newest nights, not yet tested for significance; `None` if there is too little data."""

    def level_before(self, index: int, leeway: int) -> float:
        """Median of the level that ended at night `index`, or at a cut within `leeway` nights of it."""
        end = min((cut for cut in self.cuts if abs(cut - index) <= leeway), default=index)
        start = max((cut for cut in self.cuts if cut < end), default=0)
        return self._level(start, end)

    @property
    def newest_level(self) -> float:
        """Median of the level of the newest night."""
        return self._level(self.cuts[-1] if self.cuts else 0, self.placed.size)

    def _level(self, start: int, stop: int) -> float:
        inside = self.placed[start:stop][self.judged[start:stop]]
        return float(np.median(inside if inside.size else self.placed[start:stop]))


def examine(
    values: Floats,
    machines: Sequence[str],
    anchors: Floats | None,
    settings: JudgeSettings,
    known: Sequence[int] = (),
) -> Examination:
    """Examine log ratios (or log seconds) of successive nights.

    `anchors` are the anchor's own log seconds, NaN for a night without; `known` are the first nights of changes that
    earlier checks settled, where a level begins even if change-point detection doesn't find it yet.
    """
    placed, judged = place(values, machines, settings)
    where = np.flatnonzero(judged)
    nights = _Nights(where=where, seen=placed[where], machines=machines, anchors=anchors, settings=settings)
    cuts = find_steps(nights.seen, settings)
    settled = {int(np.searchsorted(where, index)) for index in known}
    unseen = {cut for cut in settled if all(abs(cut - other) > settings.same_change for other in cuts)}
    levels_from = tuple(sorted({*cuts, *unseen} - {0, nights.seen.size}))
    return Examination(
        placed=placed,
        judged=judged,
        cuts=tuple(int(where[cut]) for cut in levels_from),
        steps=tuple(nights.as_step(cut, cuts) for cut in cuts),
        # if the newest night is one of its machine's calibration nights, there is nothing to test
        rise=nights.as_rise(levels_from) if judged.size and judged[-1] else None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Nights:
    """The judged nights of a series."""

    where: NDArray[np.intp]
    seen: Floats
    machines: Sequence[str]
    anchors: Floats | None
    settings: JudgeSettings

    def as_step(self, cut: int, cuts: tuple[int, ...]) -> Shift:
        """A change point with the levels on both sides."""
        position = cuts.index(cut)
        start, stop = [0, *cuts][position], [*cuts, self.seen.size][position + 1]
        return Shift(
            index=int(self.where[cut]),
            good=int(self.where[max(start, cut - 1 - self.settings.same_change)]),
            magnitude=float(np.median(self.seen[cut:stop]) - np.median(self.seen[start:cut])),
            environment=self._anchor_moved(cut, stop),
        )

    def as_rise(self, cuts: tuple[int, ...]) -> Shift | None:
        """The rise of the newest nights above the level before them."""
        rise = find_rise(self.seen, cuts, self.settings)
        if rise is None:
            return None
        return Shift(
            index=int(self.where[rise.index]),
            good=int(self.where[self.seen.size - 1 - self.settings.newest]),
            magnitude=rise.magnitude,
            environment=self._anchor_moved(rise.index, self.seen.size),
            p_value=rise.p_value,
        )

    def _anchor_moved(self, cut: int, stop: int) -> bool:
        """Whether the anchor's own time changed, on machines of the type that measured the new level."""
        if self.anchors is None:
            return False
        types = np.asarray(self.machines)[self.where]
        times = self.anchors[self.where]
        usable = (types == types[cut]) & ~np.isnan(times)
        before = times[:cut][usable[:cut]][-self.settings.baseline :]
        after = times[cut:stop][usable[cut:stop]][: self.settings.baseline]
        if before.size < self.settings.min_level or not after.size:
            return False
        scale = deviation(before - np.median(before), self.settings.scale_floor)
        moved = abs(float(np.median(after) - np.median(before)))
        error = scale * float(np.sqrt(1 / after.size + 1 / before.size))
        return moved >= max(self.settings.min_magnitude, self.settings.environment_deviations * error)
