"""Runs programs in checkouts of revisions: each with its own modules, within a time, and ended with what it started."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from suite.endings import starting
from suite.tracking.history.duel import TimeIsUpError

KEPT = 500  # characters of what a failed program said
GRACE = 10  # seconds in which a program that is told to end may remove what it made


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """The time that a comparison has."""

    ends: float
    """Of `time.monotonic`; infinity for no limit."""

    def left(self) -> float | None:
        """Seconds; `None` without a limit. Raises `TimeIsUpError` when there are none."""
        if self.ends == float("inf"):
            return None
        if (left := self.ends - time.monotonic()) <= 0:
            raise TimeIsUpError
        return left


FOREVER = Clock(ends=float("inf"))


def run(command: Sequence[str], tree: Path, paths: Sequence[Path], clock: Clock) -> subprocess.CompletedProcess[str]:
    """Run a program in a checkout, whose modules it sees; it is told to end when the time is up or the command ends."""
    with start(command, tree, paths, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as child:
        try:
            stdout, stderr = child.communicate(timeout=clock.left())
        except subprocess.TimeoutExpired:
            raise TimeIsUpError from None
    return subprocess.CompletedProcess(list(command), child.returncode, stdout, stderr)


@contextmanager
def start(command: Sequence[str], tree: Path, paths: Sequence[Path], **options: Any) -> Iterator[subprocess.Popen[str]]:
    """The same, which runs beside the block, with further options of `Popen`; it ends with the block."""
    # a worker of pytest-xdist may run this command, and what it starts is none
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_XDIST_")}
    # compiled modules are kept: pytest would otherwise compile its plug-ins anew in each of the hundreds of processes
    environment = inherited | {"PYTHONPATH": os.pathsep.join(map(str, paths)), "PYTHONDONTWRITEBYTECODE": ""}
    with (
        starting() as started,
        subprocess.Popen(
            command,
            cwd=tree,
            env=environment | options.pop("env", {}),
            stdin=subprocess.DEVNULL,
            text=True,
            errors="replace",
            start_new_session=True,
            **options,
        ) as child,
    ):
        try:
            started()
            yield child
        finally:
            _end(child)


def _end(child: subprocess.Popen[str]) -> None:
    """Have it end, and end it if it doesn't, and what it started: that would keep pipes open, and cores busy."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(child.pid, number)
        with suppress(subprocess.TimeoutExpired):
            child.communicate(timeout=GRACE)
            break
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)


def python(*arguments: str) -> list[str]:
    """The interpreter that runs this."""
    return [sys.executable, *arguments]


def last_words(done: subprocess.CompletedProcess[str]) -> str:
    """The end of what a program said, in one line; empty if it said nothing."""
    return " ".join((done.stderr or done.stdout)[-KEPT:].split())
