"""`suite watch`: grades work as it arrives in a folder."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path

from suite import assignments
from suite import report as reports
from suite.assignments import Assignment, Expected
from suite.cli.language import of_assignment
from suite.cli.work.console import log
from suite.cli.work.marks import mark_class
from suite.cli.work.sandbox_choice import choose_sandbox
from suite.errors import UsageError
from suite.files import write_atomically
from suite.grading import pipeline
from suite.grading.enrolment import Enrolled, collect_class
from suite.grading.inbox import Inbox, Turns
from suite.grading.joining import REPORT, join_class
from suite.grading.plan import GradingPlan
from suite.grading.replay import StoredResult, read_report
from suite.grading.store import Store
from suite.records import Language, Submission, text
from suite.records.evidence_json import FOLDER
from suite.report.class_report import as_report
from suite.report.folder import OWN, hold, refuse_others
from suite.sandbox import Sandbox
from suite.text.language import say
from suite.text.untrusted import clean, listed

BATCH = 8
"""Submissions after which the report is written, as the first ones wait for their marks."""
TURNS = "turns.json"
UNTIL = "hidden_until"


def watch(
    *,
    inbox: Path,
    assignment_name: str,
    root: Path,
    report: Path,
    settle: float,
    every: float,
    per_hour: int | None,
    hide_until: float | None,
    once: bool,
    jobs: int,
    budget: assignments.Budget,
    main: str | None,
    lang: Language | None,
    form: str,
    roster: Path | None,
    sandbox_name: str,
) -> None:
    """Grade work as it arrives."""
    assignment = assignments.load(assignment_name, root)
    lang = of_assignment(assignment, lang, os.environ)
    box = Inbox(folder=inbox, settle=settle)
    place = _Place(report, hide_until)
    grader = _Grader(assignment, budget, sandbox_name, jobs, lang)
    main_file = assignment.main if main is None else main
    waiting: list[Submission] = []
    box.look(time.time())
    for _ in _looks(settle, every, once=once):
        place.show()
        now = time.time()
        if not box.look(now) and not waiting:
            continue
        found = collect_class([inbox], main_file, form, roster, "all")
        turns = Turns(path=place.folder / OWN / TURNS, per_hour=per_hour)
        complete = [submission for submission in found.submissions if box.has_all_of(submission)]
        ready, waiting = turns.choose(complete, place.stored(), now)
        for start in range(0, len(ready), BATCH):
            grader.grade(ready[start : start + BATCH], place.folder, main_file, found, turns)
    place.show()


def _looks(settle: float, every: float, *, once: bool) -> Iterator[None]:
    """A moment for each look: one after the entries could settle, or one after the other."""
    time.sleep(settle)
    yield
    while not once:
        time.sleep(every)
        yield


class _Place:
    """Where the report lies: in a hidden folder until it is shown, which keeps the date."""

    def __init__(self, report: Path, hide_until: float | None) -> None:
        self._report, self._until = report, hide_until
        self._hidden = report.with_name(f".{report.name}.hidden")
        if hide_until is not None and report.exists() and hide_until > time.time():
            raise UsageError(
                "{report} is there already, so it can't be hidden until then; name another folder", report=report
            )
        if not report.exists() and (hide_until or self._hidden.is_dir()):
            self._hidden.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._until = self._kept_date() if hide_until is None else hide_until
            (self._hidden / OWN).mkdir(exist_ok=True)
            write_atomically(self._hidden / OWN / UNTIL, f"{self._until}\n".encode())
        self.show()

    @property
    def folder(self) -> Path:
        """Where to write now."""
        return self._report if self._until is None else self._hidden

    def _kept_date(self) -> float:
        """Until when a watch before this one was told to hide it."""
        try:
            return float((self._hidden / OWN / UNTIL).read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise UsageError(
                "{folder} hides a report, and doesn't say until when; say it with --hide-until, of which a date in the "
                "past shows the report now",
                folder=self._hidden,
            ) from error

    def show(self) -> None:
        """Show the report if its time has come: the hidden folder becomes the report's."""
        if self._until is None or self._until > time.time():
            return
        if self._hidden.is_dir():
            (self._hidden / OWN / UNTIL).unlink(missing_ok=True)
            self._hidden.chmod(0o755)
            self._hidden.rename(self._report)
        self._until = None

    def stored(self) -> Sequence[StoredResult]:
        """Whom the report holds."""
        return read_report(self.folder).results if (self.folder / REPORT).is_file() else ()


class _Grader:
    """Grades what is ready; data and references are prepared once."""

    def __init__(
        self,
        assignment: Assignment,
        budget: assignments.Budget,
        sandbox: str,
        jobs: int,
        lang: Language,
    ) -> None:
        self._assignment, self._budget = assignment, budget
        self._sandbox, self._jobs, self._lang = sandbox, jobs, lang
        self._expected: Expected = assignments.load_expected(assignment)

    def grade(self, batch: Sequence[Submission], folder: Path, main: str, found: Enrolled, turns: Turns) -> None:
        """Grade some and write the report with them."""
        with hold(folder):
            store = Store(folder / FOLDER, recall=True)
            joined = join_class(folder, self._assignment, batch, main, force=False)
            refuse_others(folder, reports.names_of(joined.names), force=False)
            with ExitStack() as stack, ThreadPoolExecutor(self._jobs) as pool:
                plan = GradingPlan(
                    assignment=self._assignment,
                    budget=self._budget,
                    sandbox=self._chosen,
                    jobs=self._jobs,
                    environment=os.environ,
                    store=store,
                )
                grade_one = stack.enter_context(pipeline.open_grader(plan, self._expected))
                graded = list(pool.map(grade_one, joined.submissions))
            kept = joined.judge_kept(folder, self._assignment, self._expected)
            results = mark_class(folder, pipeline.level([*kept, *graded]), self._assignment, self._lang)
            reports.write(as_report(self._assignment, results, self._lang, found.remarks), folder, force=False)
            turns.take(batch, time.time())
        names = listed(clean(each.student) for each in joined.submissions)
        log.print(say(text("watch_graded", count=len(graded), names=names), self._lang), markup=False)

    @cached_property
    def _chosen(self) -> Sandbox:
        """The sandbox, which is looked for when the first submission is there."""
        return choose_sandbox(self._sandbox, self._lang)
