"""Runs benchmarks: those of a group and the anchor run in turns, each round forwards and then backwards."""

from __future__ import annotations

import itertools
import math
import os
import statistics
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace

import numpy as np

from suite.assignments import Assignment, Probe, ThroughputSettings
from suite.evidence.interview.inspection import InspectedModel
from suite.evidence.interview.job import Job
from suite.evidence.interview.session import Session, open_session
from suite.evidence.proof.experiment import Side, on_channel
from suite.evidence.proof.prover import read_by
from suite.evidence.proof.references import inspect_references
from suite.evidence.timing.gpu import Gpu, read_clock
from suite.evidence.timing.process_control import ProcessControl, precedence
from suite.evidence.timing.timed_model import TimedModel, TimedWork, VoidError
from suite.frameworks import framework_named
from suite.records import Device, FrameworkName, Outcome, Run, Submission
from suite.sandbox import Sandbox
from suite.stats.signed_rank import ratio_interval
from suite.tracking.bench.anchor import VERSION, Anchor
from suite.tracking.bench.groups import OTHER_SHAPE, ROWS, SHAPES, BenchGroup
from suite.tracking.bench.learning import LEARNING_ERRORS, LearningGoal, open_training
from suite.tracking.bench.record import Benchmark, TimeRatio
from suite.tracking.bench.runners import AnchorRunner, ModelRunner, Runner

RATE = 1e-3


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchPlan:
    """How benchmarks are run."""

    sandbox: Sandbox
    """The sandbox that references run in."""
    references: Mapping[str, Mapping[FrameworkName, Submission]]
    """Files of the references, by assignment and framework."""
    jobs: Mapping[str, Job]
    """How they are run, by assignment."""
    settings: ThroughputSettings
    """How they are timed."""
    processes: int
    """Number of new processes, one after the other."""
    rounds: int
    """Number of rounds in each process."""
    device: Device
    """What the references compute on."""
    seed: int
    """Seed of the order and the inputs."""
    goals: Mapping[str, Mapping[tuple[str, FrameworkName], LearningGoal]]
    """What references are to learn, by assignment, and by model and framework; of those that aren't there, how long
    they take to learn isn't measured."""


@dataclass(slots=True)
class _Sheet:
    """Measurements of one benchmark so far; `segments` are seconds per batch, (forwards, backwards) per round."""

    segments: list[tuple[float, float]] = field(default_factory=list)
    batches: int = 0
    rows: int = ROWS
    compile_seconds: list[float] = field(default_factory=list)
    peak_bytes: int = 0
    steps: list[int] = field(default_factory=list)
    learning_seconds: list[float] = field(default_factory=list)
    peak_device_bytes: int = 0
    device_mhz: list[int] = field(default_factory=list)
    device_shares: list[float] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class _OpenReferences:
    """A process with all references of an assignment in a framework."""

    session: Session
    models: dict[str, InspectedModel]
    gpu: Gpu | None
    """What it computes on; `None` for the processor, also where it was to be a GPU and there is none."""


