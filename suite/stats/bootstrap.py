"""Intervals for what no formula gives one: percentiles of resamples (B. Efron, Annals of Statistics 7 (1979), 1-26)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

RESAMPLES = 400  # whose 2.5 % percentiles vary by a tenth of the interval; at 2 ms each under a second
FEWEST = 20  # resamples for which a value exists, as of a rare class none may


def interval(judge: Callable[[np.ndarray[Any, Any]], float], rows: int) -> tuple[float, float] | None:
    """95 % interval of a value of rows; `None` if hardly any resample has a value.

    `judge` takes numbers of rows, and may raise `ValueError` where there is no value.
    """
    generator = np.random.default_rng(0)  # the same rows give the same interval
    found = []
    for _ in range(RESAMPLES):
        try:
            found.append(judge(generator.integers(0, rows, rows)))
        except ValueError:
            continue
    values = [value for value in found if np.isfinite(value)]
    if len(values) < FEWEST:
        return None
    low, high = np.percentile(values, [2.5, 97.5])
    return float(low), float(high)
