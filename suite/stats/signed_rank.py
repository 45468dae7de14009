"""What a paired timing means: a sequential signed-rank test with a declared error rate, the ratio, the power.

The unit is a quad (two timed segments of each side), and d is the log ratio of each side's faster segment. Disturbances
only make segments longer: on simulated spikes the faster segments find a slowdown of 10% in 100% of cases, the mean of
both log ratios in 89% (docs/timing.md). Nothing here runs or times anything; the same segments always give the same
verdict.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from suite.assignments import ThroughputSettings
from suite.records import Outcome, PairedTiming, Quad

Array: TypeAlias = np.ndarray[Any, Any]
CONFIDENCE = 0.95
RESAMPLES = 400  # the power's own standard error is then 1% at .95
MOST_OVERHEAD = (
    0.25  # share of a segment: the overhead is itself measured, so it must never be most of what it corrects
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """The result of one paired timing."""

    outcome: Outcome
    """PASS, FAIL or INCONCLUSIVE."""
    ratio: float
    """Median of exp(d): how many times the reference's time the submission takes."""
    interval: tuple[float, float]
    """Interval of the ratio at `CONFIDENCE`; (0, inf) if there are too few quads."""
    power: float
    """Probability that a slowdown of `slowdown` would have failed in the observed noise."""
    p_value: float
    """p-value over all looks (interim tests): P(p_value ≤ x) ≤ x if the submission isn't too slow."""


def level(settings: ThroughputSettings) -> float:
    """The declared rate of false fails."""
    return sum(alpha for _, alpha in settings.looks)


def log_ratios(quads: Sequence[Quad]) -> Array:
    """The log ratio of each quad, d, with overheads subtracted on both sides."""
    own = np.array([quad.own for quad in quads], float).reshape(-1, 2).min(axis=1)
    reference = np.array([quad.reference for quad in quads], float).reshape(-1, 2).min(axis=1)
    overhead = np.array([quad.overhead for quad in quads], float)
    overhead = np.minimum(overhead, MOST_OVERHEAD * np.minimum(own, reference))
    return np.asarray(np.log(own - overhead) - np.log(reference - overhead))


def p_value(d: Array, settings: ThroughputSettings) -> float:
    """The smallest p of the looks so far, each scaled to the whole level: P(p_value ≤ x) ≤ x by Bonferroni.

    `d` has shape (quads,). A look's p is the larger of two: one-sided exact Wilcoxon signed-rank of
    d − log(1 + tolerance), and how far the median lies beyond what processes differ by (`_beyond_processes`).
    """
    return float(p_values(d[None, :], settings)[0])


def p_values(d: Array, settings: ThroughputSettings) -> Array:
    """`p_value` of each row of d, shape (trials, quads)."""
    from scipy import stats  # half a second to import, for timings only

    found = np.ones(len(d))
    shifted = d - np.log1p(settings.tolerance)
    for quads, alpha in settings.looks:
        if d.shape[1] >= quads:
            tested = stats.wilcoxon(shifted[:, :quads], alternative="greater", method="exact", axis=1)
            p = np.maximum(tested.pvalue, _beyond_processes(shifted[:, :quads], settings))
            found = np.minimum(found, p * level(settings) / alpha)
    return found


def _beyond_processes(shifted: Array, settings: ThroughputSettings) -> Array:
    """The probability that normal errors, one per pair of processes, move the median this far.

    Quads of one pair share that error, so the signed ranks, which treat all quads as independent, would fail 6 to 8% of
    models that lie just at the tolerance.
    """
    from scipy import stats  # half a second to import, for timings only

    pairs = max(shifted.shape[1] // settings.quads, 1)
    return np.asarray(stats.norm.sf(np.median(shifted, axis=1) * np.sqrt(pairs) / settings.process_spread))


def ratio_interval(d: Array) -> tuple[float, float]:
    """Between two order statistics of exp(d), chosen by the binomial distribution: no shape of noise is assumed."""
    from scipy import stats  # half a second to import, for timings only

    ordered = np.sort(d)
    skipped = int(stats.binom.ppf((1 - CONFIDENCE) / 2, len(d), 0.5))
    if skipped == 0:
        return 0.0, float("inf")
    return float(np.exp(ordered[skipped - 1])), float(np.exp(ordered[len(d) - skipped]))


def power(d: Array, pairs: Array, settings: ThroughputSettings, alpha: float, seed: int) -> float:
    """Share of timings like this one that would fail at a slowdown of `slowdown`.

    Pairs of processes are drawn with replacement, and quads within each, so that differences between processes count.
    """
    generator = np.random.default_rng(seed)
    centred = d - np.median(d) + np.log1p(settings.slowdown)
    groups = [centred[pairs == pair] for pair in np.unique(pairs)]
    drawn = np.empty((RESAMPLES, len(groups), settings.quads))
    for trial in range(RESAMPLES):
        for place, group in enumerate(generator.integers(len(groups), size=len(groups))):
            drawn[trial, place] = generator.choice(groups[group], settings.quads)
    return float((p_values(drawn.reshape(RESAMPLES, -1), settings) <= alpha).mean())


def judge(comparison: PairedTiming, settings: ThroughputSettings, alpha: float | None = None) -> Judgement:
    """Judge a paired timing that has quads; `alpha` is its own level if several are judged together."""
    alpha = level(settings) if alpha is None else alpha
    d = log_ratios(comparison.quads)
    attained = power(d, np.array([quad.pair for quad in comparison.quads]), settings, alpha, comparison.seed)
    p = p_value(d, settings)
    outcome = Outcome.PASS if attained >= settings.power else Outcome.INCONCLUSIVE
    return Judgement(
        outcome=Outcome.FAIL if p <= alpha else outcome,
        ratio=float(np.exp(np.median(d))),
        interval=ratio_interval(d),
        power=attained,
        p_value=p,
    )


def judge_together(comparisons: Mapping[str, PairedTiming], settings: ThroughputSettings) -> dict[str, Judgement]:
    """Judge all timings of one submission by Holm's method: of m, the smallest p is compared with level/m, and so on.

    So one good submission, however many models it has, fails in some of them with at most the declared rate.
    """
    p = {name: p_value(log_ratios(comparison.quads), settings) for name, comparison in comparisons.items()}
    found: dict[str, Judgement] = {}
    rejecting = True
    for place, name in enumerate(sorted(p, key=lambda name: p[name])):
        alpha = level(settings) / (len(comparisons) - place)
        rejecting = rejecting and p[name] <= alpha
        judged = judge(comparisons[name], settings, alpha if rejecting else level(settings) / len(comparisons))
        found[name] = judged
    return {name: found[name] for name in comparisons}


def is_settled(comparisons: int, quads: Sequence[Quad], settings: ThroughputSettings) -> bool:
    """Whether a paired timing, one of `comparisons`, has failed already: further quads couldn't change that."""
    return p_value(log_ratios(quads), settings) <= level(settings) / comparisons
