"""What a record of benchmarks says of the revision that was timed."""

from __future__ import annotations

import os
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from suite.tracking.bench.commit import read_branch, read_commit
from suite.tracking.history.benchmark_json import read_night
from tests.tracking.history.nights import as_bytes, as_file

DAYS = (1, 5, 3)  # the third commit's clock was two days late
NOW = datetime(2023, 1, 10, tzinfo=UTC)


def _git(folder: Path, *arguments: str, day: int = 1) -> str:
    identity = {f"GIT_{who}_{what}": "tester" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    dates = {f"GIT_{who}_DATE": f"2023-01-{day:02}T12:00:00+00:00" for who in ("AUTHOR", "COMMITTER")}
    environment = os.environ | identity | dates | {"GIT_CONFIG_GLOBAL": os.devnull}
    command = ["git", "-C", str(folder), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout.strip()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Three commits on main."""
    folder = tmp_path / "repository"
    folder.mkdir()
    _git(folder, "init", "--quiet", "--initial-branch", "main")
    for day in DAYS:
        (folder / "file").write_text(str(day))
        _git(folder, "add", ".")
        _git(folder, "commit", "--quiet", "-m", f"Of day {day}", day=day)
    return folder


def test_what_is_said_of_a_commit(repository: Path) -> None:
    """Its hash, branch, subject and date, the latest date of its ancestors, and their number."""
    found = read_commit(repository, {}, NOW)
    assert found == {
        "id": _git(repository, "rev-parse", "HEAD"),
        "time": "2023-01-03T12:00:00+00:00",
        "branch": "main",
        "dirty": False,
        "subject": "Of day 3",
        "history_time": "2023-01-05T12:00:00+00:00",
        "ancestors": 3,
        "problem": "",
    }


def test_the_nightly_record_reads_it(repository: Path) -> None:
    """What was written when it was measured orders revisions where there is no git."""
    run = read_night(as_bytes(as_file(40, {"lstm": 0.0}, commit_info=read_commit(repository, {}, NOW))), "f").run
    assert (run.branch, run.ancestors, run.committed_at) == ("main", 3, datetime(2023, 1, 5, 12, tzinfo=UTC))


def test_a_commit_from_the_future_dates_nothing(repository: Path) -> None:
    """Neither itself nor what is built on it; the dates that can be right count."""
    found = read_commit(repository, {}, datetime(2023, 1, 4, tzinfo=UTC))
    assert found["history_time"] == "2023-01-03T12:00:00+00:00"
    assert read_commit(repository, {}, NOW - timedelta(days=365))["history_time"] == ""


def test_uncommitted_changes_are_said(repository: Path) -> None:
    """Of files that git knows; others don't count."""
    (repository / "other").write_text("new")
    assert not read_commit(repository, {}, NOW)["dirty"]
    (repository / "file").write_text("changed")
    assert read_commit(repository, {}, NOW)["dirty"]


def test_a_shallow_clone_counts_no_ancestors(repository: Path, tmp_path: Path) -> None:
    """Their number would be wrong; the commit and its date are right."""
    clone = tmp_path / "clone"
    _git(tmp_path, "clone", "--quiet", "--depth", "1", f"file://{repository}", str(clone))
    found = read_commit(clone, {}, NOW)
    assert (found["ancestors"], found["branch"], found["history_time"]) == (None, "main", "2023-01-03T12:00:00+00:00")


def test_a_detached_checkout_has_the_branch_of_the_service(repository: Path) -> None:
    """As CI services check commits out; without a word from them it has none."""
    _git(repository, "checkout", "--quiet", "--detach")
    assert read_commit(repository, {"GITHUB_REF_NAME": "main", "GITHUB_REF_TYPE": "branch"}, NOW)["branch"] == "main"
    assert read_commit(repository, {}, NOW)["branch"] == ""


@pytest.mark.parametrize(
    ("checked_out", "environment", "branch"),
    [
        ("main", {"GITHUB_REF_NAME": "feature"}, "main"),
        ("", {"GITHUB_HEAD_REF": "feature", "GITHUB_BASE_REF": "main", "GITHUB_REF_NAME": "12/merge"}, "feature"),
        ("", {"GITHUB_HEAD_REF": "main", "GITHUB_BASE_REF": "main", "GITHUB_REF_NAME": "12/merge"}, "12/merge"),
        ("", {"GITHUB_HEAD_REF": "", "GITHUB_REF_NAME": "v1.2", "GITHUB_REF_TYPE": "tag"}, ""),
        ("", {"CI_COMMIT_BRANCH": "main"}, "main"),
        ("", {"CI_MERGE_REQUEST_SOURCE_BRANCH_NAME": "feature"}, "feature"),
        ("", {"GIT_BRANCH": "origin/main"}, "main"),
        ("", {"BUILD_SOURCEBRANCH": "refs/heads/main"}, "main"),
        ("", {"BUILD_SOURCEBRANCH": "refs/tags/v1"}, ""),
        ("", {"TRAVIS_BRANCH": "v1", "TRAVIS_TAG": "v1"}, ""),
        ("main", {"SUITE_BENCH_BRANCH": "release"}, "release"),
        ("", {}, ""),
    ],
)
def test_branch(checked_out: str, environment: dict[str, str], branch: str) -> None:
    """What is checked out counts, then the pull request's branch, then the service's; a tag is none."""
    assert read_branch(checked_out, environment) == branch


def test_without_git_it_is_said_why(repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No repository, or no program: nothing is made up, and the service may know the branch."""
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    outside = tmp_path / "outside"
    outside.mkdir()
    found = read_commit(outside, {"GITHUB_REF_NAME": "main"}, NOW)
    assert (found["id"], found["branch"]) == ("", "main")
    assert "not a git repository" in found["problem"]
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "git doesn't start" in read_commit(repository, {}, NOW)["problem"]
