"""Benchmarks written with pytest-benchmark, in a file or folder of the revision.

Starting pytest takes longer than measuring, so one process of each revision measures some quads: between its turns it
waits for the next request.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path, PurePosixPath
from typing import IO, ClassVar

from suite.sandbox.gpu import gpu_devices
from suite.tracking.compare.harness import wrote_nothing
from suite.tracking.history.checkouts import Clock, python, run, start
from suite.tracking.history.duel import Measure, MeasureError, Readings
from suite.tracking.history.figures import FIGURES

PLUGIN = Path(__file__).parent / "plugin"
"""A folder on the search path, no package: the revisions may have no suite, or another one."""
PLUGIN_NAME = "compare_in_turns"
REQUESTS = "SUITE_COMPARE_REQUESTS"
"""Environment variable with the file descriptor by which the plug-in is told what to measure."""
QUIET = ("-o", "addopts=", "-p", "no:cacheprovider", "-q")
"""A project's own options may skip benchmarks, or run them in several processes."""
SHORT = ("--benchmark-max-time=0.02", "--benchmark-min-rounds=1", "--benchmark-warmup=off")
"""The speed of a machine that others use changes within tenths of a second, so both revisions take short turns. The
call that tells how long one takes is the warm-up."""
MOST_SECONDS = 300
NOTHING_COLLECTED = 5  # pytest's exit code
LAST_BYTES = 10_000  # of what a process says
LAST_SECONDS = 10  # until a process that isn't asked any more ends
LOOK_SECONDS = 1  # between two looks whether a process that is silent lives


@dataclass(frozen=True, slots=True, kw_only=True)
class PytestBench:
    """Names are pytest's: `benchmarks/test_layers.py::test_dense[64]`."""

    turns: ClassVar[int] = 4
    quads: ClassVar[int] = 2
    """Each pair of processes has errors of its own, and a slowdown of 5% is found only over many pairs; at two quads
    starting them takes as long as measuring."""

    path: str
    """File or folder with the benchmarks, relative to the checkout."""
    cores: int = 1
    """On which both revisions run, on Linux. Where each had its own, the figures of equal ones differed by five times
    as much, as cores differ by what else they do; the last ones are taken, since systems use the first ones."""

    @property
    def gpu(self) -> bool:
        """Where this machine has one."""
        return bool(gpu_devices())

    def names(self, tree: Path) -> list[str]:
        """Every test there; those that are no benchmarks are left out after the first quad."""
        if not (tree / self.path).exists():
            return []
        command = python("-m", "pytest", self.path, "--collect-only", *QUIET)
        done = run(command, tree, self.paths(tree), Clock(ends=time.monotonic() + MOST_SECONDS))
        if done.returncode not in {0, NOTHING_COLLECTED}:
            raise MeasureError(
                "pytest can't collect {path} of a revision: {reason}",
                path=self.path,
                reason=" ".join(done.stdout[-500:].split()),
            )
        return [line for line in done.stdout.splitlines() if "::" in line]

    @contextmanager
    def open_pair(
        self, trees: tuple[Path, Path], names: Sequence[str], folder: Path, clock: Clock
    ) -> Iterator[tuple[Measure, Measure]]:
        """A process for either revision; neither is asked anything before both are ready."""
        with ExitStack() as stack:
            old, new = (stack.enter_context(self._serve(tree, names, folder, clock)) for tree in trees)
            for measure in (old, new):
                measure(())
            yield old, new

    @contextmanager
    def _serve(self, tree: Path, names: Sequence[str], folder: Path, clock: Clock) -> Iterator[Measure]:
        """Start pytest with these benchmarks; asked for none, it answers when it has collected them."""
        ours, theirs = Pipe()
        command = self._pytest(names)
        with (
            ours,
            tempfile.TemporaryFile(dir=folder) as said,
            start(
                command,
                tree,
                self.paths(tree),
                env={REQUESTS: str(theirs.fileno())},
                pass_fds=[theirs.fileno()],
                stdout=said,
                stderr=said,
            ) as child,
        ):
            theirs.close()
            if sys.platform == "linux":
                with suppress(ProcessLookupError):  # it has ended, which is told when it is asked
                    os.sched_setaffinity(child.pid, sorted(os.sched_getaffinity(0))[-self.cores :])
            yield _Serving(command=command, child=child, requests=ours, said=said, clock=clock).measure
            ours.close()
            with suppress(subprocess.TimeoutExpired):  # a thread of its own goes on, for instance
                child.wait(LAST_SECONDS)

    def profiled(self, tree: Path, name: str, written: Path) -> list[str]:  # noqa: ARG002 - of the interface
        """One benchmark for two seconds."""
        return [*self._pytest([name]), "--benchmark-max-time=2"]

    def _pytest(self, names: Sequence[str]) -> list[str]:
        return python("-m", "pytest", *names, "--benchmark-only", "-p", PLUGIN_NAME, *SHORT, *QUIET)

    def calls(self, name: str) -> tuple[str, ...]:  # noqa: ARG002 - of the interface
        """What `benchmark(...)` calls."""
        return ("pytest_benchmark/fixture.py",)

    def paths(self, tree: Path) -> list[Path]:
        """The checkout, its `src` and the plug-in."""
        return [tree, tree / "src", PLUGIN]

    def roots(self, tree: Path, name: str, files: Collection[str]) -> set[str]:  # noqa: ARG002 - of the interface
        """Its file, and the `conftest.py` of each folder above it."""
        file = name.partition("::")[0]
        above = {str(folder / "conftest.py") for folder in PurePosixPath(file).parents}
        return {file, *above} & set(files)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Serving:
    """A process that measures what it is asked for."""

    command: Sequence[str]
    child: subprocess.Popen[str]
    requests: Connection
    said: IO[bytes]
    clock: Clock

    def measure(self, names: Sequence[str]) -> Readings:
        """What it measures, as far as it isn't too small to be judged."""
        try:
            self.requests.send_bytes(json.dumps(names).encode())
            while not self.requests.poll(LOOK_SECONDS):
                self.clock.left()
                if self.child.poll() is not None:  # what it has forked may keep its end open
                    break
            told = json.loads(self.requests.recv_bytes() if self.requests.poll() else b"")
        except (EOFError, OSError, ValueError):
            raise wrote_nothing(self._ended()) from None
        return {
            name: {series: each for series in figures if (each := FIGURES[series].judged(figures[series])) is not None}
            for name, figures in told.items()
        }

    def _ended(self) -> subprocess.CompletedProcess[str]:
        """What became of a process that ends now."""
        with suppress(subprocess.TimeoutExpired):
            self.child.wait(LAST_SECONDS)
        self.said.seek(max(0, self.said.seek(0, os.SEEK_END) - LAST_BYTES))
        words = self.said.read().decode(errors="replace")
        return subprocess.CompletedProcess(list(self.command), self.child.returncode, words, "")
