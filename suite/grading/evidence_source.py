"""Produces evidence: prepares data and references, then runs each submission or loads its stored evidence."""

from __future__ import annotations

import hashlib
import secrets
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import TypeAlias

import suite
from suite import data
from suite.assignments import OWN_FOLDERS, Assignment, DataKind
from suite.assignments.variants import say_values
from suite.data import Prepared, TrainTestSet
from suite.errors import HarnessError
from suite.evidence.examination import Circumstances, examine
from suite.evidence.interview.handed_weights import with_weights
from suite.evidence.interview.job import Job
from suite.evidence.interview.kept_process import greet
from suite.evidence.interview.reference_process import ReferenceProcess
from suite.evidence.metrics.evaluator import Evaluator
from suite.evidence.open_tasks.examiner import OpenData, OpenExaminer, open_probes
from suite.evidence.proof.builders import Builders
from suite.evidence.proof.model_parts import PartChooser
from suite.evidence.proof.prover import Prover
from suite.evidence.proof.references import References
from suite.evidence.results.examiner import ResultExaminer
from suite.evidence.timing.class_timing import ClassTimer, open_class_timer
from suite.frameworks import all_frameworks, framework_named, framework_of_runtime
from suite.grading.plan import GradingPlan
from suite.grading.reference_files import builder_files, read_functions, read_references
from suite.grading.runtimes import read_needs
from suite.grading.second_runs import AllRows, Attempt, find_best_run
from suite.grading.store import Store, make_key
from suite.grading.versions import code_digest, runtime_versions
from suite.judging.checks import needs
from suite.records import Device, Evidence, FrameworkName, Provenance, Submission
from suite.temporary import open_temporary

CLASS_SECONDS = 86_400  # of CPU time, for a reference that is used for thousands of submissions
SEED_BITS = 53  # too many for a submission to guess, and exact in every JSON reader
TRIES = 2  # a failure of the harness is retried once before it is reported

