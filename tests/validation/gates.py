"""What others make of the same segments: A first, then B, and a threshold on some mean."""

from __future__ import annotations

import numpy as np
from scipy import stats

from tests.validation.noise import Array

ASV_FACTOR, ASV_LEVEL = 1.1, 0.002  # the defaults of asv 0.6, `asv continuous` and `compare`


def mean_gate(before: Array, after: Array, tolerance: float) -> Array:
    """pytest-benchmark, `--benchmark-compare-fail=mean:5%`."""
    return after.mean(axis=1) > (1 + tolerance) * before.mean(axis=1)


def min_gate(before: Array, after: Array, tolerance: float) -> Array:
    """pytest-benchmark, `--benchmark-compare-fail=min:5%`."""
    return after.min(axis=1) > (1 + tolerance) * before.min(axis=1)


def asv_gate(before: Array, after: Array, tolerance: float) -> Array:
    """asv: medians apart by the factor, here the same tolerance, and a significant Mann-Whitney test."""
    apart = np.median(after, axis=1) > (1 + tolerance) * np.median(before, axis=1)
    tested = stats.mannwhitneyu(after, before, axis=1, alternative="two-sided", method="asymptotic")
    return apart & (tested.pvalue < ASV_LEVEL)


RULES = {"mean +5%": mean_gate, "min +5%": min_gate, "asv, factor 1.05": asv_gate}
