"""What a command says while it grades, where nobody sees a bar."""

from __future__ import annotations

import io
from dataclasses import replace

from rich.console import Console

from suite.cli.work.terminal import show_progress
from suite.records import Evidence
from tests.judging.runs import make_run
from tests.marking.essays import result


def test_a_line_for_what_ran_and_for_what_could_not_be_read() -> None:
    """What is judged from stored evidence counts, and is told at the end."""
    seen = io.StringIO()
    unreadable = replace(result(), evidence=None)
    found = replace(unreadable, evidence=Evidence(run=make_run("pass")))
    with show_progress(Console(file=seen, width=80), 3, "en") as progress:
        progress.finished("stored", found)
        progress.finished("unreadable", unreadable)
        progress.started("ran")
        progress.finished("ran", found)
    assert [line.split(":")[0] for line in seen.getvalue().splitlines()] == ["[2/3] unreadable", "[3/3] ran"]
