"""One-sided lower tolerance bounds: a limit above which, with the stated confidence, the stated share of all runs lies.

Non-parametric if there are enough runs: the r-th smallest of n, with the largest r for which P(Bin(n, 1 - content) ≥ r)
≥ confidence (S. S. Wilks, Annals of Mathematical Statistics 12 (1941), 91-96); 99 % and 95 % take 299 runs. With fewer,
the normal bound: mean - k · sd with k = t'(confidence; n - 1, z √n) / √n, where t' is the quantile of the non-central t
(G. J. Hahn, W. Q. Meeker, "Statistical Intervals", Wiley 1991, section 4.6), but never above the smallest run; it is
valid if the Shapiro-Wilk test finds nothing against normality. From fewer than 30 runs the bound is provisional, and at
most half of their mean.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, sqrt
from typing import Literal

import numpy as np

CONTENT = 0.99
CONFIDENCE = 0.95
FEW = 30  # runs; fewer can't show a rare bad training: 1 in 300 of `stack8`'s ended at .15, their mean is .39
PROVISIONAL = 0.5  # share of their mean: the cap on a bound from so few runs
LEAST = 3  # fewest runs that the Shapiro-Wilk test takes
CEILING = 0.95  # no bound lies higher: where the reference is always right, a single slip would decide


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """A lower bound and how it was found."""

    value: float
    """In [0, 1]; 0 if there are too few runs to say anything."""
    method: Literal["non-parametric", "normal", "provisional", "none"]
    normal_p: float | None
    """p-value of the Shapiro-Wilk test; small values speak against the normal bound. `None` if it wasn't run."""


def lower_bound(runs: Sequence[float], *, proportion: bool = True) -> Bound:
    """The bound for these runs; one of proportions lies between 0 and the ceiling."""
    values = np.sort(np.asarray(runs, np.float64))
    least, most = (0.0, CEILING) if proportion else (-inf, inf)
    if rank := order(len(values)):
        return Bound(value=min(float(values[rank - 1]), most), method="non-parametric", normal_p=None)
    if len(values) < LEAST:
        return Bound(value=0.0 if proportion else _cautious(float(values.mean())), method="none", normal_p=None)
    spread = float(values.std(ddof=1))
    from scipy.stats import shapiro  # a second to import, for calibration only

    p = float(shapiro(values).pvalue) if spread > 0 else 1.0
    mean = float(values.mean())
    low = max(min(mean - normal_factor(len(values)) * spread, float(values[0]), most), least)
    if len(values) < FEW:
        return Bound(value=min(low, _cautious(mean)), method="provisional", normal_p=p)
    return Bound(value=low, method="normal", normal_p=p)


def _cautious(mean: float) -> float:
    """Half of a mean or, of an error, which counts as a negative number, one and a half times the mean."""
    return mean - (1 - PROVISIONAL) * abs(mean)


def order(runs: int) -> int:
    """Rank of the run that is the non-parametric bound, from 1; 0 if there are too few."""
    from scipy.special import bdtr

    rank = 0
    while rank < runs and bdtr(rank, runs, 1 - CONTENT) <= 1 - CONFIDENCE:
        rank += 1
    return rank


def normal_factor(runs: int) -> float:
    """The factor k in mean - k · sd."""
    from scipy.special import nctdtrit, ndtri

    return float(nctdtrit(runs - 1, ndtri(CONTENT) * sqrt(runs), CONFIDENCE)) / sqrt(runs)
