"""`suite bench`: how fast the references are, in a table, a page and pytest-benchmark's JSON."""

from __future__ import annotations

import os
import platform
import secrets
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import click
from rich.console import Console
from rich.table import Table

from suite import assignments, data
from suite.assignments import Assignment, ThroughputSettings
from suite.cli.work.console import STANDARD_OUTPUT, put_document, shown_beside
from suite.cli.work.gpu import refuse_missing_gpu
from suite.cli.work.terminal import counting_bar
from suite.doctor.fingerprint import read_fingerprint
from suite.endings import unwinding
from suite.errors import UsageError
from suite.evidence.interview.job import Job
from suite.evidence.timing.gpu import on_gpu
from suite.grading.reference_files import read_references
from suite.records import Device, FrameworkName, Language, text
from suite.sandbox import choose
from suite.temporary import open_temporary
from suite.text.language import label, say
from suite.tracking.amounts import amount
from suite.tracking.bench import (
    Bench,
    BenchGroup,
    Benchmark,
    BenchPlan,
    Record,
    as_document,
    bench_groups,
    read,
    write_page,
)
from suite.tracking.bench.commit import read_commit
from suite.tracking.bench.learning import LearningGoal, find_goals
from suite.tracking.bench.page import count, pairs_of, ratio

INTERRUPTED, NOTHING_TIMED = 130, 1
FULL, QUICK = (3, 8), (1, 6)  # processes, and rounds with each; six rounds are the fewest with an interval at 95%
CPU_SECONDS = 36_000.0  # of one process, which runs all references of an assignment

log = Console(stderr=True, highlight=False)


def bench(
    *,
    only: str,
    quick: bool,
    json_path: Path | None,
    report: Path,
    stored: Path | None,
    list_only: bool,
    device: Device,
    learning: bool | None,
    lang: Language,
    root: Path,
) -> None:
    """Time the references, show what came out, and keep it."""
    if stored is not None:
        _show(shown_beside(None), read(stored), report, lang)
        return
    loaded = [assignments.load(name, root) for name in assignments.known(root)]
    wanted = bench_groups(loaded, only, device)
    if not wanted:
        raise UsageError("no benchmark's name holds {only!r}; suite bench --list names them all", only=only)
    if list_only:
        for each in wanted:
            shown_beside(None).print("\n".join(each.names(device)), markup=False)
        return
    refuse_missing_gpu(device)
    sandbox, _ = choose("auto")
    click.get_current_context().call_on_close(sandbox.close)
    used = list({each.assignment.name: each.assignment for each in wanted}.values())
    processes, rounds = QUICK if quick else FULL
    with open_temporary("data") as folder:
        plan = BenchPlan(
            sandbox=sandbox,
            references={assignment.name: read_references(assignment) for assignment in used},
            jobs={assignment.name: _job(assignment, folder / "rows", device) for assignment in used},
            settings=ThroughputSettings(),
            processes=processes,
            rounds=rounds,
            device=device,
            seed=secrets.randbits(62),
            goals=_goals(wanted, folder) if device == "cpu" and (not quick if learning is None else learning) else {},
        )
        done, problems, finished = _run(plan, wanted)
    for name, problem in problems.items():
        log.print(say(text("bench_not_timed", name=name, problem=problem), lang), style="yellow", markup=False)
    record = Record(benchmarks=tuple(done), machine=_machine(), commit=_commit(lang), datetime=_now())
    if done:
        _show(shown_beside(json_path), record, report, lang)
    if not finished:
        log.print(say(text("bench_interrupted"), lang), style="yellow", markup=False)
        sys.exit(INTERRUPTED)
    if not done:
        log.print(say(text("bench_nothing"), lang), style="bold red", markup=False)
        sys.exit(NOTHING_TIMED)
    if json_path is not None:
        _write(record, json_path, lang)


def _write(record: Record, path: Path, language: Language) -> None:
    """Write the record, and say where it is."""
    put_document(as_document(record), path)
    if path != STANDARD_OUTPUT:
        log.print(say(text("bench_record", path=str(path)), language), markup=False)


