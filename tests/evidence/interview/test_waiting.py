"""Cells that wait for a CPU which other processes have: load is no error of a submission."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from suite.assignments import load
from suite.errors import SandboxError
from suite.evidence.interview.notebook import MAX_WAITS, _in_time
from suite.sandbox.watch import Watch
from tests.conftest import ROOT

LIMIT = 0.2
BUSY = "import os; os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})\nwhile True: pass"


class _Waiting:
    """A watch over a process that waited for so long."""

    wall_seconds = LIMIT

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    def waited(self) -> float:
        return self._seconds


def _run(cell_seconds: float, waited: float) -> float:
    """Seconds until a cell ended, or was ended."""

    async def run() -> None:
        watch: Any = _Waiting(waited)
        await _in_time(asyncio.sleep(cell_seconds), time.monotonic() + LIMIT, watch)

    begin = time.monotonic()
    asyncio.run(run())
    return time.monotonic() - begin


def test_a_cell_that_waited_has_as_long_again() -> None:
    """It ends although its time is over, and one that didn't wait is stopped."""
    assert _run(2 * LIMIT, waited=3 * LIMIT) > LIMIT
    with pytest.raises(TimeoutError):
        _run(2 * LIMIT, waited=0)


def test_a_machine_that_is_too_busy_proves_nothing() -> None:
    """After several times its limit the run is a failure of the harness, which is tried again and costs nothing."""
    with pytest.raises(SandboxError, match="busy"):
        _run(10 * LIMIT, waited=(MAX_WAITS + 1) * LIMIT)


@pytest.mark.parametrize(("code", "waits"), [(BUSY, True), ("import time; time.sleep(60)", False)])
def test_only_a_process_that_could_compute_waits(tmp_path: Path, code: str, *, waits: bool) -> None:
    """Of three endless loops on one CPU each waits; a process that sleeps waits for nobody."""
    limits = load("stacked_rnn", ROOT / "reference").limits
    rivals = [subprocess.Popen([sys.executable, "-c", BUSY]) for _ in range(2)]
    try:
        with Watch(limits, 60, 60, tmp_path, None) as watch:
            watch.follow(subprocess.Popen([sys.executable, "-c", code]))
            time.sleep(3)  # until it has started, on a loaded machine too
            before = watch.waited()
            time.sleep(1)
            assert (watch.waited() - before > LIMIT) == waits
    finally:
        for rival in rivals:
            rival.kill()
            rival.wait()
