"""A comparison as Markdown and JSON."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from suite.records import Outcome, PairedTiming, Quad
from suite.stats.signed_rank import Judgement
from suite.tracking.compare import Comparison, as_json, as_markdown
from suite.tracking.compare.profiles import Profile, ProfileError
from suite.tracking.compare.settings import FALSE_FAILS, series
from suite.tracking.compare.summary import MARKER
from suite.tracking.history.duel import JudgedSeries

QUAD = Quad(pair=0, own_first=True, own=(11, 11), reference=(10, 10), overhead=0)


def _judged(outcome: Outcome, ratio: float, base: float) -> JudgedSeries:
    timing = PairedTiming(task="", model_id="b", work="forward", rows=1, seed=7, quads=(QUAD,) * 16)
    found = Judgement(outcome=outcome, ratio=ratio, interval=(ratio - 0.01, ratio + 0.01), power=1.0, p_value=0.0)
    return JudgedSeries(timing=timing, judgement=found, base=base)


FOUND = Comparison(
    base="a" * 40,
    head="b" * 40,
    branched=False,
    judged={
        ("fine", "time"): _judged(Outcome.PASS, 1.0, 0.002),
        ("<b>@someone|`x`", "memory"): _judged(Outcome.FAIL, 1.1, 300 << 20),
    },
    untouched=("other",),
    unmeasured=(),
    added=(),
    removed=tuple("abcdef"),
    seconds=90.0,
    seed=7,
)


def test_ratio_and_interval_of_each_the_worst_first() -> None:
    """Beneath the verdict, with the declared rate and what wasn't measured."""
    lines = as_markdown(FOUND, "en").splitlines()
    assert lines[0] == MARKER
    assert "Slower or larger" in lines[1]
    assert lines[5] == "| `<b>@someone¦'x'` | memory | 1.100 | 1.090 … 1.110 | 300 MiB | slower |"
    assert lines[6] == "| `fine` | time | 1.000 | 0.990 … 1.010 | 2 ms | same |"
    rest = "\n".join(lines[7:])
    assert "at most 1%" in rest
    assert "`other`" in rest
    assert "`e`, …" in rest


def test_why() -> None:
    """The functions that take longer, with a benchmark that has no profile beneath."""
    before = Profile(seconds=0.001, samples={("work (lib.py:1)",): 10})
    after = Profile(seconds=0.002, samples={("work (lib.py:1)",): 5, ("work (lib.py:1)", "new (lib.py:5)"): 5})
    found = replace(FOUND, profiles={"fine": (before, after)}, unprofiled={"other": ProfileError("no `py-spy`")})
    markdown = as_markdown(found, "en")
    assert "| `new (lib.py)` | 0 µs | 1 ms |" in markdown
    assert "Of `other` there is no profile: `no 'py-spy'`" in markdown
    assert as_json(found)["why"] == {"fine": [("new (lib.py)", 0.0, 0.001)]}


def test_in_spanish() -> None:
    """Numbers as Spanish writes them."""
    assert "| tiempo | 1,000 | 0,990 … 1,010 | 2 ms | igual |" in as_markdown(FOUND, "es")


@pytest.mark.parametrize(("left", "said"), [(Outcome.PASS, "Nothing is slower"), (Outcome.INCONCLUSIVE, "Undecided")])
def test_other_verdicts(left: Outcome, said: str) -> None:
    """One sentence each."""
    found = replace(FOUND, judged={("fine", "time"): _judged(left, 1.0, 0.002)})
    assert said in as_markdown(found, "en")


def test_nothing_was_measured() -> None:
    """A change that touches no benchmark has no table and fails nothing."""
    found = replace(FOUND, judged={})
    assert found.outcome is Outcome.PASS
    assert "|" not in as_markdown(found, "en")


def test_all_figures_as_json() -> None:
    """With the raw quads and the seed, so that it can be judged again."""
    document = json.loads(json.dumps(as_json(FOUND)))
    larger = document["compared"][1]
    assert (document["outcome"], document["seed"], larger["outcome"]) == ("slower", 7, "slower")
    assert larger["interval"] == pytest.approx([1.09, 1.11])
    assert len(larger["quads"]) == 16


@pytest.mark.parametrize("gpu", [False, True])
def test_the_levels_add_up_to_the_declared_rate(gpu: bool) -> None:  # noqa: FBT001
    """Over all series and all looks; a series that can't be measured has no share."""
    judged = series(gpu=gpu)
    levels = [alpha for each in judged.values() for _, alpha in each.rule.looks]
    assert sum(levels) == pytest.approx(FALSE_FAILS)
    assert {each.rule.quads for each in judged.values()} == {1}
    assert ("gpu_memory" in judged) == gpu