def _run(plan: BenchPlan, wanted: Sequence[BenchGroup]) -> tuple[list[Benchmark], dict[str, str], bool]:
    """Run with a progress bar; if it is interrupted, what was done is kept."""
    done: list[Benchmark] = []
    with counting_bar(log) as bar:
        task = bar.add_task("", total=len(wanted) * plan.processes)

        def told(each: BenchGroup, process: int) -> None:
            bar.update(task, description=each.group, advance=1)
            if not log.is_terminal:
                log.print(f"{each.assignment.name} {each.group} {process + 1}/{plan.processes}", markup=False)

        runner = Bench(plan, told)
        try:
            with unwinding():
                done.extend(runner.run(wanted))
        except KeyboardInterrupt:
            return done, runner.problems, False
    return done, runner.problems, True


def _goals(wanted: Sequence[BenchGroup], folder: Path) -> dict[str, dict[tuple[str, FrameworkName], LearningGoal]]:
    """What references are to learn whose training is timed."""
    trained = {each.assignment.name: each.assignment for each in wanted if each.work == "train"}
    return {name: find_goals(assignment, folder / name) for name, assignment in trained.items()}


def _job(assignment: Assignment, folder: Path, device: Device) -> Job:
    """How a reference is run."""
    prepared = data.prepare((), 1, 1, folder, os.environ)
    job = Job(
        helpers=(),
        data=prepared.folder,
        hidden=(),
        probes=tuple(dict.fromkeys(probe for task in assignment.reference_tasks for probe in task.probes)),
        constants=(),
        epochs=1,
        wall_seconds=300,
        cpu_seconds=CPU_SECONDS,
        limits=assignment.limits,
        seed=0,
        runtime=assignment.runtime,
        niceness=0,
    )
    return on_gpu(job) if device == "gpu" else job


def _show(shown: Console, record: Record, report: Path, language: Language) -> None:
    """Print the table and write the page."""
    table = Table(expand=False)
    for title in ("benchmark", "batch", "rows", "anchor", "compile", "memory"):
        justify: Literal["left", "right"] = "left" if title == "benchmark" else "right"
        table.add_column(label(f"page_bench_{title}", language), justify=justify, overflow="fold")
    for benchmark in record.benchmarks:
        table.add_row(
            benchmark.fullname,
            amount(benchmark.median, "seconds", language),
            count(benchmark.items_per_second, language),
            ratio(benchmark.to_anchor, language),
            amount(benchmark.compile_seconds, "seconds", language),
            amount(benchmark.peak_memory_bytes, "bytes", language),
        )
    shown.print(table)
    for name, other in pairs_of(record.benchmarks):
        pair = text("bench_pair", name=name, ratio=ratio(other, language), other=other.other)
        shown.print(say(pair, language), markup=False)
    for benchmark in record.benchmarks:
        if benchmark.steps_to_accuracy is not None:
            learns = text(
                "bench_learns",
                name=benchmark.fullname,
                steps=amount(benchmark.steps_to_accuracy, "steps", language),
                seconds=amount(benchmark.seconds_to_accuracy, "seconds", language),
            )
            shown.print(say(learns, language), markup=False)
    write_page(record, report, language)
    log.print(say(text("written_page", path=str(report)), language), markup=False)


def _machine() -> dict[str, Any]:
    """What pytest-benchmark calls `machine_info`, and the versions of what is timed."""
    fingerprint = read_fingerprint()
    return {
        "node": platform.node(),
        "processor": platform.processor(),
        "machine": platform.machine(),
        "python_implementation": platform.python_implementation(),
        "python_version": platform.python_version(),
        "system": platform.system(),
        "release": platform.release(),
        "cpu": {"brand_raw": fingerprint["cpu_model"], "count": fingerprint["cores"]},
        "suite": fingerprint,
    }


def _commit(language: Language) -> dict[str, Any]:
    """The commit that is timed; a message says if there is none, as the nightly record then can't name revisions."""
    commit = read_commit(Path(__file__).parent, os.environ, datetime.now(UTC))
    if problem := commit.pop("problem"):
        log.print(say(text("bench_no_commit", problem=problem), language), style="yellow", markup=False)
    elif not commit["branch"]:
        log.print(say(text("bench_no_branch"), language), style="yellow", markup=False)
    return commit


def _now() -> str:
    return datetime.now(UTC).isoformat()
