"""The nightly job's issue: one, opened, updated, closed. A record of calls stands in for GitHub's program."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.conftest import ROOT

OPEN = "A fresh measurement confirmed that these are slower than before.\n\n| +10 % | `lstm` |\n"
NONE = "No confirmed regression is open.\n"
GH = """#!/bin/sh
echo "$@" >>"$CALLS"
case "$*" in
    "issue list"*) echo "$ISSUE" ;;
    *--body-file*) while [ "$1" != --body-file ]; do shift; done; cat "$2" >>"$CALLS" ;;
esac
"""


def _calls(tmp_path: Path, summary: str | None, issue: str) -> str:
    program = tmp_path / "gh"
    program.write_text(GH)
    program.chmod(0o755)
    path, calls = tmp_path / "regressions.md", tmp_path / "calls"
    calls.touch()
    if summary is not None:
        path.write_text(summary)
    environment = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "CALLS": str(calls), "ISSUE": issue, "RUN_URL": "run/7"}
    subprocess.run([ROOT / ".ci" / "regression-issue", path], check=True, env=environment, capture_output=True)
    return calls.read_text()


@pytest.mark.parametrize(
    ("summary", "issue", "called"),
    [(OPEN, "", "issue create"), (OPEN, "12", "issue edit 12"), (NONE, "12", "issue close 12")],
)
def test_one_issue(tmp_path: Path, summary: str, issue: str, called: str) -> None:
    """Without an open issue one is made; an open one is edited, and closed when nothing is left."""
    calls = _calls(tmp_path, summary, issue)
    assert called in calls
    assert sum(f"issue {verb} " in calls for verb in ("create", "edit", "close")) == 1
    assert "run/7" in calls
    assert ("`lstm`" in calls) is (summary is OPEN)


def test_a_quiet_night_leaves_no_trace(tmp_path: Path) -> None:
    """No regression and no open issue: nothing is written."""
    assert _calls(tmp_path, NONE, "").splitlines()[1:] == []


def test_a_failed_night_changes_nothing(tmp_path: Path) -> None:
    """Where there was no verdict, an open issue is neither closed nor changed."""
    assert _calls(tmp_path, None, "12") == ""