class Bench:
    """Runs groups, an assignment at a time, as one process holds all references of an assignment in a framework."""

    def __init__(self, plan: BenchPlan, told: Callable[[BenchGroup, int], None]) -> None:
        self._plan = plan
        self._told = told
        self._generator = np.random.default_rng(plan.seed)
        self.problems: dict[str, str] = {}
        self.versions: dict[str, str] = {}

    def run(self, wanted: Sequence[BenchGroup]) -> Iterator[Benchmark]:
        """Yield benchmarks as they are done; `problems` says by full name why one couldn't be run."""
        for _, group in itertools.groupby(wanted, key=lambda each: each.assignment.name):
            members = list(group)
            sheets = [{name: _Sheet() for name in [*f.names(self._plan.device), "anchor"]} for f in members]
            for process in range(self._plan.processes):
                with ExitStack() as stack:
                    opened = self._open(members[0].assignment, stack)
                    cores = _cores(process)
                    for each, sheet in zip(members, sheets, strict=True):
                        self._told(each, process)
                        with precedence():
                            self._run_group(each, sheet, opened, cores)
            for each, sheet in zip(members, sheets, strict=True):
                yield from _as_benchmarks(each, sheet, self._plan.device)

    def _open(self, assignment: Assignment, stack: ExitStack) -> dict[FrameworkName, _OpenReferences]:
        """Open a process per framework with all references of an assignment."""
        files, job = self._plan.references[assignment.name], self._plan.jobs[assignment.name]
        opened: dict[FrameworkName, _OpenReferences] = {}
        for framework, file in files.items():
            own = replace(job, runtime=framework_named(framework).runtimes[0].name)
            session = stack.enter_context(open_session(file, own, self._plan.sandbox))
            models, gpu = inspect_references(session, own), None
            if self._plan.device == "gpu" and models:
                with suppress(VoidError):  # each benchmark says where its weights are instead
                    gpu = Gpu.measure(session, models)
            opened[framework] = _OpenReferences(session=session, models=models, gpu=gpu)
        return opened

    def _run_group(
        self,
        wanted: BenchGroup,
        sheets: Mapping[str, _Sheet],
        opened: Mapping[FrameworkName, _OpenReferences],
        cores: frozenset[int],
    ) -> None:
        """Warm up, then run rounds: each benchmark once in random order, then once more in reverse order."""
        settings = self._plan.settings
        steps, features, units = SHAPES.get(wanted.models[0], OTHER_SHAPE)
        anchor = AnchorRunner(
            anchor=Anchor(ROWS, steps, features, units), cores=cores, milliseconds=settings.segment_milliseconds
        )
        runners: dict[str, Runner] = {"anchor": anchor}
        controls = {name: ProcessControl(each.session.pid, sorted(cores)) for name, each in opened.items()}
        for control in controls.values():
            control.hold()
        pairs = itertools.product(wanted.models, wanted.assignment.frameworks)
        for (model, framework), name in zip(pairs, wanted.names(self._plan.device), strict=True):
            if model not in opened[framework].models:
                self.problems[name] = _explain_absence(opened[framework].session.run)
                continue
            runner = self._runner(wanted, model, opened[framework], controls[framework])
            try:
                runner.prepare()
            except VoidError as error:
                self.problems[name] = _explain(error)
                continue
            runners[name] = runner
            sheet = sheets[name]
            sheet.batches, sheet.rows = runner.batches, runner.rows
            sheet.compile_seconds.append(runner.compile_seconds)
        anchor.prepare()
        sheets["anchor"].batches = anchor.batches
        self._time_in_turns(runners, sheets)
        for name, timed in runners.items():
            if isinstance(timed, ModelRunner) and timed.gpu is not None and timed.host_seconds:
                sheets[name].device_mhz += read_clock()
                sheets[name].peak_device_bytes = max(sheets[name].peak_device_bytes, timed.peak_device_bytes)
                if timed.device_seconds:  # TensorFlow shows no events
                    sheets[name].device_shares.append(timed.device_seconds / timed.host_seconds)
        self._have_learn(wanted, sheets, runners, opened)
        for control in controls.values():
            control.release()

    def _time_in_turns(self, runners: Mapping[str, Runner], sheets: Mapping[str, _Sheet]) -> None:
        names = list(runners)
        for _ in range(self._plan.rounds):
            order = [names[place] for place in self._generator.permutation(len(names))]
            segments: dict[str, list[float]] = {name: [] for name in names}
            try:
                for name in [*order, *order[::-1]]:
                    segments[name].append(runners[name].segment())
            except VoidError as error:
                self.problems |= dict.fromkeys(names, _explain(error))
                return
            for name, (there, back) in segments.items():
                sheets[name].segments.append((there, back))
                runner = runners[name]
                if isinstance(runner, ModelRunner):
                    sheets[name].peak_bytes = max(sheets[name].peak_bytes, runner.peak_bytes)

    def _have_learn(
        self,
        wanted: BenchGroup,
        sheets: Mapping[str, _Sheet],
        runners: Mapping[str, Runner],
        opened: Mapping[FrameworkName, _OpenReferences],
    ) -> None:
        """How long references take to learn; the first process counts the steps, and each takes the time of as many."""
        goals = self._plan.goals.get(wanted.assignment.name, {}) if wanted.work == "train" else {}
        pairs = itertools.product(wanted.models, wanted.assignment.frameworks)
        for key, name in zip(pairs, wanted.names(self._plan.device), strict=True):
            runner, goal = runners.get(name), goals.get(key)
            if goal is None or not isinstance(runner, ModelRunner):
                continue
            there = opened[key[1]]
            training = open_training(goal, there.models[key[0]], there.session.channel, runner.model.turn)
            sheet = sheets[name]
            try:
                sheet.steps = sheet.steps or training.count_steps()
                sheet.learning_seconds.append(training.measure_seconds(sheet.steps))
            except (*LEARNING_ERRORS, VoidError) as error:
                self.problems[name] = f"it doesn't learn: {error}"

    def _runner(self, wanted: BenchGroup, name: str, opened: _OpenReferences, control: ProcessControl) -> ModelRunner:
        inspected, channel = opened.models[name], opened.session.channel
        task = next(task for task in wanted.assignment.reference_tasks if inspected.model.name in task.accepts)
        inputs = read_by(inspected, task)
        side = Side(ask=on_channel(channel), index=inspected.index, slots=inspected.slots)
        model = TimedModel(
            channel=channel,
            control=control,
            index=inspected.index,
            slots=inspected.slots,
            weights=side.draw_weights(self._generator),
            highs=[given.high for given in inputs],
            softmax=False,
        )
        rows = inspected.probe.rows if inspected.probe else ROWS
        return ModelRunner(
            model=model,
            work=TimedWork(work=wanted.work, rate=RATE, threads=self._plan.settings.threads, device=self._plan.device),
            inputs=inputs,
            outputs=[tuple(size or 0 for size in shape[1:]) for shape in inspected.model.outputs],
            rows=rows if rows != Probe.model_fields["rows"].default else ROWS,
            settings=self._plan.settings,
            generator=self._generator,
            gpu=opened.gpu,
        )


