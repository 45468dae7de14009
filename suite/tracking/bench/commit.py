"""The revision that is timed, as pytest-benchmark's `commit_info` and what the nightly record needs beside it.

Whoever imports the file may have no repository, so all that orders revisions is recorded when they are measured.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

CLOCK_SKEW = timedelta(hours=1)
"""How far a commit's date may lie in the future, as the clocks of those who share a repository differ."""

OWN_VARIABLE = "SUITE_BENCH_BRANCH"
VARIABLES = (
    OWN_VARIABLE,
    "GITHUB_HEAD_REF",
    "GITHUB_REF_NAME",
    "CI_MERGE_REQUEST_SOURCE_BRANCH_NAME",  # GitLab
    "CI_COMMIT_BRANCH",
    "CHANGE_BRANCH",  # Jenkins
    "BRANCH_NAME",
    "GIT_BRANCH",
    "SYSTEM_PULLREQUEST_SOURCEBRANCH",  # Azure
    "BUILD_SOURCEBRANCH",
    "CIRCLE_BRANCH",
    "TRAVIS_PULL_REQUEST_BRANCH",
    "TRAVIS_BRANCH",
    "BITBUCKET_BRANCH",
    "BUILDKITE_BRANCH",
    "DRONE_SOURCE_BRANCH",
)
"""Where CI services name the branch of a detached checkout: that of a pull request before the one that it is for."""
PREFIXES = ("refs/heads/", "origin/")


def read_commit(folder: Path, environment: Mapping[str, str], now: datetime) -> dict[str, Any]:
    """The commit in a folder: `id`, `time`, `branch`, `dirty`, `subject`, `history_time`, `ancestors` and `problem`.

    `history_time` is the latest date among the commit and its ancestors, so that no commit comes before one that it is
    built on, whatever their authors' clocks said. `ancestors` is their number, `None` in a shallow clone. Without git
    all but the service's branch are empty, and `problem` says why.
    """
    repository = _Repository(folder=folder)
    commit, problem = repository.ask("rev-parse", "HEAD")
    if not commit:
        branch = read_branch("", environment)
        return {"id": "", "time": "", "branch": branch, "dirty": False, "subject": "", "problem": problem}
    shallow = repository.ask("rev-parse", "--is-shallow-repository")[0] != "false"
    counted = repository.ask("rev-list", "--count", "HEAD")[0]
    return {
        "id": commit,
        "time": repository.ask("show", "--no-patch", "--format=%cI", "HEAD")[0],
        "branch": read_branch(repository.ask("symbolic-ref", "--quiet", "--short", "HEAD")[0], environment),
        "dirty": bool(repository.ask("status", "--porcelain", "--untracked-files=no")[0]),
        "subject": repository.ask("show", "--no-patch", "--format=%s", "HEAD")[0],
        "history_time": _history_time(repository.ask("log", "--format=%ct", "HEAD")[0], now),
        "ancestors": None if shallow or not counted else int(counted),
        "problem": "",
    }


def read_branch(checked_out: str, environment: Mapping[str, str]) -> str:
    """The branch that is checked out, or else the one that the CI service names; empty if nobody does."""
    if own := environment.get(OWN_VARIABLE):
        return own
    if checked_out:
        return checked_out
    return next((name for variable in VARIABLES if (name := _named(variable, environment))), "")


def _named(variable: str, environment: Mapping[str, str]) -> str:
    """The branch in one variable; empty if it names none."""
    name = environment.get(variable, "")
    if variable == "GITHUB_HEAD_REF" and name == environment.get("GITHUB_BASE_REF"):
        return ""  # a fork's branch of the same name; GITHUB_REF_NAME then holds the pull request's number
    if variable == "GITHUB_REF_NAME" and environment.get("GITHUB_REF_TYPE") == "tag":
        return ""
    if variable == "TRAVIS_BRANCH" and environment.get("TRAVIS_TAG"):
        return ""
    for prefix in PREFIXES:
        name = name.removeprefix(prefix)
    return "" if name.startswith("refs/") else name


def _history_time(seconds: str, now: datetime) -> str:
    """The latest of the dates that can be right; empty if none can."""
    latest = (now + CLOCK_SKEW).timestamp()
    dates = [int(each) for each in seconds.split() if int(each) <= latest]
    return datetime.fromtimestamp(max(dates), UTC).isoformat() if dates else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Repository:
    """Git in a folder."""

    folder: Path

    def ask(self, *arguments: str) -> tuple[str, str]:
        """What git answers, and what it complains of."""
        try:
            done = subprocess.run(
                ["git", "-C", str(self.folder), *arguments],
                capture_output=True,
                text=True,
                errors="replace",
                check=False,
                stdin=subprocess.DEVNULL,
                env=os.environ | {"LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0"},
            )
        except OSError as error:
            return "", f"git doesn't start: {error.strerror}"
        said = " ".join(done.stderr.split())
        return (done.stdout.strip(), "") if done.returncode == 0 else ("", said or f"git {arguments[0]} failed")
