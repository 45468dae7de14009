"""Verdicts from segments: what fails, what passes, and what can't be said."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from suite.assignments import ThroughputSettings
from suite.evidence.timing.pairing import tosses
from suite.records import Outcome, PairedTiming, Quad
from suite.stats.signed_rank import (
    is_settled,
    judge,
    judge_together,
    level,
    log_ratios,
    p_value,
    p_values,
    ratio_interval,
)

SETTINGS = ThroughputSettings()
MILLISECOND = 1_000_000


def _timing(ratio: float, noise: float = 0.02, quads: int = 40, seed: int = 1) -> PairedTiming:
    """A timing in which the submission takes `ratio` times the reference's 20 ms."""
    generator = np.random.default_rng(seed)

    def segments(milliseconds: float) -> tuple[int, int]:
        first, second = milliseconds * MILLISECOND * np.exp(generator.normal(0, noise, 2))
        return int(first), int(second)

    run = [
        Quad(pair=n // 8, own_first=own_first, own=segments(20 * ratio), reference=segments(20), overhead=0)
        for n, own_first in enumerate(tosses(seed, quads))
    ]
    return PairedTiming(task="stack", model_id="stack8", work="forward", rows=32, seed=seed, quads=tuple(run))


@pytest.mark.parametrize(
    ("ratio", "outcome"), [(0.5, Outcome.PASS), (1.0, Outcome.PASS), (1.1, Outcome.FAIL), (3.0, Outcome.FAIL)]
)
def test_outcome_by_ratio(ratio: float, outcome: Outcome) -> None:
    """As fast or faster passes, 10% slower fails, and the ratio is what it is."""
    judged = judge(_timing(ratio), SETTINGS)
    assert judged.outcome is outcome
    low, high = judged.interval
    assert low < judged.ratio < high
    assert judged.ratio == pytest.approx(ratio, rel=0.02)


def test_noise_is_inconclusive() -> None:
    """Where a slowdown of 10% would hardly be found, nothing is said."""
    judged = judge(_timing(1.0, noise=0.3), SETTINGS)
    assert judged.outcome is Outcome.INCONCLUSIVE
    assert judged.power < 0.5


def test_same_segments_give_the_same_verdict() -> None:
    """A verdict can be recomputed from what is stored, its power included."""
    assert judge(_timing(1.0, noise=0.1), SETTINGS) == judge(_timing(1.0, noise=0.1), SETTINGS)


def test_declared_rate_holds_at_the_tolerance() -> None:
    """Models just as slow as is allowed, in processes that differ by 1% each, fail in at most 1% of cases."""
    generator = np.random.default_rng(5)
    trials = 4000
    processes = np.repeat(generator.normal(0, 0.01 * np.sqrt(2), (trials, 5)), 8, axis=1)
    d = generator.normal(np.log1p(SETTINGS.tolerance), 0.02, (trials, 40)) + processes
    assert (p_values(d, SETTINGS) <= level(SETTINGS)).mean() <= level(SETTINGS)


def test_levels_of_the_looks_add_up() -> None:
    """However many looks there are, the declared rate is 1%."""
    assert level(SETTINGS) == pytest.approx(0.01)


def test_early_stop_on_failure_only() -> None:
    """A model three times as slow is settled after the first look, an equal one never."""
    assert is_settled(2, _timing(3.0, quads=16).quads, SETTINGS)
    assert not is_settled(2, _timing(1.0).quads, SETTINGS)
    assert not is_settled(2, _timing(3.0, quads=8).quads, SETTINGS)


def test_several_checks_by_holm() -> None:
    """A p between level/m and level fails a submission alone and not as one of many, unless the others fail first."""
    weak = next(
        timing
        for seed in range(200)
        if level(SETTINGS) / 2 < p_value(log_ratios((timing := _timing(1.07, 0.03, seed=seed)).quads), SETTINGS) < 0.01
    )
    equal, slow = _timing(1.0), _timing(2.0)
    assert judge(weak, SETTINGS).outcome is Outcome.FAIL
    assert judge_together({"weak": weak, "equal": equal}, SETTINGS)["weak"].outcome is not Outcome.FAIL
    assert judge_together({"weak": weak, "slow": slow}, SETTINGS)["weak"].outcome is Outcome.FAIL


def test_overheads_are_taken_off_both_sides() -> None:
    """What carrying questions takes doesn't hide a slowdown."""
    timing = _timing(1.2, noise=1e-6)
    with_overhead = tuple(
        replace(
            quad,
            own=(quad.own[0] + 2 * MILLISECOND, quad.own[1] + 2 * MILLISECOND),
            reference=(quad.reference[0] + 2 * MILLISECOND, quad.reference[1] + 2 * MILLISECOND),
            overhead=2 * MILLISECOND,
        )
        for quad in timing.quads
    )
    assert np.exp(log_ratios(with_overhead)) == pytest.approx(1.2, rel=1e-4)


def test_interval_holds_the_median() -> None:
    """Between order statistics, in about 95% of draws."""
    generator = np.random.default_rng(0)
    intervals = [ratio_interval(generator.standard_t(3, 40)) for _ in range(1000)]
    inside = sum(low <= 1 <= high for low, high in intervals)
    assert 930 <= inside <= 990


def test_coin_is_known_from_its_seed() -> None:
    """The first tosses of a longer timing are those of a shorter one, and both sides come up."""
    assert tosses(7, 40)[:16] == tosses(7, 16)
    assert 5 < sum(tosses(7, 40)) < 35
