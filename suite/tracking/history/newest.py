"""The test of the newest nights: is the latest one slower than the level before it, or are the latest two?

Noise with memory is whitened first, as a first-order autoregression: a night that follows a high one is expected to
be high, and what counts is what lies above that. It screens only: whether what it finds is real is decided by a fresh
verdict, so it is held to the false discovery rate and not to a false-alarm rate of its own.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from suite.tracking.history.noise import MEDIAN_VARIANCE, Floats, deviation, levels, memory
from suite.tracking.history.settings import JudgeSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Rise:
    """What the newest nights show."""

    index: int
    """First slow night."""
    magnitude: float
    """Level of the slow nights less the level before, as a log ratio."""
    p_value: float
    """Probability of so large a rise where nothing changed."""


def find_rise(values: Floats, cuts: tuple[int, ...], settings: JudgeSettings) -> Rise | None:
    """The likelier of "the last night is slow" and "the last two are"; `None` where the past is too short to say."""
    level_start = max((cut for cut in cuts if cut <= values.size - settings.newest), default=0)
    rises = []
    for nights in range(1, settings.newest + 1):
        past = values[: values.size - nights]
        if past.size < settings.min_baseline or past.size - level_start < settings.min_level:
            continue
        residuals = past - levels(past, tuple(cut for cut in cuts if cut < past.size))
        level = float(np.median(past[level_start:][-settings.baseline :]))
        count = min(past.size - level_start, settings.baseline)
        newest = values[-nights:] - level
        p_value = _probability(newest, residuals[-settings.baseline :], count, settings)
        rises.append((p_value, nights, float(newest.mean())))
    if not rises:
        return None
    p_value, nights, magnitude = min(rises)
    return Rise(
        index=values.size - nights + _first_slow(values[-nights:], magnitude),
        magnitude=magnitude,
        p_value=min(1.0, p_value * len(rises)),
    )


def _probability(newest: Floats, residuals: Floats, count: int, settings: JudgeSettings) -> float:
    """Of the newest nights, above their level, if nothing changed: generalised least squares for one step.

    `residuals` are those of the nights before, `count` the nights that the level was measured from.
    """
    scale = deviation(residuals, settings.scale_floor)
    clipped = np.clip(residuals, -settings.clip * scale, settings.clip * scale)  # a spike has no memory
    rho = memory(clipped)
    innovation = deviation(clipped[1:] - rho * clipped[:-1], settings.scale_floor)
    whitened = newest - rho * np.concatenate((clipped[-1:], newest[:-1]))
    shape = np.full(newest.size, 1 - rho)  # a step of height 1, whitened
    shape[0] = 1
    weight = float(shape @ shape)
    height = float(shape @ whitened) / weight
    of_level = innovation**2 * MEDIAN_VARIANCE / count * (shape.sum() / weight) ** 2
    error = np.sqrt(innovation**2 / weight + of_level)
    return float(stats.t.sf(height / error, residuals.size - 1))


def _first_slow(newest: Floats, magnitude: float) -> int:
    """The first of two nights that isn't slow itself isn't the first slow one."""
    return int(np.argmax(newest > newest.mean() - abs(magnitude) / 2))
