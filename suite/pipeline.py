"""The one way through: submissions in, results out. Everything else is a stage that this module calls."""

from __future__ import annotations

import hashlib
import json
import platform
import secrets
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from importlib import metadata
from pathlib import Path

import psutil

import suite
from suite import checks, data, diagnoses
from suite.assignments import OWN_FOLDERS, Assignment, Budget, Expected
from suite.errors import AssignmentError, HarnessError
from suite.legacy import find_removed
from suite.oracle_files import read_oracles
from suite.provenance import Provenance
from suite.records import Evidence, Framework, Outcome, Result, Submission, text
from suite.runtimes import choose_runtime, imports_framework
from suite.sandbox import Gauge, Job, Oracles, Prover, Sandbox, observe
from suite.sandbox.question import Prove
from suite.store import Store, make_key
from suite.timing import open_timekeeper

CLASS_SECONDS = 86_400  # of CPU time, for an oracle that answers for thousands of submissions
SEED_BITS = 53  # what no submission guesses, and every reader of JSON keeps exactly
TRIES = 2  # a harness error is retried once before it is reported
PROVING = {"function", "accuracy"}
"""Checks that need models held against the oracles."""
EVIDENCE_CODE = (
    "legacy.py",
    "limits.py",
    "observations.py",
    "pipeline.py",
    "runtimes.py",
    "untrusted.py",
    "codec.py",
    "accuracies.py",
    "accuracy_settings.py",
    "lessons.py",
    "proofs.py",
    "provenance.py",
    "duels.py",
    "throughput_settings.py",
    "timing.py",
    "proof_settings.py",
    "oracle_files.py",
    "collect.py",
    "records.py",
    "data/*.py",
    "sandbox/*.py",
    "warm/*.py",
    "worker/**/*.py",
)
RUNTIME = (
    "numpy",
    "pandas",
    "tensorflow",
    "keras",
    "tf_keras",
    "torch",
    "torchvision",
    "torchmetrics",
    "matplotlib",
    "ipykernel",
)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How submissions are run."""

    assignment: Assignment
    """What was asked for."""
    budget: Budget
    """How much training is allowed."""
    sandbox: Sandbox
    """What holds the submissions."""
    jobs: int
    """Submissions at a time."""
    environment: Mapping[str, str]
    """Where datasets may lie."""
    store: Store | None
    """Evidence of earlier runs; `None` to run everything afresh and keep nothing."""
    seed: int = 0
    """Seeds the frameworks in the sandbox."""
    probe_seed: int | None = None
    """Seeds the host's draws; `None` takes a fresh one for each submission, which its evidence names."""
    proving: bool = True
    """Whether models are held against the oracles, where a check asks for it."""
    throughput: bool = False
    """Whether models are timed beside the oracles, when all submissions are graded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Who is told how far it is."""

    started: Callable[[str], None]
    """A submission begins; called from the grading threads."""
    finished: Callable[[str, Result], None]
    """A submission has its result; called from the caller's thread."""
    timed: Callable[[str, int, int], None] = lambda _name, _done, _all: None
    """So many of so many pairs of processes of a submission's timing are done."""


def grade(submissions: Sequence[Submission], plan: Plan, expected: Expected, progress: Progress) -> list[Result]:
    """Grade every submission; results come in the order of the submissions and none is lost."""
    if unknown := set(plan.assignment.checks) - checks.CHECKS.keys():
        raise AssignmentError(f"unknown checks {sorted(unknown)}; known: {', '.join(checks.CHECKS)}")

    with observer(plan) as look:

        def grade_one(submission: Submission) -> Result:
            progress.started(submission.student)
            if submission.problem is not None:
                return checks.judge_unreadable(submission, plan.assignment)
            return diagnoses.explain(checks.judge(submission, plan.assignment, expected, look(submission)))

        results: dict[str, Result] = {}
        for submission, future in _spread(grade_one, submissions, plan.jobs):
            error = future.exception()
            result = harness_error(submission, plan.assignment, error) if error else future.result()
            results[submission.student] = result
            progress.finished(submission.student, result)
        if plan.throughput:
            results = _time_class(submissions, results, plan, expected, look, progress)
    return _level([results[submission.student] for submission in submissions])


