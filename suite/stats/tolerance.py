"""One-sided lower tolerance bounds: a limit above which, with the stated confidence, the stated share of all runs lies.

Non-parametric where runs suffice: the r-th smallest of n, with the largest r for which P(Bin(n, 1 - content) ≥ r) ≥
confidence (S. S. Wilks, Annals of Mathematical Statistics 12 (1941), 91-96); 299 runs for 99 % and 95 %. With fewer the
normal bound, mean - k · sd with k = t'(confidence; n - 1, z √n) / √n, t' the quantile of the non-central t
(G. J. Hahn, W. Q. Meeker, "Statistical Intervals", Wiley 1991, section 4.6), and never above the smallest run; it holds
as far as a test of Shapiro and Wilk finds nothing against normality. Of fewer than 30 it is provisional,
and no more than half of their mean.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Literal

import numpy as np

CONTENT = 0.99
CONFIDENCE = 0.95
FEW = 30  # runs, of which fewer can't show a rare bad training: 1 in 300 of `stack8`'s ended at .15, their mean is .39
PROVISIONAL = 0.5  # of their mean: what a bound from so few runs is held to
LEAST = 3  # runs that Shapiro and Wilk's test takes
CEILING = 0.95  # no bound lies higher: where the reference is always right, a single slip would decide


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """A lower bound and how it was found."""

    value: float
    """In [0, 1]; 0 where there are too few runs to say anything."""
    method: Literal["non-parametric", "normal", "provisional", "none"]
    normal_p: float | None
    """Of Shapiro and Wilk's test; small values speak against the normal bound. `None` where it wasn't asked."""


def lower_bound(accuracies: Sequence[float]) -> Bound:
    """The bound for these runs."""
    values = np.sort(np.asarray(accuracies, np.float64))
    if rank := order(len(values)):
        return Bound(value=min(float(values[rank - 1]), CEILING), method="non-parametric", normal_p=None)
    if len(values) < LEAST:
        return Bound(value=0.0, method="none", normal_p=None)
    spread = float(values.std(ddof=1))
    from scipy.stats import shapiro  # a second to import, for calibration only

    p = float(shapiro(values).pvalue) if spread > 0 else 1.0
    mean = float(values.mean())
    low = max(min(mean - normal_factor(len(values)) * spread, float(values[0]), CEILING), 0.0)
    if len(values) < FEW:
        return Bound(value=min(low, PROVISIONAL * mean), method="provisional", normal_p=p)
    return Bound(value=low, method="normal", normal_p=p)


def order(runs: int) -> int:
    """Rank of the run that is the non-parametric bound, from 1; 0 where there are too few."""
    from scipy.special import bdtr

    rank = 0
    while rank < runs and bdtr(rank, runs, 1 - CONTENT) <= 1 - CONFIDENCE:
        rank += 1
    return rank


def normal_factor(runs: int) -> float:
    """The k of mean - k · sd."""
    from scipy.special import nctdtrit, ndtri

    return float(nctdtrit(runs - 1, ndtri(CONTENT) * sqrt(runs), CONFIDENCE)) / sqrt(runs)
