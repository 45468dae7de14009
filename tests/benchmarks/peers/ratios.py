"""Times of several graders in rounds, and how many times as long one takes as another, with an interval."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from scipy import stats

LEVEL = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio:
    """How many times as long one takes as another."""

    value: float
    """The geometric mean of the rounds' ratios."""
    low: float
    """Lower end of the interval; not a number after a single round."""
    high: float
    """Upper end."""


def compare(longer: Sequence[float], shorter: Sequence[float]) -> Ratio:
    """The ratio over rounds, each of which saw both on the same machine: Student's interval of its logarithm."""
    logarithms = [math.log(one / other) for one, other in zip(longer, shorter, strict=True)]
    mean = sum(logarithms) / len(logarithms)
    if len(logarithms) == 1:
        return Ratio(value=math.exp(mean), low=math.nan, high=math.nan)
    if min(logarithms) == max(logarithms):
        return Ratio(value=math.exp(mean), low=math.exp(mean), high=math.exp(mean))
    low, high = stats.ttest_1samp(logarithms, 0).confidence_interval(LEVEL)
    return Ratio(value=math.exp(mean), low=math.exp(low), high=math.exp(high))


def say_ratio(ratio: Ratio) -> str:
    """Such as `7.8 times (7.1 to 8.6)`."""
    interval = "" if math.isnan(ratio.low) else f" ({ratio.low:.1f} to {ratio.high:.1f})"
    return f"{ratio.value:.1f} times{interval}"


def say_seconds(seconds: Sequence[float], copies: int) -> str:
    """The mean for one submission."""
    return f"{sum(seconds) / len(seconds) / copies:.2f} s"
