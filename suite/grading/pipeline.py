"""The whole way from submissions to results. Everything else is a step that this module calls.

Nothing of one submission ends the class: there is one guard round each, and `suite.errors` says whose fault is what.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeAlias, TypeVar

import psutil

from suite import plugins
from suite.assignments import Assignment, Expected
from suite.errors import EngineError, HarnessError, StorageError, SubmissionError, Words
from suite.files import NO_SPACE, storage_problem
from suite.grading.engines.interface import ClassRunner, Engine
from suite.grading.engines.threads import Threads
from suite.grading.evidence_source import EvidenceSource, open_source
from suite.grading.plan import GradingPlan
from suite.grading.variants import with_variant
from suite.judging import checks, diagnoses
from suite.records import Evidence, Outcome, Result, Submission, text
from suite.text.catalogue import catalogue
from suite.text.errors import as_message
from suite.text.untrusted import clean

GradeOne: TypeAlias = Callable[[Submission], Result]
"""Grades one submission; nothing of it is raised."""
Found = TypeVar("Found")


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Callbacks that report progress."""

    started: Callable[[str], None]
    """Called when a submission begins, from the grading threads."""
    finished: Callable[[str, Result], None]
    """Called when a submission has its result, from the caller's thread."""
    timed: Callable[[str, int, int], None] = lambda _name, _done, _all: None
    """Called with a submission's name, the pairs of processes timed so far and the number of pairs in all."""

    def also(self, finished: Callable[[Result], None]) -> Progress:
        """The same, and one more that is called with each result."""

        def both(name: str, result: Result) -> None:
            self.finished(name, result)
            finished(result)

        return replace(self, finished=both)


QUIET = Progress(started=lambda _: None, finished=lambda _name, _result: None)
"""Tells nobody."""


def grade(
    submissions: Sequence[Submission],
    plan: GradingPlan,
    expected: Expected,
    progress: Progress = QUIET,
    engine: Engine | None = None,
) -> list[Result]:
    """Grade every submission; results come in the order of the submissions and none is lost.

    The engine runs them; without one, threads of this process do.
    """
    load_plugins()
    engine = engine or Threads(plan.jobs)
    with open_source(plan) as source:
        results: dict[str, Result] = {}

        def finish(submission: Submission, result: Result) -> None:
            results[submission.student] = result
            progress.finished(submission.student, result)

        recall = _recaller(plan, expected, source.recall)
        left = []
        for submission in submissions:  # in this thread: several would only wait for each other
            recalled = recall(submission)
            if recalled is None:
                left.append(submission)
            else:
                finish(submission, recalled)
        if left or plan.throughput is not None:  # a cluster takes seconds to start
            ordered = plan.store.slow_first(left) if plan.store and left else left
            with engine.open(source) as runner:
                work = _grader(plan, expected, partial(source.run, make=runner.make), progress.started)
                for submission, future in _spread(work, ordered, engine.at_a_time, source.stop):
                    finish(submission, future.result())
                if plan.throughput is not None:
                    results = _time_class(submissions, results, plan, expected, source, runner, progress)
    return level([results[submission.student] for submission in submissions])


@contextmanager
def open_grader(plan: GradingPlan, expected: Expected) -> Iterator[GradeOne]:
    """What grades one submission at a time, for those who don't know all of the class at once."""
    load_plugins()
    with open_source(plan) as source:
        yield _grader(plan, expected, source.look, lambda _name: None)


def _grader(
    plan: GradingPlan, expected: Expected, look: Callable[[Submission], Evidence], started: Callable[[str], None]
) -> GradeOne:
    """Grades a submission, whatever happens on the way."""

    def grade_one(submission: Submission) -> Result:
        started(submission.student)
        return _judge(submission, plan.assignment, expected, look(submission))

    return lambda submission: _guard(plan.assignment, grade_one, submission)


def _recaller(
    plan: GradingPlan, expected: Expected, recall: Callable[[Submission], Evidence | None]
) -> Callable[[Submission], Result | None]:
    """Grades a submission that need not run; `None` for others."""

    def recall_one(submission: Submission) -> Result | None:
        evidence = recall(submission)
        return None if evidence is None else _judge(submission, plan.assignment, expected, evidence)

    return lambda submission: _guard(plan.assignment, recall_one, submission)


