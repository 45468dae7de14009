"""Two revisions of the real references: each is measured by its own `suite bench`, with a planted slowdown in one."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from suite.records import Outcome
from suite.tracking.compare import Comparison, SuiteBench, compare
from suite.tracking.compare.comparison import Asked
from suite.tracking.history.checkouts import Clock
from suite.tracking.history.duel import Measure, Readings
from suite.tracking.history.figures import COMPILE, MEMORY, TIME
from tests.conftest import ROOT
from tests.tracking.compare.projects import Project, make_project

pytestmark = [pytest.mark.slow, pytest.mark.nightly]

REFERENCE = "reference/stacked_rnn/model_torch.py"
NAME = "stacked_rnn/stack8/torch/forward/cpu"
FIRST = "        sequence = images.flatten(1, -2)"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """The suite as it is, and a revision whose PyTorch reference sleeps in each call."""
    project = make_project(tmp_path / "project")
    ignored = shutil.ignore_patterns("__pycache__")
    for name in ("suite", "reference"):
        shutil.copytree(ROOT / name, project.folder / name, ignore=ignored)
    project.commit("before", {"pyproject.toml": (ROOT / "pyproject.toml").read_text("utf-8")})
    source = (ROOT / REFERENCE).read_text("utf-8")
    assert source.count(FIRST) == 1
    project.commit("after", {REFERENCE: source.replace(FIRST, f"        __import__('time').sleep(0.05)\n{FIRST}")})
    return project


def test_a_planted_slowdown_of_a_reference(project: Project) -> None:
    """Only what the change can touch is measured; each revision is, by its own code.

    A measurement of each revision stands for all that follow, as sixteen quads take ten minutes.
    """
    measured: dict[Path, Readings] = {}

    def once(tree: Path, measure: Measure, names: Sequence[str]) -> Readings:
        if tree not in measured:
            measured[tree] = measure(names)
        return measured[tree]

    class Once(SuiteBench):
        @contextmanager
        def open_pair(
            self, trees: tuple[Path, Path], names: Sequence[str], folder: Path, clock: Clock
        ) -> Iterator[tuple[Measure, Measure]]:
            with super().open_pair(trees, names, folder, clock) as pair:
                old, new = (partial(once, tree, measure) for tree, measure in zip(trees, pair, strict=True))
                yield old, new

    asked = Asked(repository=project.folder, base="before", head="after", only=("stack8/*/forward",), seed=0)
    found = compare(asked, Once(), lambda _: None, lambda _: None)
    assert found.untouched == ("stacked_rnn/stack8/keras/forward/cpu",)
    assert _outcomes(found) == {TIME: Outcome.FAIL, MEMORY: Outcome.PASS}
    assert found.judged[NAME, TIME].judgement.ratio > 2
    assert project.worktrees == 1


def _outcomes(found: Comparison) -> dict[str, Outcome]:
    """By series; PyTorch compiles nothing, though a first call that took long on a busy machine may look so."""
    assert {name for name, _ in found.judged} == {NAME}
    return {series: each.judgement.outcome for (_, series), each in found.judged.items() if series != COMPILE}
