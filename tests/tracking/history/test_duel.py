"""Two revisions in turns: what is decided is measured no more, and many benchmarks share one rate of false fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from suite.assignments import ThroughputSettings
from suite.records import Outcome
from suite.tracking.history.duel import Measure, OpenPair, Readings, TimeIsUpError, duel

OLD, NEW = Path("old"), Path("new")
RULES = {"time": ThroughputSettings(tolerance=0.03, quads=1)}


MeasureTree = Callable[[Path, Sequence[str]], Readings]


def _pairs(measure: MeasureTree, opened: list[tuple[str, ...]] | None = None) -> OpenPair:
    @contextmanager
    def open_pair(trees: tuple[Path, Path], names: Sequence[str]) -> Iterator[tuple[Measure, Measure]]:
        if opened is not None:
            opened.append(tuple(names))
        old, new = (partial(measure, tree) for tree in trees)
        yield old, new

    return open_pair


def _measure(ratios: dict[str, float], spread: float, asked: list[tuple[Path, tuple[str, ...]]]) -> MeasureTree:
    generator = np.random.default_rng(0)

    def measure(tree: Path, names: Sequence[str]) -> Readings:
        asked.append((tree, tuple(names)))
        factor = {name: ratios[name] if tree == NEW else 1.0 for name in names}
        return {name: {"time": factor[name] * float(np.exp(generator.normal(0, spread)))} for name in names}

    return measure


def test_what_is_decided_is_measured_no_more() -> None:
    """The noisy one goes on to the last look; its order is the coin's."""
    asked: list[tuple[Path, tuple[str, ...]]] = []
    clear, noisy = _measure({"slow": 1.2}, 0.001, []), _measure({"noisy": 1.0}, 0.6, [])

    def measure(tree: Path, names: Sequence[str]) -> Readings:
        asked.append((tree, tuple(names)))
        return {name: (clear if name == "slow" else noisy)(tree, [name])[name] for name in names}

    found = duel((OLD, NEW), ["slow", "noisy"], _pairs(measure), RULES, 3, told=lambda *_: None)
    assert found["slow", "time"].judgement.outcome is Outcome.FAIL
    assert found["noisy", "time"].judgement.outcome is Outcome.INCONCLUSIVE
    assert [len(found[name, "time"].timing.quads) for name in ("slow", "noisy")] == [16, 40]
    assert asked[64][1] == ("noisy",)
    tosses = np.random.default_rng(3).integers(2, size=40)
    assert [tree for tree, _ in asked[::4]] == [NEW if toss else OLD for toss in tosses]


@pytest.mark.nightly
@pytest.mark.slow
def test_many_benchmarks_share_the_rate() -> None:
    """What would fail alone at the last digit of the level doesn't fail among many."""
    ratios = dict.fromkeys(map(str, range(25)), 1.03)
    found = duel((OLD, NEW), list(ratios), _pairs(_measure(ratios, 0.02, [])), RULES, 0, told=lambda *_: None)
    assert [key for key, each in found.items() if each.judgement.outcome is Outcome.FAIL] == []


@pytest.mark.parametrize(("ratio", "quads", "outcome"), [(1.045, 24, Outcome.FAIL), (1.036, 40, Outcome.INCONCLUSIVE)])
def test_slower_by_less_than_must_be_found_is_never_called_the_same(ratio: float, quads: int, outcome: Outcome) -> None:
    """More quads find it, or it stays undecided: its interval lies beyond the tolerance."""
    measure = _pairs(_measure({"a": ratio}, 0.004, []))
    each = duel((OLD, NEW), ["a"], measure, RULES, 1, told=lambda *_: None)["a", "time"]
    assert each.judgement.interval[0] > 1.03
    assert (len(each.timing.quads), each.judgement.outcome) == (quads, outcome)


def test_a_pair_of_processes_measures_several_quads_in_turns() -> None:
    """Both are opened anew for every four quads, and each figure is the least of three turns, one after the other."""
    opened: list[tuple[str, ...]] = []
    asked: list[Path] = []

    def measure(tree: Path, _: Sequence[str]) -> Readings:
        asked.append(tree)
        return {"a": {"time": 1.0 if len(asked) % 12 < 4 else 9.0}}

    rules = {"time": RULES["time"].model_copy(update={"quads": 4})}
    each = duel((OLD, NEW), ["a"], _pairs(measure, opened), rules, 0, turns=3, told=lambda *_: None)["a", "time"]
    assert opened == [("a",)] * 4
    assert [quad.pair for quad in each.timing.quads] == [pair for pair in range(4) for _ in range(4)]
    assert len(asked) == 16 * 4 * 3
    assert asked[:12] == asked[:4] * 3
    assert each.judgement.outcome is Outcome.PASS


def test_time_that_is_up_leaves_what_was_measured() -> None:
    """Whole quads count; too few of them decide nothing."""
    rounds: list[int] = []
    inner = _measure({"a": 2.0}, 0.01, [])

    def measure(tree: Path, names: Sequence[str]) -> Readings:
        rounds.append(1)
        if len(rounds) > 10:
            raise TimeIsUpError
        return inner(tree, names)

    each = duel((OLD, NEW), ["a"], _pairs(measure), RULES, 0, told=lambda *_: None)["a", "time"]
    assert (len(each.timing.quads), each.judgement.outcome) == (2, Outcome.INCONCLUSIVE)
    assert each.judgement.ratio == pytest.approx(2.0, abs=0.1)


def test_what_one_side_lacks_is_not_judged() -> None:
    """A series that only one revision has, or that has no rule, and a benchmark that fails in one."""

    def measure(tree: Path, _: Sequence[str]) -> Readings:
        new = {"a": {"time": 1.0, "memory": 5.0, "unknown": 1.0}, "b": {"time": 1.0}}
        return new if tree == NEW else {"a": {"time": 1.0, "unknown": 1.0}}

    rules = RULES | {"memory": RULES["time"]}
    assert duel((OLD, NEW), ["a", "b"], _pairs(measure), rules, 0, told=lambda *_: None).keys() == {("a", "time")}


def test_nothing_measured_ends_at_once() -> None:
    """Where no benchmark runs, 40 quads wouldn't help."""
    asked: list[int] = []

    def measure(_: Path, __: Sequence[str]) -> Readings:
        asked.append(1)
        return {}

    assert duel((OLD, NEW), ["a"], _pairs(measure), RULES, 0, told=lambda *_: None) == {}
    assert len(asked) == 4