def _judge(submission: Submission, assignment: Assignment, expected: Expected, evidence: Evidence) -> Result:
    return diagnoses.explain(checks.judge(submission, assignment, expected, evidence))


def _guard(assignment: Assignment, work: Callable[[Submission], Found], submission: Submission) -> Found | Result:
    """The result of one submission, whatever happens on the way to it.

    What a reader refuses is the submission's own problem; any other exception is a failure of the harness. Only a disk
    on which no evidence can be stored and an engine that is lost end the class: it would all have to run again.
    """
    submission = with_variant(submission, assignment)
    if submission.problem is not None:
        return checks.judge_unreadable(submission, assignment)
    try:
        return work(submission)
    except (StorageError, EngineError):
        raise
    except SubmissionError as error:
        problem = text("malformed", reason=clean(str(error), 300))
        return checks.judge_unreadable(replace(submission, problem=problem), assignment)
    except Exception as error:  # noqa: BLE001 - the class goes on
        return harness_error(submission, assignment, error)


def load_plugins() -> None:
    """Load every part of every group, so that a broken package is named before the class has run."""
    for group in plugins.GROUPS:
        plugins.load_all(group)
    catalogue()


def level(results: list[Result]) -> list[Result]:
    """Give submissions that couldn't run the same `max_score` as the rest, even if a check was left out for all."""
    seen = [result.max_score for result in results if result.evidence is not None]
    top = max(seen, default=None)
    return [replace(r, max_score=top) if r.evidence is None and top is not None else r for r in results]


def _time_class(  # noqa: PLR0913, PLR0917 - called only by `grade`
    submissions: Sequence[Submission],
    results: Mapping[str, Result],
    plan: GradingPlan,
    expected: Expected,
    source: EvidenceSource,
    runner: ClassRunner,
    progress: Progress,
) -> dict[str, Result]:
    """Judge everything once more with the check `throughput`, after timing one submission at a time on a machine."""
    assignment = plan.assignment.with_throughput()
    device = plan.throughput or "cpu"
    with runner.open_timer(device) as timer:

        def time_one(submission: Submission) -> Result:
            name, graded = submission.student, results[submission.student]
            if graded.evidence is None:
                return replace(graded, max_score=checks.max_score(assignment))
            before = any(timing.device == device for timing in graded.evidence.timings)
            evidence = None if before else timer.time(submission, graded, partial(progress.timed, name))
            if evidence is not None:
                source.keep(evidence)
            return _judge(submission, assignment, expected, evidence or graded.evidence)

        def work(submission: Submission) -> Result:
            return _guard(assignment, time_one, submission)

        timed = _spread(work, submissions, timer.at_a_time, source.stop)
        return {submission.student: future.result() for submission, future in timed}


def _spread(
    work: Callable[[Submission], Result], submissions: Sequence[Submission], jobs: int, stop: Callable[[], None]
) -> Iterator[tuple[Submission, Future[Result]]]:
    """Run the work in threads and yield what is done; an interrupt calls `stop`, ends every sandbox and goes on.

    In this order, as nothing may be stored of processes that it ends, and none of them may have a second try.
    """
    with ThreadPoolExecutor(jobs) as pool:
        futures = {pool.submit(work, submission): submission for submission in submissions}
        try:
            for future in as_completed(futures):
                yield futures[future], future
        except (KeyboardInterrupt, GeneratorExit):
            stop()
            pool.shutdown(wait=False, cancel_futures=True)
            for child in psutil.Process().children(recursive=True):
                child.kill()
            raise


def harness_error(submission: Submission, assignment: Assignment, error: BaseException) -> Result:
    """The result after a failure of the harness: no score, so that nobody takes it for a zero."""
    reason: object = error if isinstance(error, HarnessError) else "".join(traceback.format_exception(error)[-3:])
    if isinstance(error, OSError) and error.errno in NO_SPACE:
        reason = storage_problem(error, error.filename or Words("a temporary folder"))
    return Result(
        submission=submission.student,
        source=submission.source,
        identity=submission.identity,
        status=Outcome.HARNESS_ERROR,
        score=None,
        max_score=checks.max_score(assignment),
        verdicts=(),
        summary=text("harness_failed", reason=as_message(reason)),
        content_hash=submission.content_hash,
    )
