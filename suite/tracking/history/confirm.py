"""A fresh verdict on two revisions: measures one benchmark in both, in turns, each time in new processes.

A quad is four measurements in the order ABBA or BAAB, chosen at random. A measurement is a revision's own `suite bench`
with its own references, and yields the ratio to the anchor. The quads are judged like those of a paired timing
(`suite.stats.signed_rank`), with every measurement in a separate process.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from math import exp
from pathlib import Path

import numpy as np

from suite.assignments import ThroughputSettings
from suite.errors import SuiteError, UsageError
from suite.records import Outcome, PairedTiming, Quad
from suite.stats.signed_rank import Judgement, judge
from suite.temporary import open_temporary
from suite.tracking.history.benchmark_json import read_night
from suite.tracking.history.revisions import git, resolve, worktree

SETTINGS = ThroughputSettings(tolerance=0.03, quads=1)
"""Changes below 3% don't count; each quad has new processes."""
ANCHOR_NANOSECONDS = 1e9  # used as the anchor's time, as only ratios to it are known
MEASURE_SECONDS = 300  # one benchmark with --quick takes 5 to 10 s

Measure = Callable[[Path, str], float]
"""Takes a checkout and a benchmark's full name; returns the log ratio to the anchor."""


class MeasureError(SuiteError):
    """A revision can't be measured."""


def confirm(  # noqa: PLR0913, PLR0917 - two revisions, and how to measure them
    repository: Path,
    good: str,
    newest: str,
    benchmark: str,
    seed: int,
    measure: Measure,
    told: Callable[[int, Judgement | None], None],
) -> Judgement:
    """Whether the newest revision is slower: FAIL if so, PASS if not, or INCONCLUSIVE after the last test.

    It tests after 16, 24 and 40 quads and stops at FAIL, or at PASS if the test has enough power; stopping for PASS
    adds no false fails. `told` is called after each quad, with the judgement if there was a test. Raises `UsageError`
    for unknown revisions, or if the newest is older than the good one, and `MeasureError` if one can't be measured.
    """
    first, last = resolve(repository, good), resolve(repository, newest)
    if first != last and git(repository, "merge-base", "--is-ancestor", last, first, check=False).returncode == 0:
        raise UsageError(f"{newest} is an earlier revision than {good}; name the good one first")
    looks = [quads for quads, _ in SETTINGS.looks]
    coin = np.random.default_rng(seed).integers(2, size=looks[-1])
    quads: list[Quad] = []
    with (
        worktree(repository, first) as old,
        worktree(repository, last) as new,
    ):
        for number, toss in enumerate(coin):
            quads.append(_measure_quad(number, bool(toss), lambda tree: measure(tree, benchmark), old, new))
            timing = PairedTiming(task="", model_id=benchmark, work="forward", rows=1, seed=seed, quads=tuple(quads))
            judgement = judge(timing, SETTINGS) if len(quads) in looks else None
            told(number + 1, judgement)
            if judgement is not None and (judgement.outcome is not Outcome.INCONCLUSIVE or len(quads) == looks[-1]):
                return judgement
    raise AssertionError("the last look returns")


def _measure_quad(number: int, new_first: bool, measure: Callable[[Path], float], old: Path, new: Path) -> Quad:  # noqa: FBT001
    """Make four measurements."""
    order = (new, old, old, new) if new_first else (old, new, new, old)
    nanoseconds = [(tree, round(ANCHOR_NANOSECONDS * exp(measure(tree)))) for tree in order]
    own, reference = ([time for tree, time in nanoseconds if tree == side] for side in (new, old))
    return Quad(
        pair=number, own_first=new_first, own=(own[0], own[1]), reference=(reference[0], reference[1]), overhead=0
    )


def measure_by_bench(tree: Path, benchmark: str) -> float:
    """The log ratio to the anchor that a checkout's own `suite bench` measures; `MeasureError` if it fails."""
    with open_temporary("confirm") as folder:
        written = folder / "bench.json"
        options = ["--only", benchmark, "--quick", "--json", str(written), "--report", str(folder / "bench.html")]
        done = subprocess.run(
            [sys.executable, "-m", "suite", "bench", *options],
            cwd=tree,
            env=os.environ | {"PYTHONPATH": str(tree)},
            capture_output=True,
            text=True,
            check=False,
            timeout=MEASURE_SECONDS,
            stdin=subprocess.DEVNULL,
        )
        if not written.exists():
            raise MeasureError(f"suite bench --only {benchmark} wrote nothing in {tree}: {done.stderr[-500:].strip()}")
        night = read_night(written.read_bytes(), str(written))
    for found, measurement in night.measurements:
        if found.fullname == benchmark and measurement.log_ratio is not None:
            return measurement.log_ratio
    raise MeasureError(f"{tree} measures no benchmark {benchmark} beside an anchor; suite bench --list names them")
