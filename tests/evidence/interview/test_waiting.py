"""Cells and answers that wait for a CPU which other processes have: load is no error of a submission."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from socket import AF_UNIX
from typing import Any

import pytest

from suite.assignments import load
from suite.codec import Frame, encode
from suite.errors import FrameError, SandboxError
from suite.evidence.interview.channel import ANSWERS_TOGETHER, Channel
from suite.evidence.interview.notebook import _in_time
from suite.sandbox.cpu_wait import MAX_WAITS, CpuWait
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


def _ask(answer_seconds: float, waited: float, folder: Path, times: int = 1) -> None:
    """Ask a process that answers so late, so many times, and that waited for so long."""
    with Channel(folder / "s", 1000, 1000, LIMIT, lambda: lambda: waited) as channel, socket.socket(AF_UNIX) as process:
        process.connect(str(folder / "s"))
        channel.accept()
        for number in range(1, times + 1):
            late = threading.Timer(answer_seconds, process.sendall, [encode(Frame(body={"number": number}, arrays={}))])
            late.start()
            try:
                channel.ask("describe")
            finally:
                late.join()


def test_an_answer_that_waited_has_as_long_again(tmp_path: Path) -> None:
    """It is read although its time is over, and one that didn't wait is late."""
    (tmp_path / "a").mkdir()
    _ask(2 * LIMIT, 3 * LIMIT, tmp_path / "a")
    with pytest.raises(FrameError, match="took longer than"):
        _ask(2 * LIMIT, 0, tmp_path)


def test_an_answer_on_a_machine_that_is_too_busy_proves_nothing(tmp_path: Path) -> None:
    """As a cell: the submission is tried again, and loses nothing."""
    with pytest.raises(SandboxError, match="busy"):
        _ask(2 * LIMIT, (MAX_WAITS + 1) * LIMIT, tmp_path)


def test_all_answers_together_have_longer_if_the_process_waited(tmp_path: Path) -> None:
    """Though none is late by itself, as each takes half of its time; one that computed all the time is late."""
    (tmp_path / "a").mkdir()
    _ask(LIMIT / 2, ANSWERS_TOGETHER * LIMIT, tmp_path / "a", 2 * ANSWERS_TOGETHER + 2)
    with pytest.raises(FrameError, match="took longer than"):
        _ask(LIMIT / 2, 0, tmp_path, 2 * ANSWERS_TOGETHER + 2)


@pytest.mark.parametrize(("spent", "ready", "seconds"), [(1, 8, 8), (1, 30, 9), (10, 10, 0), (20, 30, 0)])
def test_threads_of_one_tree_wait_for_each_other(spent: float, ready: float, seconds: float) -> None:
    """Of ten seconds, only those in which others had the CPU count, however many threads were ready."""
    assert CpuWait(passed=10, spent=spent, ready=ready).seconds == seconds


@pytest.mark.slow
@pytest.mark.parametrize(("code", "waits"), [(BUSY, True), ("import time; time.sleep(60)", False)])
def test_only_a_process_that_could_compute_waits(tmp_path: Path, code: str, *, waits: bool) -> None:
    """Of three endless loops on one CPU each waits; a process that sleeps waits for nobody."""
    limits = load("stacked_rnn", ROOT / "reference").limits
    rivals = [subprocess.Popen([sys.executable, "-c", BUSY]) for _ in range(2)]
    try:
        with Watch(limits, 60, 60, tmp_path, None) as watch:
            watch.follow(subprocess.Popen([sys.executable, "-c", code]))
            time.sleep(3)  # until it has started, on a loaded machine too
            waited = watch.count_waiting()
            time.sleep(1)
            assert (waited() > LIMIT) == waits
            assert watch.waited() >= waited()
    finally:
        for rival in rivals:
            rival.kill()
            rival.wait()
