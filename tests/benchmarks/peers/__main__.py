"""This suite, nbgrader and otter-grader mark the same class in one run, in turns, and a table says the ratios.

    python -m tests.benchmarks.peers [--copies 40] [--rounds 3] [--single-rounds 7] [--jobs 2]

With the numbers above it takes half an hour on two quiet cores; `--copies 4 --rounds 2 --single-rounds 2` takes five
minutes. Every round has each grader mark a class (or a single notebook) of its own once, in an order that turns, so
that a slow minute of the machine hits all alike. The times are those of the whole command, its start included.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import itertools
import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from tests.benchmarks.peers.environments import open_environment
from tests.benchmarks.peers.graders import Grader, NbGrader, Otter, Suite
from tests.benchmarks.peers.ratios import compare, say_ratio, say_seconds

PEERS = {"nbgrader": "nbgrader==0.9.6", "otter-grader": "otter-grader==7.0.0"}
OWN, WARM = "suite", "suite, after `suite warm start`"
Seconds = Mapping[str, Sequence[float]]


def main() -> None:
    """Install, measure and print."""
    parser = argparse.ArgumentParser(description="Mark the same class with this suite, nbgrader and otter-grader.")
    parser.add_argument("--copies", type=int, default=40, help="size of the class")
    parser.add_argument("--rounds", type=int, default=3, help="how often each grader marks the class")
    parser.add_argument("--single-rounds", type=int, default=7, help="how often each grader marks one notebook")
    parser.add_argument("--jobs", type=int, default=min(os.cpu_count() or 1, 4), help="the suite's own option")
    parser.add_argument(
        "--environments", type=Path, default=Path(sys.prefix) / "peers", help="where the peers are installed"
    )
    options = parser.parse_args()
    pythons = {name: open_environment(options.environments / name, wanted) for name, wanted in PEERS.items()}
    with tempfile.TemporaryDirectory(prefix="peers") as folder:
        base = Path(folder)
        peers: list[Grader] = [NbGrader(pythons["nbgrader"]), Otter(pythons["otter-grader"])]
        cold, warm = Suite(OWN, base / "cold", options.jobs), Suite(WARM, base / "warm", options.jobs)
        whole = _take_turns([cold, *peers], base / "class", options.copies, options.rounds)
        warm.run("warm", "start", "keras")
        try:
            warm.grade(_make(base / "first"), 1)  # the first one starts what later ones find
            single = _take_turns([cold, warm, *peers], base / "single", 1, options.single_rounds)
        finally:
            warm.run("warm", "stop")
    _print(whole, single, options.copies, options.jobs)


def _take_turns(graders: Sequence[Grader], folder: Path, copies: int, rounds: int) -> dict[str, list[float]]:
    """Seconds of each grader in each round."""
    seconds: dict[str, list[float]] = {grader.name: [] for grader in graders}
    for number in range(rounds):
        first = number % len(graders)
        for grader in itertools.islice(itertools.cycle(graders), first, first + len(graders)):
            taken = grader.grade(_make(folder / f"{number} {grader.name}"), copies)
            seconds[grader.name].append(taken)
            print(f"{copies} x {grader.name}: {taken:.2f} s", file=sys.stderr)
    return seconds


def _make(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder


def _print(whole: Seconds, single: Seconds, copies: int, jobs: int) -> None:
    """The table, as Markdown."""
    print(f"\n{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, --jobs {jobs}, {_versions()}")
    print(f"{len(whole[OWN])} rounds of the class, {len(single[OWN])} of the single notebook; 95% intervals\n")
    print(f"| a submission takes | this suite | {' | '.join(PEERS)} |")
    print(f"|---|---|{'---|' * len(PEERS)}")
    print(_row(f"in a class of {copies}", whole, OWN, copies))
    print(_row("alone", single, OWN, 1))
    print(_row("alone, after `suite warm start`", single, WARM, 1))


def _row(what: str, seconds: Seconds, own: str, copies: int) -> str:
    """A line of the table: the suite's seconds, and each peer's with the ratio."""
    cells = [what, say_seconds(seconds[own], copies)]
    for peer in PEERS:
        ratio = compare(seconds[peer], seconds[own])
        cells.append(f"{say_seconds(seconds[peer], copies)}, {say_ratio(ratio)}")
    return f"| {' | '.join(cells)} |"


def _versions() -> str:
    frameworks = [f"{name} {importlib.metadata.version(name)}" for name in ("tensorflow", "keras")]
    return ", ".join([*frameworks, *(wanted.replace("==", " ") for wanted in PEERS.values())])


if __name__ == "__main__":
    main()
