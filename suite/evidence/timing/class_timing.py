"""Times the models of a graded class, one submission after the other on a machine that does nothing else meanwhile."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from suite import data
from suite.assignments import Assignment, ThroughputSettings
from suite.evidence.interview.handed_weights import with_weights
from suite.evidence.interview.job import Job
from suite.evidence.timing.gpu import on_gpu
from suite.evidence.timing.paired_timing import run_paired_timings
from suite.evidence.timing.setup import TimedTarget, TimingSetup
from suite.frameworks import framework_named, runtime_named
from suite.records import (
    Device,
    Evidence,
    FrameworkName,
    LayerComparison,
    Outcome,
    PairedTiming,
    ProofStatus,
    Result,
    Submission,
)
from suite.sandbox import Sandbox
from suite.stats.signed_rank import judge_together
from suite.temporary import open_temporary

HALTS = 3600.0  # seconds of CPU time, for a process that answers through several timings


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassTimer:
    """Times submissions of one assignment."""

    assignment: Assignment
    """What was asked for."""
    settings: ThroughputSettings
    """How it is timed."""
    sandbox: Sandbox
    """The sandbox of both sides."""
    jobs: Sequence[Job]
    """Ways of running a submission again, the cheapest first."""
    references: Mapping[FrameworkName, Submission]
    """The files of the reference models, by framework."""
    device: Device = "cpu"
    """Device that both sides compute on."""

    @property
    def at_a_time(self) -> int:
        """One, as a machine that times does nothing else."""
        return 1

    def time(self, submission: Submission, result: Result, told: Callable[[int, int], None]) -> Evidence | None:
        """The submission's evidence with its timings; `None` if there is nothing to time.

        A timing that was too noisy is repeated once, from the start.
        """
        evidence = result.evidence
        if evidence is None:
            return None
        timings: list[PairedTiming] = []
        for name in self.references:
            targets = self._targets(evidence, result.comparisons, name)
            if targets and _runs_like_reference(evidence.runtime, name):
                timings += self._time(submission, targets, self._setup(name, evidence, submission), told)
        return replace(evidence, timings=tuple(timings)) if timings else None

    def _time(
        self,
        submission: Submission,
        targets: Sequence[TimedTarget],
        setup: TimingSetup,
        told: Callable[[int, int], None],
    ) -> list[PairedTiming]:
        first = run_paired_timings(submission, targets, setup, _draw_seed, told)
        noisy = _noisy(first, self.settings)
        if not noisy:
            return list(first)
        named = {(task, model_id) for task, model_id, _, _ in noisy}
        again = [target for target in targets if (target.task.id, target.model_id) in named]
        second = {_key(each): each for each in run_paired_timings(submission, again, setup, _draw_seed, told)}
        return [replace(second[_key(each)], attempts=2) if _key(each) in noisy else each for each in first]

    def _setup(self, name: FrameworkName, evidence: Evidence, submission: Submission) -> TimingSetup:
        runtime = framework_named(name).runtimes[0].name
        jobs = (with_weights(job, submission.files, self.assignment.weights) for job in self.jobs)
        return TimingSetup(
            sandbox=self.sandbox,
            jobs=tuple(replace(job, runtime=evidence.runtime) for job in jobs),
            reference=self.references[name],
            reference_job=replace(self.jobs[0], runtime=runtime, helpers=()),
            settings=self.settings,
            proof=self.assignment.proof,
            device=self.device,
        )

    def _targets(
        self, evidence: Evidence, comparisons: Sequence[LayerComparison], name: FrameworkName
    ) -> list[TimedTarget]:
        """The models of that framework that are proved to be what a task asks for."""
        tasks = {task.id: task for task in self.assignment.reference_tasks}
        return [
            TimedTarget(
                task=tasks[comparison.task],
                model_id=comparison.model,
                place=comparison.place,
                class_name=evidence.model_at(comparison.place).class_name,
            )
            for comparison in comparisons
            if comparison.proof_status is ProofStatus.PROVED
            and comparison.framework == name
            and comparison.place is not None
        ]


def _runs_like_reference(runtime: str, name: FrameworkName) -> bool:
    """Whether a model of this framework ran in the same version as its reference."""
    framework = framework_named(name)
    return runtime == framework.runtimes[0].name or runtime_named(runtime) not in framework.runtimes


@contextmanager
def open_class_timer(  # noqa: PLR0913, PLR0917 - what a class is timed with
    assignment: Assignment,
    references: Mapping[FrameworkName, Submission],
    sandbox: Sandbox,
    job: Job,
    environment: Mapping[str, str],
    device: Device,
) -> Iterator[ClassTimer]:
    """A timer whose submissions run again on a handful of rows or, if that isn't enough, as before."""
    settings = assignment.throughput
    with open_temporary("data") as folder:
        rows = settings.rows_of_data
        prepared = data.prepare(assignment.datasets, rows, rows, folder / "rows", environment, own=assignment.own_data)
        patient = replace(job, niceness=0, cpu_seconds=max(job.cpu_seconds, HALTS))
        patient = on_gpu(patient) if device == "gpu" else patient
        yield ClassTimer(
            assignment=assignment,
            settings=settings,
            sandbox=sandbox,
            jobs=(replace(patient, data=prepared.folder, epochs=1), patient),
            references=references,
            device=device,
        )


def _noisy(timings: Sequence[PairedTiming], settings: ThroughputSettings) -> set[tuple[str, str, str, int]]:
    """Keys of the timings that were too noisy to decide."""
    timed = {
        str(number): each for number, each in enumerate(timings) if each.quads and not each.void and not each.untimed
    }
    judged = judge_together(timed, settings)
    return {_key(timed[name]) for name, found in judged.items() if found.outcome is Outcome.INCONCLUSIVE}


def _key(timing: PairedTiming) -> tuple[str, str, str, int]:
    return timing.task, timing.model_id, timing.work, timing.rows


def _draw_seed() -> int:
    """A seed that no submission can foresee."""
    return secrets.randbits(62)
