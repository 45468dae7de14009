"""What every engine does: a class gets the same marks, whatever is lost in the middle, and nothing runs twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import grade, run_suite, write_notebook
from tests.grading.engines.engines import (
    DASK,
    ENGINES,
    SHARDS,
    EngineUnderTest,
    kill_group,
    start,
    wait_for_evidence,
    workers,
)
from tests.grading.marks import marks

pytestmark = [pytest.mark.slow, pytest.mark.nightly]  # each class is graded for half a minute

SLOW = 6
"""Submissions that take a second each, so that there is a middle."""


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A class that needs no framework: right cells, slow ones, wrong ones, and what can't be run."""
    folder = tmp_path_factory.mktemp("papers")
    for number in range(SLOW):
        write_notebook(folder / f"fine{number}.ipynb", ["import time", "time.sleep(1)", f"print({number})"])
    write_notebook(folder / "wrong.ipynb", ["1 / 0"])
    (folder / "broken.ipynb").write_text("{")
    (folder / "nothing").mkdir()
    return folder


@pytest.fixture(scope="module")
def undisturbed(papers: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of an undisturbed run by this machine's threads."""
    return grade(tmp_path_factory.mktemp("undisturbed") / "report", papers).report


def test_a_lost_worker_costs_nobody_anything(papers: Path, undisturbed: Path, tmp_path: Path) -> None:
    """Its submission is run by another one: the command ends as ever, with the marks that there would be without."""
    (command,) = DASK.commands(papers, tmp_path)
    grader = start(command, tmp_path / "log")
    try:
        wait_for_evidence(tmp_path / DASK.store, 2, grader)
        workers(grader)[0].kill()
        code = grader.wait(timeout=300)
    finally:
        kill_group(grader)
    said = (tmp_path / "log").read_text()
    assert code == 3, said  # for the empty folder alone
    assert marks(tmp_path / "report") == marks(undisturbed), said
    assert "http://127.0.0.1:" in said


@pytest.mark.parametrize("engine", ENGINES, ids=lambda engine: engine.name)
def test_a_killed_host_loses_nothing(engine: EngineUnderTest, papers: Path, undisturbed: Path, tmp_path: Path) -> None:
    """The same commands go on where they stopped: what was finished isn't made again, and the marks are the same."""
    first, *rest = engine.commands(papers, tmp_path)
    store = tmp_path / engine.store
    grader = start(first, tmp_path / "log")
    wait_for_evidence(store, 2, grader)
    kill_group(grader)
    finished = {path: path.stat().st_mtime_ns for path in store.glob("evidence/[0-9a-f]*.json")}
    assert len(finished) >= 2
    done = [run_suite(*command) for command in (first, *rest)]
    assert marks(tmp_path / "report") == marks(undisturbed), done[-1].stderr
    assert {path: path.stat().st_mtime_ns for path in finished} == finished
    assert "judged from stored evidence" in done[0].stderr
    evidence = {path.name for path in store.glob("evidence/*")}
    assert len(evidence) == len(list((undisturbed / "evidence").iterdir()))
    once_more = run_suite(*(first if engine is not SHARDS else rest[0]))
    assert "judged from stored evidence" in once_more.stderr
    assert {path.name for path in store.glob("evidence/*")} == evidence
