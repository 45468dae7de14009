"""Finds where a series changes its level: kernel change-point detection with the library ruptures.

`ruptures.KernelCPD` finds the segmentation of least cost exactly, in C: Celisse et al., "New efficient algorithms for
multiple change-point detection with reproducing kernels", 2018; cost of a segment: Arlot et al., "A kernel multiple
change-point algorithm via model selection", JMLR 2019. docs/history.md compares it with Apache Otava's E-divisive.
"""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np

from suite.tracking.history.noise import Floats, levels, local_deviation
from suite.tracking.history.settings import JudgeSettings


def find_steps(values: Floats, settings: JudgeSettings) -> tuple[int, ...]:
    """First index of each new level, ascending; neighbouring levels (medians) differ by `min_magnitude` or more."""
    import ruptures

    if values.size < 2 * settings.min_segment:
        return ()
    scale = local_deviation(values, settings.window, settings.scale_floor)
    search = ruptures.KernelCPD(
        kernel="rbf", min_size=settings.min_segment, params={"gamma": 1 / (2 * (settings.bandwidth * scale) ** 2)}
    )
    found = search.fit(values.reshape(-1, 1)).predict(pen=settings.penalty * math.log(values.size))
    return _drop_small(values, [int(end) for end in found[:-1]], settings.min_magnitude)


def _drop_small(values: Floats, cuts: list[int], least: float) -> tuple[int, ...]:
    """Join neighbouring levels, the most similar first, until all differ by `least` or more."""
    while cuts:
        at = levels(values, tuple(cuts))
        heights = [abs(at[cut] - at[cut - 1]) for cut in cuts]
        smallest = int(np.argmin(heights))
        if heights[smallest] >= least:
            break
        del cuts[smallest]
    return tuple(cuts)


def segments(size: int, cuts: tuple[int, ...]) -> tuple[tuple[int, int], ...]:
    """Start and end (exclusive) of each segment of `size` values."""
    return tuple(pairwise((0, *cuts, size)))
