"""Intervals and tolerance bounds, against published values and by counting."""

from __future__ import annotations

import numpy as np
import pytest

from suite.stats.proportions import clopper_pearson, wilson
from suite.stats.tolerance import CEILING, lower_bound, normal_factor, order


def test_non_parametric_order() -> None:
    """299 runs are the fewest whose smallest bounds 99 % with confidence 95 %; from 473 on it is the second."""
    assert [order(runs) for runs in (298, 299, 472, 473)] == [0, 1, 1, 2]


@pytest.mark.parametrize(("runs", "factor"), [(10, 3.981), (20, 3.295), (50, 2.862), (100, 2.684)])
def test_normal_factor(runs: int, factor: float) -> None:
    """The factors are those of the tables for content 99 % and confidence 95 % (Hahn and Meeker, table A.12b)."""
    assert normal_factor(runs) == pytest.approx(factor, abs=2e-3)


def test_bound_holds_its_content() -> None:
    """Of bounds drawn from normal runs, at least 95 % leave less than 1 % of all runs below them."""
    generator = np.random.default_rng(0)
    for runs in (30, 299):
        bounds = [lower_bound(list(generator.normal(0.5, 0.05, runs))).value for _ in range(200)]
        assert np.mean([bound <= 0.5 - 2.3263 * 0.05 for bound in bounds]) >= 0.93


def test_few_runs_say_nothing() -> None:
    """Two runs give no bound that anyone could miss."""
    assert lower_bound([0.9, 0.8]).value == 0


def test_bound_never_asks_for_perfection() -> None:
    """Where every run is right, one slip must not fail a submission."""
    assert lower_bound([1.0] * 400).value == lower_bound([1.0] * 40).value == CEILING


def test_bound_of_few_runs_is_provisional() -> None:
    """Ten runs that lie close together don't show how a bad one ends: their bound is half of their mean at most."""
    found = lower_bound([0.8, 0.81] * 5)
    assert (found.method, found.value) == ("provisional", pytest.approx(0.4025))


def test_intervals() -> None:
    """Both intervals have their textbook values, and the exact one holds the share."""
    assert wilson(8, 10) == pytest.approx((0.4902, 0.9433), abs=1e-4)
    assert clopper_pearson(8, 10) == pytest.approx((0.4439, 0.9748), abs=1e-4)
    assert clopper_pearson(0, 370)[1] < 0.01
    assert wilson(0, 0) == (0.0, 1.0)