Make: TypeAlias = Callable[[Submission, Provenance], Evidence]
"""Runs one submission; called from several threads. `EngineError` means that no submission can be run any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceSource:
    """Runs submissions, or loads the stored evidence of their last runs."""

    plan: GradingPlan
    """How submissions are run."""
    prepared: Prepared
    """Datasets for the submissions."""
    rows: AllRows
    """The same before the budget's cut."""
    job: Job
    """Settings that all runs share."""
    files: dict[FrameworkName, Submission]
    """Files of the reference models; empty if models aren't compared with references."""
    references: References
    """Processes of the reference models."""
    functions: ReferenceProcess[bool] | None
    """The process of reference functions and values; `None` if none are asked for."""
    builders: Builders
    """Processes that build layers as submissions describe them."""
    examples: Mapping[str, TrainTestSet]
    """Train and test sets by model, for accuracy; empty if no check needs it."""
    opened: Mapping[str, OpenData]
    """What models are tested with in open tasks, by name of the data; empty if no check needs it."""
    about: tuple[str, ...]
    """Everything that evidence depends on besides its submission; part of the store's key."""
    calibration: str
    """SHA-256 of the accuracy bounds, as they decide whether a model is trained once more."""
    code: str
    """SHA-256 of the code that makes evidence."""
    libraries: dict[str, str]
    """Versions of Python and of what a submission may import."""
    stopped: threading.Event = field(default_factory=threading.Event)
    """Set when nothing is to be run any more."""

    def look(self, submission: Submission) -> Evidence:
        """One submission's evidence, loaded from the store or made by running it."""
        return self.recall(submission) or self.run(submission, self.make)

    def recall(self, submission: Submission) -> Evidence | None:
        """One submission's evidence from the store; `None` if it holds none that is of use."""
        store = self.plan.store
        if store is None:
            return None
        origin = self._provenance(submission)
        stored = store.load(origin.key, origin)
        return None if stored is None else _moved(stored, submission, store)

    def run(self, submission: Submission, make: Make) -> Evidence:
        """One submission's evidence from a run, here or where `make` does it."""
        evidence = make(submission, self._provenance(submission))
        self.keep(evidence)
        return evidence

    def stop(self) -> None:
        """Run nothing from now on and store nothing: the suite itself is about to end what runs."""
        self.stopped.set()
        if self.plan.store:
            self.plan.store.close()

    def keep(self, evidence: Evidence) -> None:
        """Store evidence; called again when something was added to it."""
        if self.plan.store and evidence.provenance:
            self.plan.store.save(evidence.provenance.key, evidence)

    def make(self, submission: Submission, origin: Provenance) -> Evidence:
        """Run it; if it fails for what may not be its own fault, run it again and keep the best run."""
        circumstances = Circumstances(
            data=self.prepared.description,
            stand_in=self.prepared.stand_in,
            provenance=origin,
        )
        chosen = with_weights(_choose(self.job, submission), submission.files, self.plan.assignment.weights)
        job = replace(chosen, probe_seed=origin.probe_seed, copied=True)
        if job.ahead:
            self._foresee(job)
        first = Attempt(job=job, circumstances=circumstances, evidence=self._try(submission, job, circumstances))
        return find_best_run(first, lambda job, circumstances: self._try(submission, job, circumstances), self.rows)

    def open_timer(self, device: Device) -> AbstractContextManager[ClassTimer]:
        """What times submissions on this machine, until the end of the block."""
        plan = self.plan
        assignment = plan.assignment.with_throughput()
        return open_class_timer(assignment, self.files, plan.sandbox, self.job, plan.environment, device)

    def _foresee(self, job: Job) -> None:
        """Have what the submission will be compared with start beside its cells."""
        framework = framework_of_runtime(job.runtime).name
        self.references.foresee(framework)
        if self.files and framework_named(framework).layer_classes.assembling:
            self.builders.foresee(framework)
        if self.functions is not None:
            self.functions.foresee()

    def _try(self, submission: Submission, job: Job, circumstances: Circumstances) -> Evidence:
        """Examine a submission; try once more if the harness failed."""
        assignment, seed = self.plan.assignment.of(submission.identity), job.probe_seed
        prover = None
        if self.files or (self.plan.inspecting and not self.plan.proving):
            prover = Prover(assignment, self.references if self.files else None, self.builders, seed)
        evaluator = self._evaluator(seed)
        opened = OpenExaminer(tasks=assignment.open_tasks, data=self.opened) if self.opened else None
        chooser = PartChooser(assignment=assignment, references=self.references) if self.files else None
        results = None
        if "results" in needs(assignment.checks):
            results = ResultExaminer(tasks=assignment.result_tasks, reference=self.functions, seed=seed)

        def look() -> Evidence:
            if self.stopped.is_set():
                raise HarnessError("the class is being stopped")
            return examine(
                submission, job, self.plan.sandbox, prover, evaluator, results, opened, chooser, circumstances
            )

        for _ in range(TRIES - 1):
            try:
                return look()
            except HarnessError:
                continue
        return look()

    def _evaluator(self, seed: int | None) -> Evaluator | None:
        """What measures a model's accuracy; `None` if no check needs it."""
        assignment, budget = self.plan.assignment, self.plan.budget
        if not self.examples:
            return None
        kind: DataKind = "stand-in" if self.prepared.stand_in else "real"

        def enough(model_id: str, framework: FrameworkName) -> float | None:
            metric = assignment.metrics[model_id].name
            found = assignment.calibration.find(model_id, framework, "retrain", budget, kind, metric)
            return found.bound if found else None

        return Evaluator(
            assignment=assignment,
            references=self.references,
            examples=self.examples,
            metrics=assignment.metrics,
            mode=assignment.accuracy.modes.get(budget, "retrain"),
            enough=enough,
            seed=seed,
        )

    def _provenance(self, submission: Submission) -> Provenance:
        """The origin of the evidence of a run that begins now, with a seed that no submission can guess."""
        assignment = self.plan.assignment
        drawn = say_values(assignment.drawn_for(submission.identity))
        key = make_key(
            [*self.about, submission.student, submission.content_hash, submission.main, *filter(None, [drawn])]
        )
        seed = secrets.randbits(SEED_BITS) if self.plan.probe_seed is None else self.plan.probe_seed
        return Provenance(
            key=key,
            submission=submission.student,
            source=submission.source,
            content_hash=submission.content_hash,
            assignment=assignment.name,
            fingerprint=assignment.fingerprint,
            calibration=self.calibration,
            references={framework: file.content_hash for framework, file in self.files.items()},
            budget=self.plan.budget,
            seed=self.plan.seed,
            probe_seed=seed,
            suite=suite.__version__,
            code=self.code,
            libraries=self.libraries,
            main=submission.main,
            remarks=submission.remarks,
        )


@contextmanager
def open_source(plan: GradingPlan) -> Iterator[EvidenceSource]:
    """Prepare data and references; they are released at the end of the block.

    If the plan doesn't compare models with references, only what each layer computes is determined.
    """
    assignment = plan.assignment
    with open_temporary("data") as folder:
        prepared = _prepare(plan, folder / "cut")
        opened = _open_data(assignment, prepared) if "scores" in needs(assignment.checks) else {}
        job = _make_job(plan, prepared, opened)
        proving = plan.proving and assignment.model_ids and {"proof", "metrics"} & needs(assignment.checks)
        files = read_references(assignment) if proving else {}
        measuring = files and "metrics" in needs(assignment.checks)
        examples = data.train_test_sets(assignment.accuracy, prepared) if measuring else {}
        code, libraries = code_digest(), runtime_versions()
        about = [code, assignment.fingerprint, plan.budget, plan.sandbox.name, str(plan.seed), str(plan.probe_seed)]
        calibration = hashlib.sha256(assignment.calibration.model_dump_json().encode()).hexdigest()
        about += [calibration, prepared.description, sys.version, *libraries.values()]
        about += [file.content_hash for file in files.values()]
        functions = read_functions(assignment) if "results" in needs(assignment.checks) else None
        about += [functions.content_hash] if functions else []
        jobs = _jobs_of_references(job)
        with (
            References(files, jobs, plan.sandbox) as references,
            Builders(builder_files(), _newest(jobs), plan.sandbox) as builders,
            _open_functions(functions, job, plan) as process,
        ):
            yield EvidenceSource(
                plan=plan,
                prepared=prepared,
                rows=AllRows(prepared, folder / "all", assignment.budgets[plan.budget].train_rows),
                job=job,
                files=files,
                references=references,
                functions=process,
                builders=builders,
                examples=examples,
                opened=opened,
                about=tuple(about),
                calibration=calibration,
                code=code,
                libraries=libraries,
            )


