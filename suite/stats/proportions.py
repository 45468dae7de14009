"""Intervals for a proportion that was counted."""

from __future__ import annotations

from math import sqrt

Z95 = 1.959963984540054  # of the normal distribution, two-sided 95 %


def wilson(right: int, rows: int) -> tuple[float, float]:
    """Score interval, 95 %: E. B. Wilson, "Probable inference", JASA 22 (1927), 209-212; (0, 1) without rows."""
    if rows <= 0:
        return 0.0, 1.0
    share, square = right / rows, Z95 * Z95
    middle = (share + square / (2 * rows)) / (1 + square / rows)
    half = Z95 * sqrt(share * (1 - share) / rows + square / (4 * rows * rows)) / (1 + square / rows)
    return max(middle - half, 0.0), min(middle + half, 1.0)


def clopper_pearson(hits: int, trials: int, confidence: float = 0.95) -> tuple[float, float]:
    """Exact interval: C. J. Clopper, E. S. Pearson, Biometrika 26 (1934), 404-413; (0, 1) without trials."""
    from scipy.special import betaincinv  # half a second to import, for calibration only

    tail = (1 - confidence) / 2
    low = 0.0 if hits == 0 else float(betaincinv(hits, trials - hits + 1, tail))
    high = 1.0 if hits == trials else float(betaincinv(hits + 1, trials - hits, 1 - tail))
    return low, high
