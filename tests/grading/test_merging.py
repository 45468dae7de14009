"""A class graded in shards is the class graded at once, and one that lacks a shard says so."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.conftest import ROOT, grade, run_suite, write_notebook
from tests.grading.marks import marks

pytestmark = pytest.mark.slow

SHARDS = 3


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    """A class that needs no framework: right cells, wrong ones, and what can't be run."""
    folder = tmp_path / "class"
    folder.mkdir()
    for number in range(5):
        write_notebook(folder / f"fine{number}.ipynb", [f"print({number})"])
    write_notebook(folder / "wrong.ipynb", ["1 / 0"])
    (folder / "broken.ipynb").write_text("{")
    (folder / "nothing").mkdir()
    return folder


def _shard(number: int, papers: Path, store: Path) -> list[str]:
    return ["grade", "-a", "stacked_rnn", str(papers), "--shard", f"{number}/{SHARDS}", "--store", str(store)]


def test_shards_together_are_the_class(papers: Path, tmp_path: Path) -> None:
    """In any order, one of them twice; the second time nothing runs."""
    for number in (3, 1, 2):
        run_suite(*_shard(number, papers, tmp_path / "store"))
    again = run_suite(*_shard(2, papers, tmp_path / "store"))
    assert "judged from stored evidence" in again.stderr
    merged = run_suite("report", tmp_path / "store", "--out", tmp_path / "merged")
    assert merged.returncode == 3, merged.stderr  # an empty folder has no score
    assert "isn't done" not in merged.stderr
    whole = grade(tmp_path / "whole", papers)
    assert marks(tmp_path / "merged") == marks(whole.report)
    once_more = run_suite("report", tmp_path / "merged")
    assert "0 of 8 submissions have different verdicts" in " ".join(once_more.stderr.split())


def test_what_a_lost_machine_had_done_is_kept(papers: Path, tmp_path: Path) -> None:
    """A shard that was killed is named with whoever it owes, a shard that never began as well; then it goes on."""
    write_notebook(papers / "z.ipynb", ["import time", "time.sleep(60)"])
    store = tmp_path / "store"
    killed = subprocess.Popen(
        [sys.executable, "-m", "suite", *_shard(3, papers, store), "--jobs", "1"],
        cwd=ROOT,
        stderr=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        for _ in range(1200):
            if len(list(store.glob("evidence/*.json"))) == 2:
                break
            time.sleep(0.1)
    finally:
        os.killpg(killed.pid, signal.SIGKILL)
        killed.wait()
    run_suite(*_shard(1, papers, store))
    merged = run_suite("report", store)
    said = " ".join(merged.stderr.split())
    assert merged.returncode == 3
    assert "Shard 3/3 isn't done: 1 of its submissions has no result yet, z" in said
    assert "Shard 2/3 isn't done: 3 of its submissions" in said
    results = {result[0]: result[3] for result in marks(store / "report")}
    assert len(results) == 9
    assert {name for name, score in results.items() if score is None} >= {"z", "nothing"}


def test_a_shard_needs_a_store(papers: Path) -> None:
    """Said at once, with the option to name."""
    done = run_suite("grade", "-a", "stacked_rnn", papers, "--shard", "1/2")
    assert done.returncode == 2
    assert "--store" in done.stderr


def test_an_empty_store(tmp_path: Path) -> None:
    """A store in which no shard began is told from a report."""
    (tmp_path / "shards").mkdir()
    done = run_suite("report", tmp_path)
    assert done.returncode == 2
    assert "no shard has begun" in " ".join(done.stderr.split())