@contextmanager
def _open_functions(file: Submission | None, job: Job, plan: GradingPlan) -> Iterator[ReferenceProcess[bool] | None]:
    """The process of the reference functions, with the helpers and data of a submission."""
    if file is None:
        yield None
        return
    process = ReferenceProcess(file, replace(_choose(job, file), cpu_seconds=CLASS_SECONDS), plan.sandbox, greet)
    try:
        yield process
    finally:
        process.close()


@contextmanager
def open_references(plan: GradingPlan) -> Iterator[tuple[References, Prepared]]:
    """The reference models of the plan's assignment, ready to be trained, and the data."""
    with open_temporary("data") as folder:
        prepared = _prepare(plan, folder / "cut")
        jobs = _jobs_of_references(_make_job(plan, prepared))
        with References(read_references(plan.assignment), jobs, plan.sandbox) as references:
            yield references, prepared


def _choose(job: Job, submission: Submission) -> Job:
    """The job in the runtime that a submission's sources ask for, with what they import."""
    asked = read_needs(submission, job.helpers, job.runtime)
    return replace(job, runtime=asked.runtime, ahead=asked.ahead, libraries=asked.libraries)


def _moved(evidence: Evidence, submission: Submission, store: Store) -> Evidence:
    """Stored evidence with the submission's present path and remarks, which may have changed."""
    origin = evidence.provenance
    if origin is None or (origin.source, origin.remarks) == (submission.source, submission.remarks):
        return evidence
    moved = replace(evidence, provenance=replace(origin, source=submission.source, remarks=submission.remarks))
    store.save(origin.key, moved)
    return moved


def _prepare(plan: GradingPlan, folder: Path) -> Prepared:
    """Write the data of the plan's budget into a folder, without the held-out rows."""
    assignment, budget = plan.assignment, plan.assignment.budgets[plan.budget]
    held_out = assignment.accuracy.held_out_rows if assignment.accuracy.models or assignment.open_tasks else 0
    return data.prepare(
        assignment.datasets,
        budget.train_rows,
        budget.test_rows,
        folder,
        plan.environment,
        held_out_rows=held_out,
        own=assignment.own_data,
    )


def _open_data(assignment: Assignment, prepared: Prepared) -> dict[str, OpenData]:
    """What the models of open tasks are tested with."""
    found = {}
    for name in dict.fromkeys(task.dataset for task in assignment.open_tasks):
        own = prepared.own.get(name)
        columns = {} if own is None else own.held_out_columns
        examples = data.train_test_set(name, prepared, assignment.accuracy.held_out_rows)
        found[name] = OpenData(examples=examples, columns=columns)
    return found


def _make_job(plan: GradingPlan, prepared: Prepared, opened: Mapping[str, OpenData] = MappingProxyType({})) -> Job:
    """The settings that every run of the plan shares."""
    assignment, budget = plan.assignment, plan.assignment.budgets[plan.budget]
    probes = [probe for task in assignment.reference_tasks for probe in task.probes]
    probes += [probe for each in opened.values() for probe in open_probes(each)]
    return Job(
        helpers=assignment.helpers,
        data=prepared.folder,
        hidden=(assignment.folder.parent, *filter(Path.is_dir, OWN_FOLDERS)),
        probes=tuple(dict.fromkeys(probes)),
        constants=assignment.constants,
        epochs=budget.epochs,
        wall_seconds=budget.wall_seconds,
        cpu_seconds=budget.cpu_seconds,
        limits=assignment.limits,
        names=plan.names,
        repeated_steps=assignment.proof.repeated_steps,
        seed=plan.seed,
        runtime=assignment.runtime,
    )


def _jobs_of_references(job: Job) -> dict[FrameworkName, Job]:
    """Jobs for the references by framework: as for a submission, but for a whole class and without helper files.

    They run in the assignment's own runtime if it is one of their framework.
    """
    job = replace(job, helpers=(), cpu_seconds=CLASS_SECONDS)
    own = framework_of_runtime(job.runtime).name
    return _newest(dict.fromkeys(all_frameworks(), job)) | {own: job}


def _newest(jobs: Mapping[FrameworkName, Job]) -> dict[FrameworkName, Job]:
    """The same, each in its framework's first runtime."""
    return {name: replace(job, runtime=framework_named(name).runtimes[0].name) for name, job in jobs.items()}