def _explain_absence(run: Run) -> str:
    """Why there is no model of a reference."""
    broken = next((cell for cell in run.cells if cell.error_name), None)
    if broken is None:
        return "its reference answers no probe"
    if broken.outcome is Outcome.MISSING_DEPENDENCY:
        return f"what its reference imports isn't installed ({broken.error_message}); suite doctor says what to install"
    return f"its reference broke off: {broken.error_name}: {broken.error_message}"


def _explain(error: VoidError) -> str:
    """Why a benchmark couldn't be timed."""
    if error.void == "device":
        where = error.detail or "no device"
        return f"expected its weights on a GPU, and they are on {where}; suite doctor names the GPUs that are seen"
    if error.void in {"at_work", "shared"}:
        return "another program keeps the GPU at work; time it when nobody else uses it"
    return f"{error.void}: {error.detail}"


def _cores(process: int) -> frozenset[int]:
    """One core, a different one for each process."""
    usable = sorted(os.sched_getaffinity(0)) if ProcessControl.works else [0]
    return frozenset({usable[process % len(usable)]})


def _as_benchmarks(wanted: BenchGroup, sheets: Mapping[str, _Sheet], device: str) -> Iterator[Benchmark]:
    """One benchmark for each that was run."""
    run = {name: sheet for name, sheet in sheets.items() if sheet.segments}
    anchor = run.get("anchor")
    pairs = itertools.product(wanted.models, wanted.assignment.frameworks)
    for (model, framework), name in zip(pairs, wanted.names(device), strict=True):
        sheet = run.get(name)
        if sheet is None or anchor is None:
            continue
        seconds = tuple(itertools.chain.from_iterable(sheet.segments))
        yield Benchmark(
            fullname=name,
            group=wanted.group,
            params={
                "assignment": wanted.assignment.name,
                "model": model,
                "framework": framework,
                "work": wanted.work,
                "rows": sheet.rows,
                "device": device,
            },
            seconds=seconds,
            comparisons=tuple(_compare(sheet, other, to) for to, other in run.items() if to != name),
            anchor_seconds=statistics.median(itertools.chain.from_iterable(anchor.segments)),
            compile_seconds=statistics.median(sheet.compile_seconds) if sheet.compile_seconds else None,
            peak_memory_bytes=sheet.peak_bytes or None,
            items_per_second=sheet.rows / statistics.median(seconds),
            steps_to_accuracy=statistics.fmean(sheet.steps) if sheet.learning_seconds else None,
            seconds_to_accuracy=statistics.median(sheet.learning_seconds) if sheet.learning_seconds else None,
            peak_device_bytes=sheet.peak_device_bytes or None,
            device_mhz=tuple(sheet.device_mhz),
            device_share=statistics.median(sheet.device_shares) if sheet.device_shares else None,
            segments={
                "own": sheet.segments,
                "anchor": anchor.segments,
                "batches": sheet.batches,
                "anchor_version": VERSION,
            },
        )


def _compare(own: _Sheet, other: _Sheet, name: str) -> TimeRatio:
    """Compare by the log ratio of the faster segments of each round, as in a paired timing; the median counts."""
    d = np.log(np.array(own.segments).min(axis=1)) - np.log(np.array(other.segments).min(axis=1))
    low, high = ratio_interval(d)
    if low == 0:  # too few rounds for a 95% interval: use the range
        low, high = float(np.exp(d.min())), float(np.exp(d.max()))
    return TimeRatio(other=name, log_ratio=float(np.median(d)), interval=(math.log(low), math.log(high)))
