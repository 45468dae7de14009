"""The test of the newest nights: are the last one or two slower than the level before?

Autocorrelated noise is whitened first, as a first-order autoregression: a night after a high one is expected to be
high, and only the rest counts. This only screens: a fresh verdict decides whether a rise is real, so it is limited by
the false discovery rate and has no false-alarm rate of its own.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from suite.tracking.history.noise import MEDIAN_VARIANCE, Floats, deviation, levels, memory
from suite.tracking.history.settings import JudgeSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Rise:
    """A rise in the newest nights."""

    index: int
    """First slow night."""
    magnitude: float
    """Level of the slow nights minus the level before, as a log ratio."""
    p_value: float
    """Probability of a rise at least this large if nothing changed."""


def find_rise(values: Floats, cuts: tuple[int, ...], settings: JudgeSettings) -> Rise | None:
    """The likelier of "the last night is slow" and "the last two are"; `None` if there are too few nights."""
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
    """Probability of the newest nights if nothing changed, by generalised least squares for one step.

    `newest` is relative to the level before, `residuals` are those of earlier nights, `count` nights gave the level.
    """
    scale = deviation(residuals, settings.scale_floor)
    clipped = np.clip(residuals, -settings.clip * scale, settings.clip * scale)  # spikes don't carry over
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
    """Index of the first slow night; the first of two doesn't count if it isn't slow itself."""
    return int(np.argmax(newest > newest.mean() - abs(magnitude) / 2))
