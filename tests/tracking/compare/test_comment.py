"""The comment on a pull request: one, written and updated. A record of calls stands in for GitHub's program."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from suite.tracking.compare.summary import MARKER
from tests.conftest import ROOT

GH = """#!/bin/sh
echo "$@" >>"$CALLS"
case "$*" in
    "api --paginate"*) [ -z "$COMMENT" ] || printf '%s\\n99\\n' "$COMMENT" ;;
    *body=@*) for each in "$@"; do case "$each" in body=@*) cat "${each#body=@}" >>"$CALLS" ;; esac; done ;;
esac
"""


def _calls(tmp_path: Path, summary: str | None, comment: str) -> str:
    program, path, calls = tmp_path / "gh", tmp_path / "compare.md", tmp_path / "calls"
    program.write_text(GH)
    program.chmod(0o755)
    calls.touch()
    if summary is not None:
        path.write_text(summary)
    environment = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "CALLS": str(calls), "COMMENT": comment}
    environment |= {"GH_REPO": "them/suite", "RUN_URL": "run/7"}
    subprocess.run([ROOT / ".ci" / "compare-comment", path, "5"], check=True, env=environment, capture_output=True)
    return calls.read_text()


@pytest.mark.parametrize(
    ("comment", "called"),
    [
        ("", "--method POST repos/them/suite/issues/5/comments"),
        ("12", "--method PATCH repos/them/suite/issues/comments/12"),
    ],
)
def test_one_comment(tmp_path: Path, comment: str, called: str) -> None:
    """Without one it is written; one that is there is updated, the first if there are several."""
    calls = _calls(tmp_path, f"{MARKER}\n### Nothing is slower\n", comment)
    assert called in calls
    assert calls.count("--method") == 1
    assert f"{MARKER}\n### Nothing is slower\n\n- Run: run/7" in calls
    assert 'user.login == "github-actions[bot]"' in calls


def test_nothing_was_measured(tmp_path: Path) -> None:
    """Then an older comment is left as it is."""
    assert _calls(tmp_path, None, "12") == ""


def test_a_long_summary_fits(tmp_path: Path) -> None:
    """GitHub takes 65,536 characters."""
    calls = _calls(tmp_path, f"{MARKER}\n{'x' * 100_000}", "")
    assert calls.count("x") < 65_000
    assert "run/7" in calls
