"""What knows how a revision's benchmarks are listed and measured, and which files they begin with."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Protocol

from suite.errors import Words
from suite.tracking.history.benchmark_json import read_night
from suite.tracking.history.checkouts import Clock, last_words, run
from suite.tracking.history.duel import MeasureError, Readings
from suite.tracking.history.figures import FIGURES


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


def measure(harness: Harness, tree: Path, names: Sequence[str], folder: Path, clock: Clock) -> Readings:
    """What a checkout measures; benchmarks that it can't measure are left out, and what is too small to be judged.

    Raises `MeasureError` where nothing was written at all, and `TimeIsUpError`.
    """
    written = folder / "measured.json"
    written.unlink(missing_ok=True)
    done = run(harness.command(tree, names, written), tree, harness.paths(tree), clock)
    if not written.is_file():
        raise MeasureError(
            "a revision wrote no measurements with {command} …: {said}; see whether its benchmarks run by themselves",
            command=" ".join(done.args[:4]),
            said=last_words(done) or Words("it said nothing"),
        )
    night = read_night(written.read_bytes(), str(written))
    found: dict[str, dict[str, float]] = {}
    for benchmark, measured in night.measurements:
        if benchmark.fullname in names:
            figures = {series: each.of(measured) for series, each in FIGURES.items()}
            found[benchmark.fullname] = {series: value for series, value in figures.items() if value is not None}
    return found
