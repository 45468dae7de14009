"""The class behind the pages: judged once, marked as the ledger says, and written again when the ledger has changed."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from suite import assignments
from suite import report as reports
from suite.assignments import Assignment
from suite.errors import SuiteError, UsageError, Words
from suite.grading import replay
from suite.marking import LEDGER, ClassLedger, append, mark_results, read_ledger
from suite.marking.entries import AnswerEntry, AnyEntry, SubmissionEntry, WithdrawalEntry
from suite.marking.results import ledger_notes
from suite.records import Language, Misfit, Report, Result, Text, text
from suite.report.class_report import as_report
from suite.report.folder import hold, holder_of
from suite.report.page_name import page_name
from suite.serving.forms import FormError
from suite.text import FIRST

RESULTS = "results.json"
RECENT_NS = 60 * 10**9
"""A ledger that changed so shortly before the report was written, or after, may not be in the report yet."""
MISFITS = {Misfit.CHANGED: text("form_misfit_changed"), Misfit.RUBRIC: text("form_misfit_rubric")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """The class at one moment."""

    report: Report
    """As it is rendered."""
    assignment: Assignment
    """What was asked for."""
    ledger: ClassLedger
    """What people say."""
    notes: tuple[Text, ...]
    """What doesn't fit of it."""
    names: dict[str, str]
    """Submissions by the names of their pages."""

    def find(self, page: str) -> Result | None:
        """The result on a page."""
        name = self.names.get(page)
        return next((result for result in self.report.results if result.submission == name), None)


@dataclass(slots=True)
class ServedClass:
    """A report's folder, read again whenever its files change. Any thread may call it."""

    folder: Path
    root: Path
    """Folder of the assignments."""
    language: Language | None
    """Language of pages; `None` for that of the report."""
    problem: Exception | None = None
    """Why the report couldn't be read or written the last time; `None` if it could."""
    _judged: tuple[tuple[int, int], Language, Assignment, list[Result]] | None = None
    _snapshot: tuple[tuple[tuple[int, int], ...], Snapshot] | None = None
    _written: tuple[int, int] | None = None
    """The ledger that the report is known to hold."""
    _lock: threading.RLock = field(default_factory=threading.RLock)
    _writing: threading.Lock = field(default_factory=threading.Lock)

    @property
    def spoken(self) -> Language:
        """Language of pages about no report."""
        return self.language or FIRST

    def look(self) -> Snapshot | None:
        """The class as it is now; `None` if nothing is graded yet."""
        with self._lock:
            state = self._state()
            if self._snapshot is None or self._snapshot[0] != state:
                self._read(state)
            return self._snapshot[1] if self._snapshot else None

    def version(self) -> str:
        """Differs whenever pages would look otherwise."""
        return "-".join(str(number) for pair in self._state() for number in pair) + f"-{bool(self.holder())}"

    def holder(self) -> Words | None:
        """The other command that is working on the folder; empty if none is."""
        return None if self._writing.locked() else holder_of(self.folder)

    def enter(self, entry: AnyEntry) -> None:
        """Add an entry to the ledger, if it fits what is there; `FormError` says why it doesn't."""
        with self._lock:
            snapshot = self.look()
            if snapshot is None:
                raise FormError(text("form_nothing_graded"))
            _refuse_misfit(entry, snapshot)
            append(self.folder, entry)

    def write(self) -> bool:
        """Write the report again if the ledger says more than it; whether it now holds all that was entered.

        Another command that works on the folder applies the ledger itself when it writes; what is entered later is
        written when it has ended.
        """
        if self.holder():
            return False
        with self._writing:
            return self._write()

    def _write(self) -> bool:
        ledger = _stamp(self.folder / LEDGER)
        snapshot = self.look()
        if snapshot is None or ledger == self._written or not self._is_behind(ledger):
            return True
        try:
            with hold(self.folder):
                ledger = _stamp(self.folder / LEDGER)
                snapshot = self.look()
                if snapshot is not None:
                    reports.write(snapshot.report, self.folder)
        except (SuiteError, OSError) as error:
            self.problem = error
            return False
        with self._lock:
            self.problem, self._written = None, ledger
            self._keep_judged()
        return True

    def _is_behind(self, ledger: tuple[int, int]) -> bool:
        return ledger[0] > _stamp(self.folder / RESULTS)[0] - RECENT_NS

    def _state(self) -> tuple[tuple[int, int], ...]:
        return _stamp(self.folder / RESULTS), _stamp(self.folder / LEDGER)

    def _keep_judged(self) -> None:
        """What was judged is the same in the report that was written from it."""
        if self._judged is not None:
            self._judged = (_stamp(self.folder / RESULTS), *self._judged[1:])

    def _read(self, state: tuple[tuple[int, int], ...]) -> None:
        """Judge what is new, and apply the ledger; what can't be read leaves the class as it was seen last."""
        results_stamp = state[0]
        try:
            if results_stamp == (0, 0) and self.holder():
                return
            if self._judged is None or self._judged[0] != results_stamp:
                self._judged = (results_stamp, *self._judge())
        except (SuiteError, OSError) as error:
            if self._snapshot is None:
                raise
            self.problem = error
            return
        _, language, assignment, judged = self._judged
        self._snapshot = state, _mark(judged, read_ledger(self.folder), assignment, language)

    def _judge(self) -> tuple[Language, Assignment, list[Result]]:
        stored = replay.read_report(self.folder)
        assignment = replay.as_graded(stored, assignments.load(stored.assignment, self.root))
        judged = replay.judge_again(self.folder, stored, assignment, assignments.load_expected(assignment))
        return self.language or stored.language, assignment, judged


def _mark(judged: Sequence[Result], ledger: ClassLedger, assignment: Assignment, language: Language) -> Snapshot:
    marked = mark_results(judged, ledger, assignment, language)
    return Snapshot(
        report=as_report(assignment, marked, language),
        assignment=assignment,
        ledger=ledger,
        notes=tuple(ledger_notes(marked, ledger, assignment)),
        names={page_name(result.submission): result.submission for result in marked},
    )


def _refuse_misfit(entry: AnyEntry, snapshot: Snapshot) -> None:
    """Refuse what names nothing that there is; and what would be shown and not applied, by the rule that applies it."""
    known = {each.id for each in snapshot.ledger.entries}
    named = {AnswerEntry: getattr(entry, "request", ""), WithdrawalEntry: getattr(entry, "entry", "")}.get(type(entry))
    if named is not None and named not in known:
        raise FormError(text("form_unreadable"))
    if isinstance(entry, SubmissionEntry) and entry.submission not in snapshot.names.values():
        raise FormError(text("form_unreadable"))
    tried = ClassLedger(entries=(entry,))
    for result in mark_results(snapshot.report.results, tried, snapshot.assignment, snapshot.report.language):
        if result.marking and (misfits := [each for each in result.marking.unapplied if each.author.entry == entry.id]):
            raise FormError(MISFITS[misfits[0].misfit])


def _stamp(path: Path) -> tuple[int, int]:
    """(time of the last change, size) of a file; zeros if it isn't there."""
    try:
        status = path.stat()
    except FileNotFoundError:
        return 0, 0
    return status.st_mtime_ns, status.st_size


def require_class(folder: Path) -> None:
    """Raise `UsageError` if there is neither a report in the folder nor a command that makes one."""
    if not (folder / RESULTS).is_file() and not (folder.is_dir() and holder_of(folder)):
        replay.read_report(folder)
        raise UsageError("{folder} holds no report", folder=folder)  # pragma: no cover - reading raises
