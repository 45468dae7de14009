"""Runs a submission again where it failed for what may not be its own fault: the best run counts.

Three things may be at fault: the version of its framework, the cap on epochs, and the cut of the data. And a process
that died may have been ended by the machine, when it ran out of memory for instance.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

from suite.data import Prepared, write_all_rows
from suite.evidence.examination import Circumstances
from suite.evidence.interview.job import Job
from suite.frameworks import runtime_named
from suite.judging.sources import read
from suite.records import CellOutcome, Evidence, Outcome

CUT_ERRORS = frozenset(
    (
        *("ValueError", "IndexError", "KeyError", "TypeError", "RuntimeError", "AssertionError", "AttributeError"),
        *("InvalidArgumentError", "NotFoundError", "OutOfRangeError"),
        *("ZeroDivisionError", "StopIteration", "UnboundLocalError"),  # of a loop that never ran
    )
)
"""Errors of a notebook that counts on rows or epochs which the budget has cut."""
OUT_OF_TIME = re.compile(r" → [\d.]+ s$")
"""How a note ends on training that was shortened for want of time: with less cut there would be less of it."""
UNBOUND = re.compile(r"name '(\w{1,100})' is not defined")
Examine: TypeAlias = Callable[[Job, Circumstances], Evidence]


class AllRows:
    """The data before the budget's cut, written when a submission first needs it."""

    def __init__(self, prepared: Prepared, folder: Path, kept: int) -> None:
        self.kept = kept
        """Rows of the training part that the budget keeps."""
        self._prepared = prepared
        self._folder = folder
        self._lock = threading.Lock()
        self._description = ""

    @property
    def is_cut(self) -> bool:
        """Whether the budget has cut any rows."""
        return self._prepared.is_cut

    def open(self) -> tuple[Path, str]:
        """The folder with all rows, and their description for reports."""
        with self._lock:
            if not self._description:
                self._description = write_all_rows(self._prepared, self._folder)
        return self._folder, self._description


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One run."""

    job: Job
    """How it was made."""
    circumstances: Circumstances
    """What was known before."""
    evidence: Evidence
    """What was seen."""

    @property
    def failed(self) -> CellOutcome | None:
        """The first cell that raised."""
        return next((cell for cell in self.evidence.run.cells if cell.outcome is not Outcome.PASS), None)

    @property
    def passed(self) -> int:
        """Number of cells that ran."""
        return sum(cell.outcome is Outcome.PASS for cell in self.evidence.run.cells)


Change: TypeAlias = Callable[[Attempt], Attempt | None]
"""What to do otherwise in the next run; `None` where it can't help."""


def find_best_run(first: Attempt, examine: Examine, rows: AllRows) -> Evidence:
    """Change one thing after the other, keep what helps, and stop when every cell runs or nothing helps."""
    best = first
    changes: list[Change] = [
        _as_before,
        _on_older_version,
        _without_cap_on_epochs,
        lambda attempt: _with_all_rows(attempt, rows),
        lambda attempt: _uncut(attempt, rows),
    ]
    while best.failed is not None:
        for change in changes:
            changed = change(best)
            if changed is None:
                continue
            again = replace(changed, evidence=examine(changed.job, changed.circumstances))
            if again.passed > best.passed and again.evidence.run.stopped is None:
                best = replace(again, job=replace(again.job, stop_at=None))
                changes.remove(change)
                break
        else:
            return best.evidence
    return best.evidence


def _as_before(attempt: Attempt) -> Attempt | None:
    """With nothing changed, where the process died: whatever ended it may have nothing to do with the submission."""
    died = attempt.evidence.run.stopped_as is Outcome.ERROR
    return _retried(attempt, "death") if died else None


def _on_older_version(attempt: Attempt) -> Attempt | None:
    """On the older version of its framework, where this one has removed what it uses, or raised by itself."""
    runtime, run = runtime_named(attempt.job.runtime), attempt.evidence.run
    if not runtime.fallback:
        return None
    found = runtime.find_removed(run)
    if not found and not runtime.may_be_at_fault(run):
        return None
    named = tuple((known.api, known.replacement) for known in found)
    changed = attempt if found else _retried(attempt, "version")
    circumstances = replace(changed.circumstances, removed_apis=named)
    return replace(changed, job=replace(attempt.job, runtime=runtime.fallback), circumstances=circumstances)


def _without_cap_on_epochs(attempt: Attempt) -> Attempt | None:
    """With all its epochs, up to the cell that raised."""
    if not attempt.evidence.capped or not _counts_on_size(attempt):
        return None
    changed = _up_to_error(attempt, "epochs")
    return replace(changed, job=replace(changed.job, epochs=0, skips_training=False))


def _with_all_rows(attempt: Attempt, rows: AllRows) -> Attempt | None:
    """With all rows, up to the cell that raised."""
    if not rows.is_cut or attempt.job.rows_per_pass or not _counts_on_size(attempt):
        return None
    changed = _up_to_error(attempt, "rows")
    folder, description = rows.open()
    circumstances = replace(changed.circumstances, data=description)
    job = replace(changed.job, data=folder, rows_per_pass=rows.kept)
    return replace(changed, job=job, circumstances=circumstances)


def _uncut(attempt: Attempt, rows: AllRows) -> Attempt | None:
    """With both at once, where neither helps alone."""
    changed = _with_all_rows(attempt, rows)
    return None if changed is None else _without_cap_on_epochs(changed)


def _counts_on_size(attempt: Attempt) -> bool:
    """Whether the first error may come from a cut."""
    failed = attempt.failed
    if failed is None or any(OUT_OF_TIME.search(cut) for cut in attempt.evidence.capped):
        return False
    return failed.error_name in CUT_ERRORS or _is_unbound(failed, attempt.evidence.run.notebook)


def _is_unbound(failed: CellOutcome, notebook: str) -> bool:
    """Whether it lacks a name that the notebook assigns up to there: in a loop that has never run, for instance."""
    missing = UNBOUND.fullmatch(failed.error_message)
    if failed.error_name != "NameError" or missing is None:
        return False
    assigned = re.compile(rf"\b{missing[1]}\b(?:\s{{0,9}},[\w\s,]{{0,200}})?\s{{0,9}}[-+*/]?=[^=]")
    return any(assigned.search(cell.source) for cell in read(notebook) if cell.index <= failed.index)


def _up_to_error(attempt: Attempt, what: str) -> Attempt:
    """The same without a cut; if the cell that raised raises again, the rest needn't run."""
    stop_at = attempt.failed.index if attempt.failed else None
    return _retried(replace(attempt, job=replace(attempt.job, stop_at=stop_at)), what)


def _retried(attempt: Attempt, what: str) -> Attempt:
    circumstances = replace(attempt.circumstances, retried=(*attempt.circumstances.retried, what))
    return replace(attempt, circumstances=circumstances)
