"""Two revisions compared: what each states of itself comes out, and nothing of the checkouts is left."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from suite.errors import UsageError
from suite.records import Outcome
from suite.tracking.compare import Comparison, compare
from suite.tracking.compare.comparison import Asked
from suite.tracking.history.duel import MeasureError
from tests.conftest import ROOT
from tests.tracking.compare.projects import Project, Stated, make_project, stated

pytestmark = pytest.mark.slow


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return make_project(tmp_path / "project")


def _compare(project: Project, base: str, head: str, **options: object) -> Comparison:
    asked = Asked(repository=project.folder, base=base, head=head, seed=0, **options)  # type: ignore[arg-type]
    return compare(asked, Stated(), lambda _: None, lambda _: None)


def _outcomes(found: Comparison) -> dict[tuple[str, str], Outcome]:
    return {key: each.judgement.outcome for key, each in found.judged.items()}


def test_a_slowdown_is_found_and_only_where_it_is(project: Project) -> None:
    """Ten per cent more time in one of two benchmarks; memory and compilation are the same."""
    project.commit("before", stated({"a": 0.01, "b": 0.01}))
    project.commit("after", stated({"a": 0.011, "b": 0.01}))
    found = _compare(project, "before", "after")
    assert found.outcome is Outcome.FAIL
    assert found.of(Outcome.FAIL) == [("a", "time")]
    assert found.judged["a", "time"].judgement.ratio == pytest.approx(1.1)
    assert _outcomes(found)["b", "time"] is Outcome.PASS
    assert found.quads == 16
    assert project.worktrees == 1


def test_a_profile_that_fails_takes_no_verdict_back(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is said why there is none; without a slowdown none is made."""
    monkeypatch.setattr("suite.tracking.compare.profiles.PROFILER", "no-such-profiler")
    project.commit("before", stated({"a": 0.01}))
    project.commit("after", stated({"a": 0.02}))
    project.commit("same", {"other.py": ""})
    found = _compare(project, "before", "after", profiled=True)
    assert found.of(Outcome.FAIL) == [("a", "time")]
    assert "py-spy isn't installed" in str(found.unprofiled["a"])
    assert _compare(project, "after", "same", everything=True, profiled=True).unprofiled == {}


def test_more_memory_is_a_series_of_its_own(project: Project) -> None:
    """Ten per cent more are found while the time is the same, and so is a longer compilation."""
    project.commit("before", stated({"a": 0.01}, memory=100 << 20, compiling=0.5))
    project.commit("larger", stated({"a": 0.01}, memory=110 << 20, compiling=0.5))
    project.commit("compiles", stated({"a": 0.01}, memory=110 << 20, compiling=0.8))
    assert _compare(project, "before", "larger").of(Outcome.FAIL) == [("a", "memory")]
    assert _compare(project, "larger", "compiles").of(Outcome.FAIL) == [("a", "compile")]


def test_what_is_too_short_is_not_judged(project: Project) -> None:
    """A millisecond of compilation is the measuring itself, however many times longer it gets."""
    project.commit("before", stated({"a": 0.01}, compiling=0.001))
    project.commit("after", stated({"a": 0.01}, compiling=0.002))
    assert {series for _, series in _compare(project, "before", "after").judged} == {"time", "memory"}


def test_equal_revisions_measure_nothing(project: Project) -> None:
    """No file differs, so no benchmark can be touched; with all they are measured and the same."""
    project.commit("before", stated({"a": 0.01}))
    project.commit("after", {})
    assert _compare(project, "before", "after").untouched == ("a",)
    found = _compare(project, "before", "after", everything=True)
    assert set(_outcomes(found).values()) == {Outcome.PASS}


def test_a_change_is_what_came_since_it_left(project: Project) -> None:
    """What the target has gained meanwhile isn't counted as what the change has lost."""
    project.commit("start", stated({"a": 0.01}))
    project.git("checkout", "--quiet", "-b", "feature")
    project.commit("feature-done", {"note": "x"})
    project.git("checkout", "--quiet", "main")
    project.commit("faster", stated({"a": 0.005}))
    found = _compare(project, "main", "feature", everything=True)
    assert (found.branched, found.outcome) == (True, Outcome.PASS)
    assert found.base == project.git("rev-parse", "start")


def test_new_and_gone_benchmarks_are_named(project: Project) -> None:
    """They can't be compared, and don't fail anything."""
    project.commit("before", stated({"a": 0.01, "old": 0.01}))
    project.commit("after", stated({"a": 0.01, "new": 0.01}))
    found = _compare(project, "before", "after")
    assert (found.added, found.removed, found.outcome) == (("new",), ("old",), Outcome.PASS)


def test_only_some(project: Project) -> None:
    """A pattern, or the name as it is written; one that fits nothing is wrong usage."""
    project.commit("before", stated({"a[1]": 0.01, "b": 0.01}))
    project.commit("after", stated({"a[1]": 0.01, "b": 0.02}))
    assert {name for name, _ in _compare(project, "before", "after", only=("a[1]",)).judged} == {"a[1]"}
    with pytest.raises(UsageError, match="'nothing'"):
        _compare(project, "before", "after", only=("nothing",))


def test_no_time_means_undecided(project: Project) -> None:
    """A time box that is over says so, and never that nothing is slower."""
    project.commit("before", stated({"a": 0.01}))
    project.commit("after", stated({"a": 0.02}))
    found = _compare(project, "before", "after", minutes=1e-9)
    assert (found.outcome, found.unmeasured) == (Outcome.INCONCLUSIVE, ("a",))
    assert project.worktrees == 1


def test_the_wrong_way_round(project: Project) -> None:
    """An earlier revision isn't a change of a later one."""
    project.commit("before", stated({"a": 0.01}))
    project.commit("after", stated({"a": 0.02}))
    with pytest.raises(UsageError, match="before is an earlier revision than after"):
        _compare(project, "after", "before")


def test_a_revision_that_measures_nothing_is_an_error(project: Project) -> None:
    """Neither slower nor the same; the checkouts are removed all the same."""

    class Broken(Stated):
        def command(self, *_: object) -> list[str]:
            return ["sh", "-c", "echo no such module >&2; exit 4"]

    project.commit("before", stated({"a": 0.01}))
    project.commit("after", stated({"a": 0.02}))
    asked = Asked(repository=project.folder, base="before", head="after", seed=0)
    with pytest.raises(MeasureError, match="no such module"):
        compare(asked, Broken(), lambda _: None, lambda _: None)
    assert project.worktrees == 1


def test_comparing_needs_none_of_the_record(tmp_path: Path) -> None:
    """Its extra has no database: docs/compare.md says what to install."""
    missing = ("alembic", "sqlalchemy", "ruptures")
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.modules |= dict.fromkeys({missing}); import suite.cli.work.compare"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
