"""The one way through: submissions in, results out. Everything else is a stage that this module calls."""

from __future__ import annotations

import hashlib
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
from suite import checks, data
from suite.assignments import OWN_FOLDERS, Assignment, Budget, Expected
from suite.errors import AssignmentError, HarnessError
from suite.legacy import find_removed
from suite.oracle_files import read_oracles
from suite.records import Evidence, Framework, Outcome, Result, Submission, text
from suite.runtimes import choose_runtime, imports_framework
from suite.sandbox import Job, Oracles, Prover, Sandbox, observe
from suite.sandbox.question import Prove
from suite.store import Store, make_key
from suite.timing import open_timekeeper

CLASS_SECONDS = 86_400  # of CPU time, for an oracle that answers for thousands of submissions
TRIES = 2  # a harness error is retried once before it is reported
EVIDENCE_CODE = (
    "legacy.py",
    "limits.py",
    "pipeline.py",
    "runtimes.py",
    "untrusted.py",
    "codec.py",
    "proofs.py",
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
    keep: Callable[[Submission, Evidence], None]
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
    """Seeds the probes; `None` draws fresh ones."""
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
            return checks.judge(submission, plan.assignment, expected, look(submission))

        results: dict[str, Result] = {}
        for submission, future in _spread(grade_one, submissions, plan.jobs):
            error = future.exception()
            result = harness_error(submission, plan.assignment, error) if error else future.result()
            results[submission.student] = result
            progress.finished(submission.student, result)
        if plan.throughput:
            results = _time_class(submissions, results, plan, expected, look, progress)
    return [results[submission.student] for submission in submissions]


@contextmanager
def observer(plan: Plan) -> Iterator[Observer]:
    """Prepare the data and yield the function that runs one submission, or recalls the evidence of its last run."""
    assignment, budget = plan.assignment, plan.assignment.budgets[plan.budget]
    with tempfile.TemporaryDirectory(prefix="nb-data-") as folder, ExitStack() as resources:
        prepared = data.prepare(
            assignment.datasets, budget.train_rows, budget.test_rows, Path(folder), plan.environment
        )
        job = Job(
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
            probe_seed=plan.probe_seed,
            runtime=plan.assignment.runtime,
        )
        files = read_oracles(assignment) if plan.proving and "function" in assignment.checks else {}
        about = [_code_digest(), assignment.fingerprint, plan.budget, plan.sandbox.name, str(plan.seed)]
        about += [prepared.description, sys.version, *_runtime_versions()]
        about += [file.content_hash for file in files.values()]
        oracles = resources.enter_context(Oracles(files, _jobs_of_oracles(job), plan.sandbox))
        prove = Prover(oracles, assignment, plan.probe_seed) if files else None

        def look(submission: Submission) -> Evidence:
            key = make_key([*about, submission.content_hash])
            if plan.store and (stored := plan.store.load(key)):
                return stored
            evidence = replace(
                _observe_with_retry(submission, job, plan.sandbox, prove),
                data=prepared.description,
                stand_in=prepared.stand_in,
            )
            if plan.store:
                plan.store.save(key, evidence)
            return evidence

        def keep(submission: Submission, evidence: Evidence) -> None:
            if plan.store:
                plan.store.save(make_key([*about, submission.content_hash]), evidence)

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
                observer.keep(submission, evidence)
            timed[name] = checks.judge(submission, assignment, expected, evidence or graded.evidence)
    return timed


def _jobs_of_oracles(job: Job) -> dict[Framework, Job]:
    """An oracle runs as a submission of its framework does, for a whole class and without the helper files."""
    job = replace(job, helpers=(), cpu_seconds=CLASS_SECONDS)
    return {"keras": replace(job, runtime="keras"), "torch": replace(job, runtime="torch")}


def _observe_with_retry(submission: Submission, job: Job, sandbox: Sandbox, prove: Prove | None) -> Evidence:
    """Run a submission; where it fails for an API that Keras 3 removed, run it on Keras 2 and take the better run."""
    sources = "\n".join(file.content.decode("utf-8", "replace") for file in submission.files)
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


def _runtime_versions() -> list[str]:
    """Versions of what a submission may import, read from their metadata without importing them."""
    installed = {
        distribution.name.lower().replace("-", "_"): distribution.version for distribution in metadata.distributions()
    }
    return [f"{name} {installed.get(name, 'absent')}" for name in RUNTIME]
