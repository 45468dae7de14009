"""`suite history bisect` on a real repository with a commit that is slow on purpose."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from suite.errors import UsageError
from suite.tracking.history.bisect import BisectError, Step, bisect

pytestmark = pytest.mark.slow

COMMITS, SLOW_FROM, BROKEN = 12, 7, 5
MEASURE = f"{sys.executable} measure.py"
# 20 ms of sleep beside a limit of 10: the margin is the machine's to lose, not the test's
PROGRAM = """import pathlib, sys, time
start = time.perf_counter()
work = pathlib.Path("work.txt").read_text()
if work == "broken":
    sys.exit(125)
time.sleep(0.06 if work == "slow" else 0.0)
sys.exit(time.perf_counter() - start > 0.05)
"""
FLAKY = """import os, pathlib, sys
counter = pathlib.Path(os.environ["COUNTER"])
count = int(counter.read_text()) if counter.exists() else 0
counter.write_text(str(count + 1))
slow = pathlib.Path("work.txt").read_text() == "slow"
sys.exit(slow != (count % 3 == 0))
"""


def _git(folder: Path, *arguments: str) -> str:
    identity = {f"GIT_{who}_{what}": "tester" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    environment = os.environ | identity | {"GIT_CONFIG_GLOBAL": os.devnull}
    done = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, text=True, check=True, env=environment)
    return done.stdout.strip()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Twelve commits; the eighth makes it slow, the sixth can't be measured."""
    folder = tmp_path / "repository"
    folder.mkdir()
    _git(folder, "init", "--quiet", "--initial-branch", "main")
    for number in range(COMMITS):
        (folder / "measure.py").write_text(PROGRAM)
        (folder / "flaky.py").write_text(FLAKY)
        (folder / "work.txt").write_text("slow" if number >= SLOW_FROM else "broken" if number == BROKEN else "fast")
        (folder / "number.txt").write_text(str(number))
        _git(folder, "add", ".")
        _git(folder, "commit", "--quiet", "-m", f"Commit {number}")
    return folder


def _commit(repository: Path, number: int) -> str:
    return _git(repository, "rev-parse", f"HEAD~{COMMITS - 1 - number}")


def test_finds_the_slow_commit(repository: Path) -> None:
    """The commit, its message, and every step measured twice with one result."""
    found = bisect(repository, "HEAD~11", "main", MEASURE, limit_seconds=20)
    assert (found.commit, found.subject, found.author) == (_commit(repository, SLOW_FROM), "Commit 7", "tester")
    assert all(len(step.codes) == 2 for step in found.steps)
    assert len(found.steps) < COMMITS


def test_leaves_the_working_tree_alone(repository: Path) -> None:
    """Branch, uncommitted work and the list of worktrees are as before."""
    (repository / "work.txt").write_text("my own")
    bisect(repository, "HEAD~11", "main", MEASURE, limit_seconds=20)
    assert (repository / "work.txt").read_text() == "my own"
    assert _git(repository, "branch", "--show-current") == "main"
    assert len(_git(repository, "worktree", "list").splitlines()) == 1
    assert not (repository / ".git" / "BISECT_LOG").exists()


def test_a_wrong_measurement_is_outvoted(repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where every third measurement lies, two of three decide and the commit is found all the same."""
    monkeypatch.setenv("COUNTER", str(tmp_path / "counter"))
    found = bisect(repository, "HEAD~11", "main", f"{sys.executable} flaky.py", limit_seconds=20)
    assert found.subject == "Commit 7"
    assert any(len(step.codes) == 3 for step in found.steps)


def test_skipped_commits_beside_the_slow_one(repository: Path) -> None:
    """When what can't be measured lies right before the slow one, both are named as possible, not one of them."""
    (repository / "work.txt").write_text("broken")
    _git(repository, "commit", "--quiet", "-am", "Broken")
    (repository / "work.txt").write_text("fast")
    _git(repository, "commit", "--quiet", "-am", "Fast again")
    good = _git(repository, "rev-parse", "HEAD")
    for work in ("broken", "slow"):
        (repository / "work.txt").write_text(work)
        _git(repository, "commit", "--quiet", "-am", work)
    with pytest.raises(BisectError, match="no single commit"):
        bisect(repository, good, "HEAD", MEASURE, limit_seconds=20)


@pytest.mark.parametrize(
    ("good", "bad", "said"),
    [
        ("main", "HEAD~11", "isn't an earlier revision of HEAD~11"),
        ("nowhere", "main", "has no revision 'nowhere'"),
        ("--all", "main", "has no revision '--all'"),
        ("HEAD~11", "HEAD~8", "HEAD~8 was expected to measure as bad, and is good"),
        ("HEAD~2", "main", "HEAD~2 was expected to measure as good, and is bad"),
    ],
)
def test_wrong_ends_are_explained(repository: Path, good: str, bad: str, said: str) -> None:
    """Ends that aren't what they should be are named before the search begins."""
    with pytest.raises(UsageError, match=said):
        bisect(repository, good, bad, MEASURE, limit_seconds=20)


def test_a_measurement_that_hangs_is_skipped(repository: Path) -> None:
    """The limit holds; a revision that exceeds it can't be called good or bad."""
    told: list[Step] = []
    hang = f"{sys.executable} -c 'import time; time.sleep(60)'"
    with pytest.raises(UsageError, match="expected to measure as bad, and is skip"):
        bisect(repository, "HEAD~11", "main", hang, limit_seconds=0.1, tell=told.append)
    assert told[0].codes == (None, None)
