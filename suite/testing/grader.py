"""Grades submissions one by one for pytest: what one process has graded, the others recall."""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import cached_property
from pathlib import Path

import pytest

from suite import assignments
from suite.assignments import own_folder
from suite.errors import SuiteError, UsageError
from suite.grading.collect import ClassRead, read_class
from suite.grading.enrolment import Enrolled, as_student, enrol
from suite.grading.one_submission import read_submission
from suite.grading.pipeline import GradeOne, open_grader
from suite.grading.plan import GradingPlan
from suite.grading.roster import read_roster
from suite.grading.store import Store
from suite.records import Language, Result, Submission, Text
from suite.sandbox import choose
from suite.text.errors import tell
from suite.text.local import local
from suite.text.quotes import say_quoting
from suite.text.spoken import of_environment

CACHE = "notebook-suite"
"""Folder in pytest's cache in which evidence lies."""


class Grader:
    """An assignment, and whatever was graded of it in this session."""

    def __init__(self, config: pytest.Config) -> None:
        options = config.option
        self._spoken: Language = options.suite_lang or of_environment(os.environ)
        self._budget: assignments.Budget = options.suite_budget
        self._sandbox: str = options.suite_sandbox
        self._form: str = options.suite_from
        self._student: str = options.suite_student or config.getini("suite_student")
        rosters = (
            folder / name
            for folder, name in (
                (config.invocation_params.dir, options.suite_roster),
                (config.rootpath, config.getini("suite_roster")),
            )
            if name
        )
        self._results: dict[str, Result] = {}
        self._stack = ExitStack()
        self._folder = _cache_folder(config, self._stack)
        with _in_one_line(self._spoken):
            root = options.suite_assignments or own_folder()
            if root is None:
                raise UsageError("there is no folder of assignments here; name one with --suite-assignments")
            self._assignment = assignments.load(options.suite_assignment, root)
            self._expected = assignments.load_expected(self._assignment)
            self._roster = next(map(read_roster, rosters), None)
        self._language: Language = options.suite_lang or self._assignment.language or self._spoken
        self._main: str = self._assignment.main if options.suite_main is None else options.suite_main

    @property
    def checks(self) -> list[str]:
        """Names of the assignment's checks, which are those of its items."""
        return list(self._assignment.checks)

    def read(self, path: Path, *, one: bool) -> Enrolled:
        """The submissions at a path, and what has to be said of it."""
        with _in_one_line(self._spoken):
            if one and path.is_dir():
                found = ClassRead(submissions=(read_submission(path, self._main),), alone=True)
            else:
                found = read_class([path], self._main, self._form)
            if not self._student:
                return enrol(found, self._roster, "all")
            if len(found.submissions) != 1:
                raise UsageError(
                    "--suite-student {student} says whose one submission is; seen {seen} in {path}: name the student's "
                    "alone, or say who is who by --suite-roster and the names in it",
                    student=self._student,
                    seen=len(found.submissions),
                    path=path,
                )
            theirs = as_student(found.submissions[0], self._student, self._roster)
            return Enrolled(submissions=[theirs], notes=found.notes, remarks=())

    def grade(self, submission: Submission) -> Result:
        """The result of a submission, which is run only if no process of this session has done so."""
        key = f"{submission.student}\0{submission.content_hash}\0{submission.source}"
        if key not in self._results:
            with _lock(self._folder / hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()[:32]):
                self._results[key] = self._grade_one(submission)
        return self._results[key]

    def say(self, messages: Sequence[Text]) -> str:
        """Sentences, each in a line and once, in which what a submission wrote is quoted."""
        return "\n".join(dict.fromkeys(say_quoting(message, self._language) for message in messages))

    def write(self, points: float) -> str:
        """Points as the language writes them."""
        return str(local(f"{points:g}", self._language))

    def close(self) -> None:
        """End the sandbox."""
        self._stack.close()

    @cached_property
    def _grade_one(self) -> GradeOne:
        """Started when the first submission is graded."""
        with _in_one_line(self._spoken):
            sandbox, _ = choose(self._sandbox)
        self._stack.callback(sandbox.close)
        plan = GradingPlan(
            assignment=self._assignment,
            budget=self._budget,
            sandbox=sandbox,
            jobs=1,
            environment=os.environ,
            store=Store(self._folder / "evidence", recall=True),
        )
        return self._stack.enter_context(open_grader(plan, self._expected))


def _cache_folder(config: pytest.Config, stack: ExitStack) -> Path:
    """Where this session's processes share evidence: pytest's cache, or a temporary folder if there is none."""
    from suite.temporary import open_temporary

    cache = getattr(config, "cache", None)
    folder = cache.mkdir(CACHE) if cache is not None else stack.enter_context(open_temporary("pytest"))
    return Path(folder)


@contextmanager
def _lock(path: Path) -> Iterator[None]:
    """Have a submission for this process alone; the kernel lets go of the lock of a process that was killed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


@contextmanager
def _in_one_line(language: Language) -> Iterator[None]:
    """Have pytest say what is wrong in one line."""
    try:
        yield
    except SuiteError as error:
        raise pytest.Collector.CollectError(tell(error, language)) from None
