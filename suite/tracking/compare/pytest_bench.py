"""Benchmarks written with pytest-benchmark, in a file or folder of the revision."""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from suite.tracking.history.checkouts import Clock, python, run
from suite.tracking.history.duel import MeasureError

PLUGIN = Path(__file__).parent / "plugin"
"""A folder on the search path, no package: the revisions may have no suite, or another one."""
PLUGIN_NAME = "compare_peak_memory"
QUIET = ("-o", "addopts=", "-p", "no:cacheprovider", "-q")
"""A project's own options may skip benchmarks, or run them in several processes."""
SHORT = ("--benchmark-max-time=0.1", "--benchmark-min-rounds=3", "--benchmark-warmup=on")
"""A measurement is repeated 64 times or more, so each may be short."""
MOST_SECONDS = 300
NOTHING_COLLECTED = 5  # pytest's exit code


@dataclass(frozen=True, slots=True, kw_only=True)
class PytestBench:
    """Names are pytest's: `benchmarks/test_layers.py::test_dense[64]`."""

    path: str
    """File or folder with the benchmarks, relative to the checkout."""

    def names(self, tree: Path) -> list[str]:
        """Every test there; those that are no benchmarks are measured once and left out."""
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

    def command(self, tree: Path, names: Sequence[str], written: Path) -> list[str]:  # noqa: ARG002 - of the interface
        """Pytest with these, and the peak of the memory beside each."""
        return python(
            *("-m", "pytest", *names, "--benchmark-only", f"--benchmark-json={written}"),
            *("-p", PLUGIN_NAME, *SHORT, *QUIET),
        )

    def profiled(self, tree: Path, name: str, written: Path) -> list[str]:
        """The same for two seconds."""
        return [*self.command(tree, [name], written), "--benchmark-max-time=2"]

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