def _level(results: list[Result]) -> list[Result]:
    """What couldn't run is out of as many points as the rest of the class, where a check is left out for all."""
    seen = [result.max_score for result in results if result.evidence is not None]
    top = max(seen, default=None)
    return [replace(r, max_score=top) if r.evidence is None and top is not None else r for r in results]


@contextmanager
def observer(plan: Plan) -> Iterator[Observer]:
    """Prepare the data and yield the function that runs one submission, or recalls the evidence of its last run."""
    assignment = plan.assignment
    with tempfile.TemporaryDirectory(prefix="nb-data-") as folder, ExitStack() as resources:
        prepared = _prepare(plan, Path(folder))
        job = _make_job(plan, prepared)
        files = read_oracles(assignment) if plan.proving and PROVING & assignment.checks.keys() else {}
        code, libraries = _code_digest(), _runtime_versions()
        about = [code, assignment.fingerprint, plan.budget, plan.sandbox.name, str(plan.seed), str(plan.probe_seed)]
        about += [prepared.description, sys.version, *libraries.values()]
        about += [file.content_hash for file in files.values()]
        oracles = resources.enter_context(Oracles(files, _jobs_of_oracles(job), plan.sandbox))
        gauge = _gauge(plan, prepared)

        def look(submission: Submission) -> Evidence:
            key = make_key([*about, submission.student, submission.content_hash])
            if plan.store and (stored := plan.store.load(key)):
                return _moved(stored, submission.source, plan.store)
            seed = secrets.randbits(SEED_BITS) if plan.probe_seed is None else plan.probe_seed
            prove = Prover(oracles, assignment, seed, gauge) if files else None
            evidence = replace(
                _observe_with_retry(submission, replace(job, probe_seed=seed), plan.sandbox, prove),
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


def _time_class(  # noqa: PLR0913, PLR0917 - what `grade` has at hand
    submissions: Sequence[Submission],
    results: Mapping[str, Result],
    plan: Plan,
    expected: Expected,
    observer: Observer,
    progress: Progress,
) -> dict[str, Result]:
    """Judge everything once more with the check `throughput`, after timing one submission at a time."""
    assignment = plan.assignment.with_throughput()
    timed: dict[str, Result] = {}
    with open_timekeeper(assignment, plan.sandbox, observer.job, plan.environment) as timekeeper:
        for submission in submissions:
            name, graded = submission.student, results[submission.student]
            if submission.problem is not None:
                timed[name] = checks.judge_unreadable(submission, assignment)
                continue
            if graded.evidence is None:
                timed[name] = replace(graded, max_score=checks.max_score(assignment))
                continue
            try:
                evidence = timekeeper.time(submission, graded, partial(progress.timed, name))
            except HarnessError as error:
                timed[name] = harness_error(submission, assignment, error)
                continue
            if evidence is not None:
                observer.keep(evidence)
            judged = checks.judge(submission, assignment, expected, evidence or graded.evidence)
            timed[name] = diagnoses.explain(judged)
    return timed


def _moved(evidence: Evidence, source: str, store: Store) -> Evidence:
    """Recalled evidence of a submission that may lie elsewhere by now."""
    origin = evidence.provenance
    if origin is None or origin.source == source:
        return evidence
    moved = replace(evidence, provenance=replace(origin, source=source))
    store.save(origin.key, moved)
    return moved


@contextmanager
def school(plan: Plan) -> Iterator[tuple[Oracles, data.Prepared]]:
    """The oracles of the plan's assignment, ready to be trained, and the data."""
    with tempfile.TemporaryDirectory(prefix="nb-data-") as folder:
        prepared = _prepare(plan, Path(folder))
        jobs = _jobs_of_oracles(_make_job(plan, prepared))
        with Oracles(read_oracles(plan.assignment), jobs, plan.sandbox) as oracles:
            yield oracles, prepared


def _prepare(plan: Plan, folder: Path) -> data.Prepared:
    """Lay the data of the plan's budget into a folder, and keep the hidden rows back."""
    assignment, budget = plan.assignment, plan.assignment.budgets[plan.budget]
    hidden = assignment.accuracy.hidden_rows if assignment.accuracy.models else 0
    return data.prepare(
        assignment.datasets, budget.train_rows, budget.test_rows, folder, plan.environment, hidden_rows=hidden
    )


def _make_job(plan: Plan, prepared: data.Prepared) -> Job:
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


def _gauge(plan: Plan, prepared: data.Prepared) -> Gauge | None:
    """What examines models; `None` where the assignment asks for no accuracy."""
    settings = plan.assignment.accuracy
    if "accuracy" not in plan.assignment.checks:
        return None
    return Gauge(settings, data.lessons(settings, prepared), settings.modes.get(plan.budget, "retrain"))


def _jobs_of_oracles(job: Job) -> dict[Framework, Job]:
    """An oracle runs as a submission of its framework does, for a whole class and without the helper files."""
    job = replace(job, helpers=(), cpu_seconds=CLASS_SECONDS)
    return {"keras": replace(job, runtime="keras"), "torch": replace(job, runtime="torch")}


def _observe_with_retry(submission: Submission, job: Job, sandbox: Sandbox, prove: Prove | None) -> Evidence:
    """Run a submission; where it fails for an API that Keras 3 removed, run it on Keras 2 and take the better run."""
    sources = "\n".join(_sources(submission))
    used = [file.content.decode() for file in job.helpers if Path(file.path).stem in sources]
    ahead = imports_framework("\n".join([sources, *used]))
    job = replace(job, runtime=choose_runtime(sources, job.runtime), ahead=ahead)
    evidence = replace(_observe(submission, job, sandbox, prove), runtime=job.runtime)
    removed = find_removed(evidence.run)
    if job.runtime != "keras" or not removed:
        return evidence
    again = replace(
        _observe(submission, replace(job, runtime="keras2"), sandbox, prove),
        runtime="keras2",
        removed_apis=tuple((known.api, known.replacement) for known in removed),
    )
    return max(evidence, again, key=lambda tried: sum(cell.outcome is Outcome.PASS for cell in tried.run.cells))


def _sources(submission: Submission) -> list[str]:
    """Its code: the cells, unescaped, and its modules."""
    cells = json.loads(submission.notebook)["cells"]
    code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    return code + [file.content.decode("utf-8", "replace") for file in submission.files if file.path.endswith(".py")]


def _observe(submission: Submission, job: Job, sandbox: Sandbox, prove: Prove | None) -> Evidence:
    """Run a submission, and once more if the harness failed."""
    for _ in range(TRIES - 1):
        try:
            return observe(submission, job, sandbox, prove)
        except HarnessError:
            continue
    return observe(submission, job, sandbox, prove)


def _spread(
    work: Callable[[Submission], Result], submissions: Sequence[Submission], jobs: int
) -> Iterator[tuple[Submission, Future[Result]]]:
    """Run the work in threads and yield what is done; an interrupt ends every sandbox before it goes on its way."""
    with ThreadPoolExecutor(jobs) as pool:
        futures = {pool.submit(work, submission): submission for submission in submissions}
        try:
            for future in as_completed(futures):
                yield futures[future], future
        except (KeyboardInterrupt, GeneratorExit):
            pool.shutdown(wait=False, cancel_futures=True)
            for child in psutil.Process().children(recursive=True):
                child.kill()
            raise


def harness_error(submission: Submission, assignment: Assignment, error: BaseException) -> Result:
    """The result where the harness failed: no score, so that nobody takes it for a zero."""
    trace = "".join(traceback.format_exception(error)[-3:])
    reason = f"{type(error).__name__}: {error}" if isinstance(error, HarnessError) else trace
    return Result(
        submission=submission.student,
        source=submission.source,
        status=Outcome.HARNESS_ERROR,
        score=None,
        max_score=checks.max_score(assignment),
        verdicts=(),
        summary=text("harness_failed", reason=reason[:2000]),
    )


def _code_digest() -> str:
    """Hash of the code that makes evidence, so that evidence of older code is never recalled."""
    package = Path(suite.__file__).parent
    sources = sorted(path for part in EVIDENCE_CODE for path in package.glob(part))
    return hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()


def _runtime_versions() -> dict[str, str]:
    """Versions of Python and of what a submission may import, read from their metadata without importing them."""
    installed = {
        distribution.name.lower().replace("-", "_"): distribution.version for distribution in metadata.distributions()
    }
    return {"python": platform.python_version()} | {name: installed.get(name, "absent") for name in RUNTIME}
