"""Makes evidence: prepares data and oracles for a class, then runs its submissions or recalls their last runs."""

from __future__ import annotations

import secrets
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import suite
from suite import data
from suite.assignments import OWN_FOLDERS, DataKind
from suite.evidence.interview.interview import Prove
from suite.evidence.interview.job import Job
from suite.evidence.metrics.evaluator import Evaluator
from suite.evidence.proof.prover import Prover
from suite.evidence.proof.references import References
from suite.grading.attempts import attempt
from suite.grading.plan import GradingPlan
from suite.grading.reference_files import read_references
from suite.grading.store import Store, make_key
from suite.grading.versions import code_digest, runtime_versions
from suite.records import Evidence, Framework, Provenance, Submission

CLASS_SECONDS = 86_400  # of CPU time, for an oracle that answers for thousands of submissions
SEED_BITS = 53  # what no submission guesses, and every reader of JSON keeps exactly
PROVING = {"function", "accuracy"}
"""Checks that need models held against the oracles."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Observer:
    """Runs submissions, or recalls the evidence of their last runs."""

    look: Callable[[Submission], Evidence]
    """One submission's evidence."""
    keep: Callable[[Evidence], None]
    """Store evidence that was added to."""
    job: Job
    """How submissions are run."""

    def __call__(self, submission: Submission) -> Evidence:
        """One submission's evidence."""
        return self.look(submission)


@contextmanager
def observer(plan: GradingPlan, recognise: Prove | None = None) -> Iterator[Observer]:
    """Prepare the data and yield the function that runs one submission, or recalls the evidence of its last run.

    Where the plan doesn't hold models against oracles, they are left to `recognise`.
    """
    assignment = plan.assignment
    with tempfile.TemporaryDirectory(prefix="nb-data-") as folder, ExitStack() as resources:
        prepared = _prepare(plan, Path(folder))
        job = _make_job(plan, prepared)
        files = read_references(assignment) if plan.proving and PROVING & assignment.checks.keys() else {}
        code, libraries = code_digest(), runtime_versions()
        about = [code, assignment.fingerprint, plan.budget, plan.sandbox.name, str(plan.seed), str(plan.probe_seed)]
        about += [prepared.description, sys.version, *libraries.values()]
        about += [file.content_hash for file in files.values()]
        oracles = resources.enter_context(References(files, _jobs_of_oracles(job), plan.sandbox))
        gauge = _gauge(plan, prepared)

        def look(submission: Submission) -> Evidence:
            key = make_key([*about, submission.student, submission.content_hash])
            if plan.store and (stored := plan.store.load(key)):
                return _moved(stored, submission.source, plan.store)
            seed = secrets.randbits(SEED_BITS) if plan.probe_seed is None else plan.probe_seed
            prove = Prover(oracles, assignment, seed, gauge) if files else recognise
            evidence = replace(
                attempt(submission, replace(job, probe_seed=seed), plan.sandbox, prove),
                data=prepared.description,
                stand_in=prepared.stand_in,
                provenance=Provenance(
                    key=key,
                    submission=submission.student,
                    source=submission.source,
                    content_hash=submission.content_hash,
                    assignment=assignment.name,
                    fingerprint=assignment.fingerprint,
                    oracles={framework: file.content_hash for framework, file in files.items()},
                    budget=plan.budget,
                    seed=plan.seed,
                    probe_seed=seed,
                    suite=suite.__version__,
                    code=code,
                    libraries=libraries,
                ),
            )
            if plan.store:
                plan.store.save(key, evidence)
            return evidence

        def keep(evidence: Evidence) -> None:
            if plan.store and evidence.provenance:
                plan.store.save(evidence.provenance.key, evidence)

        yield Observer(look=look, keep=keep, job=job)


def _moved(evidence: Evidence, source: str, store: Store) -> Evidence:
    """Recalled evidence of a submission that may lie elsewhere by now."""
    origin = evidence.provenance
    if origin is None or origin.source == source:
        return evidence
    moved = replace(evidence, provenance=replace(origin, source=source))
    store.save(origin.key, moved)
    return moved


@contextmanager
def school(plan: GradingPlan) -> Iterator[tuple[References, data.Prepared]]:
    """The oracles of the plan's assignment, ready to be trained, and the data."""
    with tempfile.TemporaryDirectory(prefix="nb-data-") as folder:
        prepared = _prepare(plan, Path(folder))
        jobs = _jobs_of_oracles(_make_job(plan, prepared))
        with References(read_references(plan.assignment), jobs, plan.sandbox) as oracles:
            yield oracles, prepared


def _prepare(plan: GradingPlan, folder: Path) -> data.Prepared:
    """Lay the data of the plan's budget into a folder, and keep the hidden rows back."""
    assignment, budget = plan.assignment, plan.assignment.budgets[plan.budget]
    hidden = assignment.accuracy.hidden_rows if assignment.accuracy.models else 0
    return data.prepare(
        assignment.datasets, budget.train_rows, budget.test_rows, folder, plan.environment, hidden_rows=hidden
    )


def _make_job(plan: GradingPlan, prepared: data.Prepared) -> Job:
    """What every run of the plan shares."""
    assignment, budget = plan.assignment, plan.assignment.budgets[plan.budget]
    return Job(
        helpers=assignment.helpers,
        data=prepared.folder,
        hidden=(assignment.folder.parent, *filter(Path.is_dir, OWN_FOLDERS)),
        probes=tuple(dict.fromkeys(probe for task in assignment.tasks for probe in task.probes)),
        constants=assignment.constants,
        epochs=budget.epochs,
        wall_seconds=budget.wall_seconds,
        cpu_seconds=budget.cpu_seconds,
        limits=assignment.limits,
        seed=plan.seed,
        runtime=assignment.runtime,
    )


def _gauge(plan: GradingPlan, prepared: data.Prepared) -> Evaluator | None:
    """What examines models; `None` where the assignment asks for no accuracy."""
    settings = plan.assignment.accuracy
    if "accuracy" not in plan.assignment.checks:
        return None
    kind: DataKind = "stand-in" if prepared.stand_in else "real"

    def enough(model_id: str, framework: Framework) -> float | None:
        found = plan.assignment.calibration.find(model_id, framework, "retrain", plan.budget, kind)
        return found.bound if found else None

    return Evaluator(settings, data.lessons(settings, prepared), settings.modes.get(plan.budget, "retrain"), enough)


def _jobs_of_oracles(job: Job) -> dict[Framework, Job]:
    """An oracle runs as a submission of its framework does, for a whole class and without the helper files."""
    job = replace(job, helpers=(), cpu_seconds=CLASS_SECONDS)
    return {"keras": replace(job, runtime="keras"), "torch": replace(job, runtime="torch")}
