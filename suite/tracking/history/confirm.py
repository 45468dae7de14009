"""A fresh verdict on two revisions: measures one benchmark in both, in turns, each time in new processes.

A measurement is a revision's own `suite bench` with its own references, and yields the ratio to the anchor.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from math import exp, log
from pathlib import Path

from suite.errors import UsageError
from suite.records import Device
from suite.stats.signed_rank import Judgement
from suite.temporary import open_temporary
from suite.tracking.history.benchmark_json import read_night
from suite.tracking.history.checkouts import Clock, last_words, python, run
from suite.tracking.history.duel import JudgedSeries, Key, Measure, MeasureError, Readings, TimeIsUpError, duel
from suite.tracking.history.figures import FIGURES, TIME
from suite.tracking.history.records import Measurement
from suite.tracking.history.revisions import is_ancestor, resolve, worktree

MEASURE_SECONDS = 300  # one benchmark with --quick takes 5 to 10 s, and half a minute more with its learning

MeasureOne = Callable[[Path, str], float]
"""Takes a checkout and a benchmark's full name; returns the log of its figure, of the time as a ratio to the anchor."""


def confirm(  # noqa: PLR0913, PLR0917 - two revisions, and how to measure them
    repository: Path,
    good: str,
    newest: str,
    benchmark: str,
    seed: int,
    measure: MeasureOne,
    told: Callable[[int, Judgement | None], None],
    figure: str = TIME,
) -> Judgement:
    """Whether the newest revision is slower, or larger: FAIL if so, PASS if not, or INCONCLUSIVE after the last test.

    It tests after 16, 24 and 40 quads and stops at FAIL, or at PASS if the test has enough power; stopping for PASS
    adds no false fails. `told` is called after each quad, with the judgement if there was a test. Raises `UsageError`
    for unknown revisions, or if the newest is older than the good one, and `MeasureError` if one can't be measured.
    """
    first, last = resolve(repository, good), resolve(repository, newest)
    if first != last and is_ancestor(repository, last, first):
        raise UsageError(
            "{newest} is an earlier revision than {good}; name the good one first", newest=newest, good=good
        )
    key = benchmark, figure

    @contextmanager
    def open_pair(trees: tuple[Path, Path], _: Sequence[str]) -> Iterator[tuple[Measure, Measure]]:
        def read(tree: Path, _names: Sequence[str]) -> Readings:
            return {benchmark: {figure: exp(measure(tree, benchmark))}}

        old, new = (partial(read, tree) for tree in trees)
        yield old, new

    def tell(quads: int, found: Mapping[Key, JudgedSeries]) -> None:
        told(quads, found[key].judgement if key in found else None)

    with worktree(repository, first) as old, worktree(repository, last) as new:
        return duel((old, new), [benchmark], open_pair, {figure: FIGURES[figure].rule}, seed, told=tell)[key].judgement


def measure_by_bench(tree: Path, benchmark: str, figure: str = TIME) -> float:
    """What a checkout's own `suite bench` measures; `MeasureError` if it fails."""
    with open_temporary("confirm") as folder:
        written = folder / "bench.json"
        options = ["--only", benchmark, "--quick", "--json", str(written), "--report", str(folder / "bench.html")]
        command = python(
            "-m", "suite", "bench", *options, *device_options(device_of(benchmark)), *FIGURES[figure].options
        )
        try:
            done = run(command, tree, [tree], Clock(ends=time.monotonic() + MEASURE_SECONDS))
        except TimeIsUpError:
            raise MeasureError(
                "suite bench --only {benchmark} took longer than {seconds} s in {tree}",
                benchmark=benchmark,
                seconds=MEASURE_SECONDS,
                tree=tree,
            ) from None
        if not written.exists():
            raise MeasureError(
                "suite bench --only {benchmark} wrote nothing in {tree}: {reason}",
                benchmark=benchmark,
                tree=tree,
                reason=last_words(done),
            )
        night = read_night(written.read_bytes(), str(written))
    for found, measurement in night.measurements:
        if found.fullname == benchmark and (value := _log_of(measurement, figure)) is not None:
            return value
    raise MeasureError(
        "{tree} measures no {figure} of a benchmark {benchmark} beside an anchor; suite bench --list names them",
        tree=tree,
        figure=figure,
        benchmark=benchmark,
    )


def device_of(benchmark: str) -> Device:
    """Where a benchmark of `suite bench` computes, which its name says."""
    return "gpu" if benchmark.endswith("/gpu") else "cpu"


def device_options(device: Device) -> tuple[str, ...]:
    """What `suite bench` is told of it: nothing of the processor, as older revisions know no other device."""
    return () if device == "cpu" else ("--device", device)


def _log_of(measurement: Measurement, figure: str) -> float | None:
    """The log of a figure; `None` where it wasn't measured, or is too small to be judged."""
    if figure == TIME:
        return measurement.log_ratio
    value = FIGURES[figure].of(measurement)
    return None if value is None else log(value)
