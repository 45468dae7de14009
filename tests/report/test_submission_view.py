"""The order of a submission's page."""

from __future__ import annotations

from dataclasses import replace

from suite.records import CellOutcome, Diagnosis, EarlierAttempt, Outcome, Result, text
from suite.report.notebook import view
from suite.report.submission_view import CheckChange, view_submission
from tests.report.test_class_view import a_result
from tests.report.test_render import as_cell, as_notebook

NOTEBOOK = as_notebook(as_cell(source="a"), as_cell(source="b"), as_cell(source="c"))
SAID = text("cause_no_gpu", seen="cuda")


def _result(*outcomes: Outcome, diagnoses: tuple[Diagnosis, ...] = (), about: int | None = None) -> Result:
    result = a_result("ana", 4)
    assert result.evidence is not None
    cells = tuple(CellOutcome(index=place, outcome=each, seconds=1) for place, each in enumerate(outcomes))
    evidence = replace(result.evidence, run=replace(result.evidence.run, cells=cells, notebook=NOTEBOOK))
    return replace(result, evidence=evidence, diagnoses=diagnoses, summary_cell=about)


def _diagnosis(cell: int | None) -> Diagnosis:
    return Diagnosis(cause="no_gpu", cell=cell, message=SAID, explains="error")


def test_a_diagnosis_stands_beside_its_cell() -> None:
    """Once, even if it is the summary, too; one without a cell stands alone."""
    result = _result(
        Outcome.PASS,
        Outcome.ERROR,
        Outcome.SKIPPED,
        diagnoses=(_diagnosis(1), _diagnosis(1), _diagnosis(None)),
        about=1,
    )
    shown = view_submission(result, view(NOTEBOOK))
    assert [(place.cell.index, place.said) for place in shown.places] == [(1, (SAID,))]
    assert [found.cell for found in shown.causes] == [None]
    assert shown.stopped == {1: Outcome.ERROR, 2: Outcome.SKIPPED}


def test_an_error_without_a_cause_has_the_summary_beside_it() -> None:
    """The cell where the notebook stopped is shown, whatever is known of it."""
    result = _result(Outcome.PASS, Outcome.ERROR, about=1)
    (place,) = view_submission(result, view(NOTEBOOK)).places
    assert (place.cell.index, place.said) == (1, (result.summary,))


def test_verdicts_and_notes_are_parted() -> None:
    """What costs points first; what the budget cut by itself."""
    notes = (text("note_capped", what="epochs"), text("note_cut", cells="1"))
    shown = view_submission(replace(_result(Outcome.PASS), notes=notes), None)
    assert [verdict.check for verdict in shown.open] == ["shapes"]
    assert [verdict.check for verdict in shown.passed] == ["runs"]
    assert ([note.key for note in shown.cut], [note.key for note in shown.notes]) == (["note_capped"], ["note_cut"])
    assert shown.lost == 4


def test_what_changed_since_the_last_attempt_is_told() -> None:
    """A check with the same points isn't; one that is new, or gone, is."""
    points = {"runs": (2.0, 2.0), "shapes": (1.00004, 8.0), "gone": (1.0, 1.0)}
    earlier = EarlierAttempt(status=Outcome.FAIL, score=4, max_score=11, points=points)
    shown = view_submission(replace(_result(Outcome.PASS), earlier=earlier), None)
    assert [(each.check, each.after) for each in shown.changes] == [("shapes", (4, 8)), ("gone", None)]
    assert shown.changes[1] == CheckChange(check="gone", before=(1.0, 1.0), after=None)
    assert view_submission(_result(Outcome.PASS), None).changes == ()
