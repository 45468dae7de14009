"""What a command says while it grades, where nobody sees a bar."""

from __future__ import annotations

import io

from rich.console import Console

from suite.cli.work.terminal import show_progress
from suite.records import Evidence, Outcome, Result, Run, text


def _result(evidence: Evidence | None) -> Result:
    return Result(
        submission="ana",
        source="ana",
        status=Outcome.PASS,
        score=1,
        max_score=1,
        verdicts=(),
        summary=text("harness_failed", reason=""),
        evidence=evidence,
    )


def test_a_line_for_what_ran_and_for_what_could_not_be_read() -> None:
    """What is judged from stored evidence counts, and is told at the end."""
    seen = io.StringIO()
    evidence = Evidence(run=Run(cells=(), left=True, notebook="{}", seconds=1.0, sandbox="process"))
    with show_progress(Console(file=seen, width=80), 3, "en") as progress:
        progress.finished("stored", _result(evidence))
        progress.finished("unreadable", _result(None))
        progress.started("ran")
        progress.finished("ran", _result(evidence))
    assert [line.split(":")[0] for line in seen.getvalue().splitlines()] == ["[2/3] unreadable", "[3/3] ran"]
