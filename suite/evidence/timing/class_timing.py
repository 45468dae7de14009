"""Times the models of a graded class, one submission after the other on a machine that does nothing else meanwhile."""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from suite import data
from suite.assignments import Assignment, Runtime, ThroughputSettings
from suite.evidence.interview.job import Job
from suite.evidence.timing.paired_timing import run_paired_timings
from suite.evidence.timing.setup import TimedTarget, TimingSetup
from suite.grading.reference_files import read_references
from suite.records import Evidence, Framework, Outcome, PairedTiming, ProofStatus, Result, Submission
from suite.sandbox import Sandbox
from suite.stats.timing_test import judge_together

HALTS = 3600.0  # seconds of CPU time, for a process that answers through several duels
OWN_RUNTIME: dict[Framework, Runtime] = {"keras": "keras", "torch": "torch"}
"""The runtime of each framework's oracle: a model that ran in another isn't timed against it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassTimer:
    """Times submissions of one assignment."""

    assignment: Assignment
    """What was asked for."""
    settings: ThroughputSettings
    """How it is timed."""
    sandbox: Sandbox
    """What holds both sides."""
    jobs: Sequence[Job]
    """Ways of running a submission again, the cheapest first."""
    oracles: Mapping[Framework, Submission]
    """The oracles' files."""
    device: str = "cpu"
    """What both sides compute on."""

    def time(self, submission: Submission, result: Result, told: Callable[[int, int], None]) -> Evidence | None:
        """The submission's evidence with its duels; `None` where there is nothing to be timed, or it has been already.

        A duel that was too noisy is repeated once, afresh.
        """
        evidence = result.evidence
        if evidence is None or evidence.duels:
            return None
        duels: list[PairedTiming] = []
        for framework, runtime in OWN_RUNTIME.items():
            targets = self._targets(result, framework)
            if targets and (evidence.runtime == runtime or framework == "torch"):
                course = self._course(framework, evidence)
                duels += self._duel(submission, targets, course, told)
        return replace(evidence, duels=tuple(duels)) if duels else None

    def _duel(
        self,
        submission: Submission,
        targets: Sequence[TimedTarget],
        course: TimingSetup,
        told: Callable[[int, int], None],
    ) -> list[PairedTiming]:
        first = run_paired_timings(submission, targets, course, _draw_seed, told)
        noisy = _noisy(first, self.settings)
        if not noisy:
            return list(first)
        again = [target for target in targets if target.model_id in {model_id for model_id, _, _ in noisy}]
        second = {_key(duel): duel for duel in run_paired_timings(submission, again, course, _draw_seed, told)}
        return [replace(second[_key(duel)], attempts=2) if _key(duel) in noisy else duel for duel in first]

    def _course(self, framework: Framework, evidence: Evidence) -> TimingSetup:
        runtimes: dict[str, Runtime] = {"torch": "torch", "keras": "keras", "keras2": "keras2"}
        return TimingSetup(
            sandbox=self.sandbox,
            jobs=tuple(replace(job, runtime=runtimes[evidence.runtime]) for job in self.jobs),
            oracle=self.oracles[framework],
            oracle_job=replace(self.jobs[0], runtime=OWN_RUNTIME[framework], helpers=()),
            framework=framework,
            settings=self.settings,
            proof=self.assignment.proof,
            device=self.device,
        )

    def _targets(self, result: Result, framework: Framework) -> list[TimedTarget]:
        """The models of that framework that are proved to be what a task asks for."""
        tasks = {task.id: task for task in self.assignment.tasks}
        models = result.evidence.models if result.evidence else ()
        found = []
        for comparison in result.comparisons:
            if comparison.standing is not ProofStatus.PROVED or comparison.framework != framework:
                continue
            place = next(
                number
                for number, model in enumerate(models)
                if model.name == comparison.variable
                and any(proof.model_id == comparison.model for proof in model.proofs)
            )
            found.append(
                TimedTarget(
                    model_id=comparison.model,
                    task=tasks[comparison.task],
                    name=comparison.variable,
                    class_name=models[place].class_name,
                    place=place,
                )
            )
        return found


@contextmanager
def open_class_timer(
    assignment: Assignment, sandbox: Sandbox, job: Job, environment: Mapping[str, str]
) -> Iterator[ClassTimer]:
    """A timekeeper whose submissions run again on a handful of rows, or where that isn't enough, as before."""
    settings = assignment.throughput or ThroughputSettings()
    with tempfile.TemporaryDirectory(prefix="nb-data-") as folder:
        rows = settings.rows_of_data
        prepared = data.prepare(assignment.datasets, rows, rows, Path(folder), environment)
        patient = replace(job, niceness=0, cpu_seconds=max(job.cpu_seconds, HALTS))
        yield ClassTimer(
            assignment=assignment,
            settings=settings,
            sandbox=sandbox,
            jobs=(replace(patient, data=prepared.folder, epochs=1), patient),
            oracles=read_references(assignment),
        )


def _noisy(duels: Sequence[PairedTiming], settings: ThroughputSettings) -> set[tuple[str, str, int]]:
    """Keys of the duels that said nothing."""
    timed = {
        str(number): duel for number, duel in enumerate(duels) if duel.quads and not duel.void and not duel.untimed
    }
    judged = judge_together(timed, settings)
    return {_key(timed[name]) for name, found in judged.items() if found.outcome is Outcome.INCONCLUSIVE}


def _key(duel: PairedTiming) -> tuple[str, str, int]:
    return duel.model_id, duel.work, duel.rows


def _draw_seed() -> int:
    """A seed that no submission can foresee."""
    return secrets.randbits(62)
