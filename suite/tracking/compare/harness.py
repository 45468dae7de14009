"""What knows how a revision's benchmarks are listed and measured, and which files they begin with."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from suite.errors import Words
from suite.tracking.history.benchmark_json import read_night
from suite.tracking.history.duel import MeasureError, Readings, TimeIsUpError
from suite.tracking.history.figures import FIGURES

KEPT = 500  # characters of what a failed program said
GRACE = 10  # seconds in which a program that is told to end may remove what it made


class Harness(Protocol):
    """Benchmarks of one kind; the same for both revisions, which may have different ones."""

    def names(self, tree: Path) -> list[str]:
        """Full names of a checkout's benchmarks."""

    def command(self, tree: Path, names: Sequence[str], written: Path) -> list[str]:
        """The program, run in the checkout, that measures them and writes pytest-benchmark's JSON there.

        It may measure more than these.
        """

    def profiled(self, tree: Path, name: str, written: Path) -> list[str]:
        """The same for one of them, long enough to be sampled."""

    def calls(self, name: str) -> tuple[str, ...]:
        """Ends of the paths of files through which a benchmark's own code is called, the outermost first."""

    def paths(self, tree: Path) -> list[Path]:
        """Folders in which that program finds modules before all others."""

    def roots(self, tree: Path, name: str, files: Collection[str]) -> set[str]:
        """Of a checkout's files those that a benchmark begins with; what they import is found by itself."""


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


def measure(harness: Harness, tree: Path, names: Sequence[str], folder: Path, clock: Clock) -> Readings:
    """What a checkout measures; benchmarks that it can't measure are left out, and what is too small to be judged.

    Raises `MeasureError` where nothing was written at all, and `TimeIsUpError`.
    """
    written = folder / "measured.json"
    written.unlink(missing_ok=True)
    done = run(harness.command(tree, names, written), tree, harness.paths(tree), clock)
    if not written.is_file():
        said = " ".join((done.stderr or done.stdout)[-KEPT:].split())
        raise MeasureError(
            "a revision wrote no measurements with {command} …: {said}; see whether its benchmarks run by themselves",
            command=" ".join(done.args[:4]),
            said=said or Words("it said nothing"),
        )
    night = read_night(written.read_bytes(), str(written))
    found: dict[str, dict[str, float]] = {}
    for benchmark, measured in night.measurements:
        if benchmark.fullname in names:
            figures = {series: each.of(measured) for series, each in FIGURES.items()}
            found[benchmark.fullname] = {series: value for series, value in figures.items() if value is not None}
    return found


def run(command: Sequence[str], tree: Path, paths: Sequence[Path], clock: Clock) -> subprocess.CompletedProcess[str]:
    """Run a program in a checkout, whose modules it sees; it is told to end when the time is up or the command ends."""
    # a worker of pytest-xdist may run this command, and what it starts is none
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_XDIST_")}
    environment = inherited | {"PYTHONPATH": os.pathsep.join(map(str, paths)), "PYTHONDONTWRITEBYTECODE": "1"}
    with subprocess.Popen(
        command,
        cwd=tree,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        start_new_session=True,
    ) as child:
        try:
            stdout, stderr = child.communicate(timeout=clock.left())
        except BaseException as error:
            _end(child)
            if isinstance(error, subprocess.TimeoutExpired):
                raise TimeIsUpError from None
            raise
    return subprocess.CompletedProcess(list(command), child.returncode, stdout, stderr)


def _end(child: subprocess.Popen[str]) -> None:
    """Have it and what it started end, and end them if they don't: one that lives on would keep the pipes open."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(child.pid, number)
        with suppress(subprocess.TimeoutExpired):
            child.communicate(timeout=GRACE)
            return


def python(*arguments: str) -> list[str]:
    """The interpreter that runs this."""
    return [sys.executable, *arguments]
