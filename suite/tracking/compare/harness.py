"""What knows how a revision's benchmarks are listed and measured, and which files they begin with."""

from __future__ import annotations

import subprocess
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path
from typing import ClassVar, Protocol

from suite.errors import Words
from suite.tracking.history.benchmark_json import read_night
from suite.tracking.history.checkouts import Clock, last_words, run
from suite.tracking.history.duel import Measure, MeasureError, Readings
from suite.tracking.history.figures import FIGURES


class Harness(Protocol):
    """Benchmarks of one kind; the same for both revisions, which may have different ones."""

    quads: ClassVar[int]
    """How many quads one pair of processes measures."""
    turns: ClassVar[int]
    """How often each of a quad's figures is measured, in turns with those of the other revision."""

    @property
    def gpu(self) -> bool:
        """Whether benchmarks may use a GPU."""

    def names(self, tree: Path) -> list[str]:
        """Full names of a checkout's benchmarks."""

    def open_pair(
        self, trees: tuple[Path, Path], names: Sequence[str], folder: Path, clock: Clock
    ) -> AbstractContextManager[tuple[Measure, Measure]]:
        """Start what measures these benchmarks of two checkouts; asking it raises `MeasureError` and `TimeIsUpError`.

        It may measure more than it is asked for, and leaves out what it can't measure. `folder` is for its files.
        """

    def profiled(self, tree: Path, name: str, written: Path) -> list[str]:
        """The program, run in the checkout, that calls one benchmark long enough to be sampled.

        It may write its measurements there.
        """

    def calls(self, name: str) -> tuple[str, ...]:
        """Ends of the paths of files through which a benchmark's own code is called, the outermost first."""

    def paths(self, tree: Path) -> list[Path]:
        """Folders in which that program finds modules before all others."""

    def roots(self, tree: Path, name: str, files: Collection[str]) -> set[str]:
        """Of a checkout's files those that a benchmark begins with; what they import is found by itself."""


class StartedEachTime(ABC):
    """A harness whose program is started anew for each measurement."""

    __slots__ = ()
    quads: ClassVar[int] = 1
    turns: ClassVar[int] = 1

    @property
    def gpu(self) -> bool:
        """Not unless a harness says so."""
        return False

    @abstractmethod
    def command(self, tree: Path, names: Sequence[str], written: Path) -> list[str]:
        """The program, run in a checkout, that measures benchmarks and writes pytest-benchmark's JSON there."""

    @abstractmethod
    def paths(self, tree: Path) -> list[Path]:
        """Folders in which the program finds modules before all others."""

    @contextmanager
    def open_pair(
        self,
        trees: tuple[Path, Path],
        names: Sequence[str],  # noqa: ARG002 - of the interface
        folder: Path,
        clock: Clock,
    ) -> Iterator[tuple[Measure, Measure]]:
        """Nothing runs between the measurements."""
        old, new = (partial(self._measure, tree, folder / "measured.json", clock) for tree in trees)
        yield old, new

    def _measure(self, tree: Path, written: Path, clock: Clock, names: Sequence[str]) -> Readings:
        """Benchmarks that it can't measure are left out, and what is too small to be judged."""
        written.unlink(missing_ok=True)
        done = run(self.command(tree, names, written), tree, self.paths(tree), clock)
        if not written.is_file():
            raise wrote_nothing(done)
        night = read_night(written.read_bytes(), str(written))
        return {
            benchmark.fullname: {
                series: value for series, each in FIGURES.items() if (value := each.of(measured)) is not None
            }
            for benchmark, measured in night.measurements
            if benchmark.fullname in names
        }


def wrote_nothing(done: subprocess.CompletedProcess[str]) -> MeasureError:
    """The error of a program that ended without measurements."""
    return MeasureError(
        "a revision wrote no measurements with {command} …: {said}; see whether its benchmarks run by themselves",
        command=" ".join(done.args[:4]),
        said=last_words(done) or Words("it said nothing"),
    )
