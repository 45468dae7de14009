"""What grading costs: a class of copies of a structural Keras notebook, cold, warm, and against the floor.

    python -m tests.benchmarks.grading [--jobs 2] [--copies 40] [--long 200] [--parts]

Everything is measured side by side in one run, so the ratios hold on a slow or busy machine too. The floor is
`tests.benchmarks.floor` with as many forks at a time as there are jobs. `--parts` only shows the parts of the
full verdict side by side (`tests.benchmarks.parts`), for a right class and a wrong one.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path

import psutil

from suite import assignments
from suite import report as reports
from suite.grading import pipeline
from suite.grading.collect import collect
from suite.grading.plan import GradingPlan
from suite.records import Submission
from suite.report.class_report import as_report
from suite.report.live import LivePage
from suite.sandbox import Sandbox, all_sandboxes
from tests.benchmarks.parts import watch_parts
from tests.benchmarks.peers.work import CELLS

ROOT = Path(__file__).parent.parent.parent
WRONG = tuple(cell.replace("SimpleRNN(10)", 'SimpleRNN(10, activation="relu")') for cell in CELLS)
"""Disproved, so each tensor's worth is tried and each layer called by itself; it loses the check `function`."""
COLD_COPIES = 6  # at 8 s each, enough for a ratio
ROUNDS = 3  # warm and floor take turns, so that both see the same machine
STEP = 50
MIB = 1 << 20


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measure what grading a submission costs.")
    parser.add_argument("--jobs", type=int, default=2, help="submissions at a time")
    parser.add_argument("--copies", type=int, default=40, help="size of the class")
    parser.add_argument("--long", type=int, default=200, help="size of the class that shows whether memory grows")
    parser.add_argument("--parts", action="store_true", help="show the parts of a submission, and nothing else")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if options.parts:
            _show_parts(Path(folder), options.jobs, options.copies)
            return
        notebook = _write(Path(folder) / "one" / "copy.ipynb")
        _measure(Path(folder), notebook, options.jobs, options.copies, options.long)


def _measure(folder: Path, notebook: Path, jobs: int, copies: int, long: int) -> None:
    warm, cold = all_sandboxes()[0], all_sandboxes()[1]
    assert not (reason := warm.unavailable()), reason
    begin = time.perf_counter()
    _grade(_copies(folder / "first", 1), warm, 1)
    print(f"warm-up and one submission  {time.perf_counter() - begin:6.2f} s")
    warm_seconds, floor_seconds = [], []
    for part in range(ROUNDS):
        count = copies // ROUNDS + (part < copies % ROUNDS)
        warm_seconds.append(_grade(_copies(folder / f"warm{part}", count), warm, jobs) / count)
        floor_seconds.append(_floor(notebook, count, jobs) / count)
    ratio = sum(warm_seconds) / sum(floor_seconds)
    print(f"warm                        {_say(warm_seconds)} s a submission at --jobs {jobs}, {copies} copies")
    print(f"floor                       {_say(floor_seconds)} s a fork at {jobs} a time")
    print(f"ratio to the floor          {ratio:6.2f}")
    alone = _grade(_copies(folder / "alone", 6), warm, 1) / 6
    print(f"warm, one at a time         {alone:6.2f} s; floor {_floor(notebook, 6, 1) / 6:.2f} s")
    for what, without in (("functional proof", {"accuracy"}), ("proof and accuracy", set())):
        seconds = _grade(_copies(folder / what, copies), warm, jobs, without=without) / copies
        print(f"with the {what:18} {seconds:6.2f} s a submission, the reference's start included")
    seconds = _grade(_copies(folder / "wrong", copies, WRONG), warm, jobs, without={"accuracy"}, loses=5) / copies
    print(f"a wrong model, with proof   {seconds:6.2f} s a submission, the reference's start included")
    if not (reason := cold.unavailable()):
        seconds = _grade(_copies(folder / "cold", COLD_COPIES), cold, jobs) / COLD_COPIES
        print(
            f"cold ({cold.name})           {seconds:6.2f} s, {seconds * ROUNDS / sum(warm_seconds):.1f} times as long"
        )
    _grow(folder / "long", warm, jobs, long)
    warm.close()
    _show_parts(folder / "parts", jobs, copies)


