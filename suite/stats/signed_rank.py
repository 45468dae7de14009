"""What a duel's segments mean: a sequential signed-rank test with a declared error rate, the ratio, the power.

The unit is a quad, and d the log ratio of the faster of each side's two segments. The design had half the sum of both
log ratios; what disturbs a segment only ever makes it longer, and on simulated spikes the faster ones find a slowdown
of 10% in 100% of cases where the sums find 89% (docs/timing.md). Nothing here runs or times anything; the same
segments always give the same verdict.
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
    0.25  # of a segment: what is subtracted is itself measured, so it never gets to be most of what it corrects
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What one duel says."""

    outcome: Outcome
    """PASS, FAIL or INCONCLUSIVE."""
    ratio: float
    """Median of exp(d): how many times the reference's time the submission takes."""
    interval: tuple[float, float]
    """Of the ratio, at `CONFIDENCE`; without bounds where there are too few quads."""
    power: float
    """Probability with which a slowdown of `slowdown` would have failed, in noise as it was seen."""
    p_value: float
    """Over all looks: at most x with a probability of at most x, where the submission isn't too slow."""


def level(settings: ThroughputSettings) -> float:
    """The declared rate of false fails."""
    return sum(alpha for _, alpha in settings.looks)


def log_ratios(quads: Sequence[Quad]) -> Array:
    """The log ratio of each quad, d, overheads taken off both sides."""
    own = np.array([quad.own for quad in quads], float).reshape(-1, 2).min(axis=1)
    reference = np.array([quad.reference for quad in quads], float).reshape(-1, 2).min(axis=1)
    overhead = np.array([quad.overhead for quad in quads], float)
    overhead = np.minimum(overhead, MOST_OVERHEAD * np.minimum(own, reference))
    return np.asarray(np.log(own - overhead) - np.log(reference - overhead))


def p_value(d: Array, settings: ThroughputSettings) -> float:
    """The smallest p of the looks so far, each as a share of its level: P(p_value ≤ x) ≤ x by Bonferroni.

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
    """The probability that pairs of processes, each off by a normal error, put the median so far.

    Quads of one pair share that error, so the signed ranks, which take all quads for independent, would fail 6 to 8% of
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

    Pairs of processes are drawn with replacement, and quads within each, so that what differs between processes counts.
    """
    generator = np.random.default_rng(seed)
    centred = d - np.median(d) + np.log1p(settings.slowdown)
    groups = [centred[pairs == pair] for pair in np.unique(pairs)]
    drawn = np.empty((RESAMPLES, len(groups), settings.quads))
    for trial in range(RESAMPLES):
        for place, group in enumerate(generator.integers(len(groups), size=len(groups))):
            drawn[trial, place] = generator.choice(groups[group], settings.quads)
    return float((p_values(drawn.reshape(RESAMPLES, -1), settings) <= alpha).mean())


def judge(duel: PairedTiming, settings: ThroughputSettings, alpha: float | None = None) -> Judgement:
    """What a duel with quads says; `alpha` is its own level where several are judged together."""
    alpha = level(settings) if alpha is None else alpha
    d = log_ratios(duel.quads)
    attained = power(d, np.array([quad.pair for quad in duel.quads]), settings, alpha, duel.seed)
    p = p_value(d, settings)
    outcome = Outcome.PASS if attained >= settings.power else Outcome.INCONCLUSIVE
    return Judgement(
        outcome=Outcome.FAIL if p <= alpha else outcome,
        ratio=float(np.exp(np.median(d))),
        interval=ratio_interval(d),
        power=attained,
        p_value=p,
    )


def judge_together(duels: Mapping[str, PairedTiming], settings: ThroughputSettings) -> dict[str, Judgement]:
    """All duels of one submission, by Holm: with m of them the smallest p is held against level/m, and so on.

    So one good submission, however many models it has, fails in some of them with at most the declared rate.
    """
    p = {name: p_value(log_ratios(duel.quads), settings) for name, duel in duels.items()}
    found: dict[str, Judgement] = {}
    rejecting = True
    for place, name in enumerate(sorted(p, key=lambda name: p[name])):
        alpha = level(settings) / (len(duels) - place)
        rejecting = rejecting and p[name] <= alpha
        judged = judge(duels[name], settings, alpha if rejecting else level(settings) / len(duels))
        found[name] = judged
    return {name: found[name] for name in duels}


def is_settled(duels: int, quads: Sequence[Quad], settings: ThroughputSettings) -> bool:
    """Whether a duel, one of so many, has failed already: what follows couldn't change that."""
    return p_value(log_ratios(quads), settings) <= level(settings) / duels
