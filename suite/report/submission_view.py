"""What a submission's page shows, in its order: the gap, the causes, the cells where they show, then the evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from suite.records import Diagnosis, Outcome, Result, Text, Verdict
from suite.records.attempt import points_by_check
from suite.report.notebook import CellView, NotebookView

CUT = ("note_capped",)
"""Notes on what the budget cut."""
MOST_PLACES = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A cell with what is said of it."""

    cell: CellView
    """Its source and outputs."""
    said: tuple[Text, ...]
    """The suite's own sentences, to stand beside it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckChange:
    """A check in which this attempt got other points than the one before it."""

    check: str
    before: tuple[float, float] | None
    """Points gained and possible; `None` if it wasn't judged."""
    after: tuple[float, float] | None
    """The same now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmissionView:
    """One submission's page."""

    lost: float
    """Points that were lost."""
    open: tuple[Verdict, ...]
    """Verdicts that cost points, or couldn't be decided."""
    passed: tuple[Verdict, ...]
    """The others."""
    causes: tuple[Diagnosis, ...]
    """Those that no cell is shown for."""
    places: tuple[Place, ...]
    """Cells where something shows, in the notebook's order."""
    cut: tuple[Text, ...]
    """What the budget cut."""
    notes: tuple[Text, ...]
    """Other remarks."""
    stopped: Mapping[int, Outcome]
    """Cells that didn't end well, by index."""
    changes: tuple[CheckChange, ...]
    """Since the attempt before this one."""


def view_submission(result: Result, notebook: NotebookView | None) -> SubmissionView:
    """Put a result in the order of its page."""
    cells = result.evidence.run.cells if result.evidence else ()
    stopped = {cell.index: cell.outcome for cell in cells if cell.outcome is not Outcome.PASS}
    places = _places(result, notebook, stopped) if notebook else ()
    shown = {place.cell.index for place in places}
    passed = [verdict for verdict in result.verdicts if verdict.outcome is Outcome.PASS]
    return SubmissionView(
        lost=sum(verdict.max_points - verdict.points for verdict in result.verdicts) - result.waiting,
        open=tuple(verdict for verdict in result.verdicts if verdict.outcome is not Outcome.PASS),
        passed=tuple(passed),
        causes=tuple(found for found in result.diagnoses if found.cell not in shown),
        places=places,
        cut=tuple(note for note in result.notes if note.key in CUT),
        notes=tuple(note for note in result.notes if note.key not in CUT),
        stopped=stopped,
        changes=tuple(_changes(result)),
    )


def _changes(result: Result) -> list[CheckChange]:
    if result.earlier is None:
        return []
    before, after = result.earlier.points, points_by_check(result.verdicts)
    return [
        CheckChange(check=check, before=before.get(check), after=after.get(check))
        for check in dict.fromkeys([*after, *before])
        if _rounded(before.get(check)) != _rounded(after.get(check))
    ]


def _rounded(points: tuple[float, float] | None) -> tuple[float, ...]:
    """Points as the page shows them; `results.json` keeps four digits."""
    return tuple(round(each, 2) for each in points or ())


def _places(result: Result, notebook: NotebookView, stopped: Mapping[int, Outcome]) -> tuple[Place, ...]:
    """Cells that a diagnosis names or the summary is about, with what is said of each."""
    said: dict[int, list[Text]] = {}
    for found in result.diagnoses:
        if found.cell is not None:
            said.setdefault(found.cell, []).append(found.message)
    about = result.summary_cell
    if about is not None and stopped.get(about) is not Outcome.SKIPPED:
        said.setdefault(about, [result.summary])
    shown = [cell for cell in notebook.cells if cell.index in said and cell.number]
    return tuple(Place(cell=cell, said=tuple(_once(said[cell.index]))) for cell in shown[:MOST_PLACES])


def _once(sentences: list[Text]) -> list[Text]:
    """Each sentence once; a record with a dictionary has no hash."""
    return [each for number, each in enumerate(sentences) if each not in sentences[:number]]