def _show_parts(folder: Path, jobs: int, copies: int) -> None:
    """The parts of the full verdict, pages included, once the servers are warm."""
    sandbox = all_sandboxes()[0]
    assert not (reason := sandbox.unavailable()), reason
    _grade(_copies(folder / "first", 1), sandbox, 1)
    for what, cells, loses, without in (("right", CELLS, 0, ()), ("wrong", WRONG, 5, ("accuracy",))):
        submissions = _copies(folder / what, copies, cells)
        with watch_parts() as parts:
            seconds = _grade(submissions, sandbox, jobs, without=without, loses=loses, report=folder / f"{what} report")
        print(f"the parts of a {what} model, {copies} copies at --jobs {jobs}, {seconds / copies:.2f} s a submission:")
        print("\n".join(parts.lines()))
    sandbox.close()


def _grow(folder: Path, sandbox: Sandbox, jobs: int, long: int) -> None:
    """Memory of the grader and its servers after every `STEP` submissions, and the peak with all submissions."""
    for number in range(STEP, long + 1, STEP):
        _grade(_copies(folder / str(number), STEP), sandbox, jobs)
        gc.collect()
        tree = [psutil.Process(), *psutil.Process().children(recursive=True)]
        held = [process.memory_full_info().pss / MIB for process in tree]
        print(f"memory after {number:4}           {held[0]:6.0f} MiB grader, {sum(held[1:]):.0f} MiB warm servers")
    peak = _peak(lambda: _grade(_copies(folder / "peak", 2 * jobs), sandbox, jobs))
    print(f"peak, {jobs} at a time            {peak:6.0f} MiB in all")


def _peak(work: object) -> float:
    """The most memory that this process and its children held together while the work was done, in MiB."""
    import threading

    peak, done = 0.0, threading.Event()

    def look() -> None:
        nonlocal peak
        while not done.wait(0.05):
            tree = [psutil.Process(), *psutil.Process().children(recursive=True)]
            held = 0
            for process in tree:
                try:
                    held += process.memory_full_info().pss
                except psutil.Error:
                    continue
            peak = max(peak, held / MIB)

    thread = threading.Thread(target=look)
    thread.start()
    work()
    done.set()
    thread.join()
    return peak


def _grade(  # noqa: PLR0913 - what is left out, and what is expected
    submissions: list[Submission],
    sandbox: Sandbox,
    jobs: int,
    *,
    without: Collection[str] = ("function", "accuracy"),
    loses: float = 0,
    report: Path | None = None,
) -> float:
    """Seconds to grade a class; every copy must lose so many points. The floor has no functional proof either.

    If a folder is named, also to write its report, as `suite grade` does: the pages are written while others run.
    """
    assignment = assignments.load("stacked_rnn", ROOT / "reference")
    checks = {name: settings for name, settings in assignment.checks.items() if name not in without}
    assignment = assignment.model_copy(update={"checks": checks})
    plan = GradingPlan(
        assignment=assignment, budget="quick", sandbox=sandbox, jobs=jobs, environment=os.environ, store=None
    )
    expected = assignments.load_expected(assignment)
    progress = pipeline.QUIET
    begin = time.perf_counter()
    if report is not None:
        report.mkdir(parents=True)
        page = LivePage.begin(report, replace(as_report(assignment, [], "en"), awaited=len(submissions)), force=False)
        progress = progress.also(page.add)
    results = pipeline.grade(submissions, plan, expected, progress)
    if report is not None:
        reports.write(as_report(assignment, results, "en"), report)
    seconds = time.perf_counter() - begin
    wrong = [(result.submission, result.summary) for result in results if result.score != result.max_score - loses]
    assert not wrong, wrong
    return seconds


def _copies(folder: Path, count: int, cells: Sequence[str] = CELLS) -> list[Submission]:
    """A class of equal notebooks."""
    for number in range(count):
        _write(folder / f"copy{number:03}.ipynb", cells)
    return list(collect([folder]))


def _write(path: Path, sources: Sequence[str] = CELLS) -> Path:
    """The structural notebook: it builds a model and trains nothing."""
    cells = [
        {"cell_type": "code", "metadata": {}, "execution_count": None, "outputs": [], "source": source}
        for source in sources
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": cells}), "utf-8")
    return path


def _floor(notebook: Path, forks: int, jobs: int) -> float:
    """Seconds that bare forks take."""
    command = [sys.executable, "-m", "tests.benchmarks.floor", str(notebook), str(forks), str(jobs)]
    environment = os.environ | {"TF_CPP_MIN_LOG_LEVEL": "2", "TF_ENABLE_ONEDNN_OPTS": "0"}
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT, env=environment)
    return float(json.loads(done.stdout.splitlines()[-1])["seconds"])


def _say(seconds: list[float]) -> str:
    return f"{sum(seconds) / len(seconds):6.2f} ({min(seconds):.2f} to {max(seconds):.2f})"


if __name__ == "__main__":
    main()
