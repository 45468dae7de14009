"""Robust measures of a noisy series of log ratios."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

TO_DEVIATION = 1.4826
"""Factor from median absolute deviation to standard deviation, for normal noise."""
MEDIAN_VARIANCE = np.pi / 2
"""Variance of a median divided by that of a mean, for normal noise."""

MEMORY_NIGHTS = 20
"""Least number of nights for estimating the autocorrelation (`memory`)."""
MEMORY_LIMIT = 0.8
"""Largest autocorrelation assumed; above it, noise can't be told from a change of level."""


def deviation(residuals: Floats, floor: float) -> float:
    """Robust standard deviation of residuals around zero, which spikes don't affect; at least `floor`."""
    return max(floor, TO_DEVIATION * float(np.median(np.abs(residuals)))) if residuals.size else floor


def local_deviation(values: Floats, window: int, floor: float) -> float:
    """Standard deviation of the noise, at least `floor`; steps don't count as noise.

    It is measured around a running median of `window` nights to either side.
    """
    if values.size <= 2 * window:
        return deviation(values - np.median(values), floor) if values.size else floor
    padded = np.pad(values, window, mode="reflect")
    medians = np.median(np.lib.stride_tricks.sliding_window_view(padded, 2 * window + 1), axis=1)
    return deviation(values - medians, floor)


def levels(values: Floats, cuts: tuple[int, ...]) -> Floats:
    """For each value, the median of its segment; segments begin at 0 and at each of `cuts`."""
    edges = [0, *cuts, values.size]
    result = np.empty_like(values)
    for start, stop in pairwise(edges):
        result[start:stop] = np.median(values[start:stop])
    return result


def memory(residuals: Floats) -> float:
    """Correlation of a night with the one before it, in [0, 0.8].

    Gnanadesikan and Kettenring's robust estimate, from the spread of sums and differences (Biometrics 28, 1972).
    """
    if residuals.size < MEMORY_NIGHTS:
        return 0.0
    one, other = residuals[:-1], residuals[1:]
    sums, differences = (float(np.median(np.abs(pairs))) ** 2 for pairs in (one + other, one - other))
    return float(np.clip((sums - differences) / (sums + differences or 1.0), 0.0, MEMORY_LIMIT))
