"""What the ledger makes of results: marks count, what doesn't fit is shown, lateness costs what the policy says."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from suite.marking import ClassLedger, mark_results
from suite.marking.entries import ADAPTER, AnyEntry
from suite.marking.results import ledger_notes
from suite.records import Identity, Misfit, Outcome, Result
from tests.marking.essays import WHO, assignment, mark, result

ABOUT = WHO | {"submission": "ana", "content_hash": "1" * 64}


def _entry(action: str, **values: Any) -> AnyEntry:
    return ADAPTER.validate_python(ABOUT | {"action": action} | values)


def _marked(*entries: AnyEntry, of: Result | None = None, **changes: Any) -> Result:
    (marked,) = mark_results([of or result()], ClassLedger(entries=entries), assignment(**changes), "es")
    return marked


def test_nothing_entered_changes_nothing() -> None:
    """The same result."""
    given = result()
    assert _marked(of=given) is given
    assert _marked(mark("luis"), of=given) is given
    assert given.waiting == 10


def test_a_mark_counts_and_says_where_it_comes_from() -> None:
    """The points are merged with those of the checks; the page gets rubric, comments and author."""
    marked = _marked(mark())
    assert (marked.score, marked.max_score, marked.waiting) == (12, 15, 0)
    essay = marked.verdicts[2]
    assert (essay.points, essay.outcome) == (9, Outcome.FAIL)
    assert essay.mark is not None
    assert (essay.mark.author.who, essay.mark.judged_outcome, essay.mark.judged_points) == ("Eva", Outcome.WAITING, 0)
    assert [(c.points, c.max_points, c.comments) for c in essay.mark.criteria] == [
        (3, 4, ("Say it shorter.",)),
        (6, 6, ()),
    ]
    assert essay.message.values["who"] == "Eva"
    assert marked.summary.key == "no_model", "what costs most is still what it was"


def test_the_last_mark_counts() -> None:
    """Of several of one task."""
    assert _marked(mark(), mark(points={"clarity": 4, "sources": 6})).score == 13


def test_an_override_replaces_a_check() -> None:
    """With its reason; status and sentence follow."""
    override = _entry("override", check="shapes", task="net", model="net", points=3, reason="another right way")
    marked = _marked(mark(points={"clarity": 4, "sources": 6}), override)
    assert (marked.score, marked.status, marked.summary.key) == (15, Outcome.PASS, "all_right")
    assert marked.verdicts[1].message.values["reason"] == "another right way"
    waiting = _marked(override)
    assert (waiting.score, waiting.status, waiting.summary.key) == (5, Outcome.WAITING, "all_right_so_far")


def test_the_total_can_be_overridden() -> None:
    """Also of a submission without a score."""
    marked = _marked(_entry("override", points=0, reason="copied"))
    assert (marked.score, marked.status) == (0, Outcome.FAIL)
    assert marked.summary.values["judged"] == "3"
    assert marked.marking is not None
    assert marked.marking.judged_summary.key == "no_model"


@pytest.mark.parametrize(
    ("entry", "misfit"),
    [
        (mark(content="2" * 64), Misfit.CHANGED),
        (_entry("override", check="runs", points=0, reason="r", content_hash=""), Misfit.CHANGED),
        (_entry("comment", comment="c", content_hash="2"), Misfit.CHANGED),
        (_entry("request", request="c", content_hash="2"), Misfit.CHANGED),
        (_entry("late", hours=30, content_hash="2"), Misfit.CHANGED),
        (mark(points={"clarity": 5}), Misfit.RUBRIC),
        (mark(points={"style": 1}), Misfit.RUBRIC),
        (mark(task="poem"), Misfit.RUBRIC),
        (_entry("override", check="runs", points=3, reason="r"), Misfit.RUBRIC),
        (_entry("override", check="accuracy", points=1, reason="r"), Misfit.RUBRIC),
        (_entry("override", points=16, reason="r"), Misfit.RUBRIC),
    ],
)
def test_what_does_not_fit_is_shown_and_not_applied(entry: AnyEntry, misfit: Misfit) -> None:
    """The score stays, and the page names the entry with its author."""
    marked = _marked(entry)
    assert (marked.score, marked.waiting) == (3, 10)
    assert marked.marking is not None
    (unapplied,) = marked.marking.unapplied
    assert (unapplied.misfit, unapplied.author.who) == (misfit, "Eva")
    assert not marked.marking.remarks
    assert not marked.marking.requests
    assert [note.key for note in ledger_notes([marked], ClassLedger(entries=(entry,)), assignment())] == [
        "ledger_unapplied"
    ]


def test_notes_on_the_ledger() -> None:
    """Damaged lines and submissions that nobody has."""
    notes = ledger_notes([result()], ClassLedger(entries=(mark("luis"),), damaged=(3, 5)), assignment())
    assert [note.key for note in notes] == ["ledger_damaged", "ledger_others"]
    assert notes[0].values["lines"] == "3, 5"


def test_comments_and_requests() -> None:
    """On one, on everybody with a diagnosis, with an answer or without."""
    request = _entry("request", request="please", about="shapes")
    group = ADAPTER.validate_python(WHO | {"action": "group comment", "cause": "sequence", "comment": "read it again"})
    answer = ADAPTER.validate_python(WHO | {"action": "answer", "request": request.id, "answer": "done"})
    marked = _marked(_entry("comment", comment="well"), request, group, of=result("ana", "1" * 64, "sequence"))
    assert marked.marking is not None
    assert [(r.comment, r.for_group) for r in marked.marking.remarks] == [("well", False), ("read it again", True)]
    assert [(r.request, r.answered) for r in marked.marking.requests] == [("please", None)]
    answered = _marked(request, answer)
    assert answered.marking is not None
    assert answered.marking.requests[0].answer == "done"
    assert _marked(group).marking is None


@pytest.mark.parametrize(
    ("late", "hours", "extension", "deducted"),
    [
        ({"percent_per_day": 10}, 0, 0, 0),
        ({"percent_per_day": 10}, -5, 0, 0),
        ({"percent_per_day": 10}, 0.1, 0, 1.2),
        ({"percent_per_day": 10}, 24, 0, 1.2),
        ({"percent_per_day": 10}, 24.1, 0, 2.4),
        ({"percent_per_day": 10, "at_most": 50}, 24 * 30, 0, 6),
        ({"percent_per_day": 10, "grace_hours": 2}, 2, 0, 0),
        ({"percent_per_day": 10, "grace_hours": 2}, 25, 0, 2.4),
        ({"percent_per_day": 10}, 30, 48, 0),
        ({"percent_per_day": 10}, 50, 48, 1.2),
        ({"percent_per_day": 10, "percent_of": "max_score"}, 1, 0, 1.5),
        ({"percent_per_day": 100, "percent_of": "max_score"}, 1, 0, 12),
        (None, 100, 0, 0),
    ],
)
def test_lateness_costs_what_the_policy_says(
    late: dict[str, Any] | None, hours: float, extension: float, deducted: float
) -> None:
    """Days begun after extension and grace, of the points earned or of all, and never more than there are."""
    entries = [mark(), _entry("late", hours=hours)]
    entries += [_entry("extension", hours=extension, content_hash="another")] if extension else []
    marked = _marked(*entries, late=late)
    assert marked.score == pytest.approx(12 - deducted)
    assert marked.marking is not None
    assert (marked.marking.late is None) == (hours <= 0)


def test_lateness_that_nobody_measured_is_told() -> None:
    """Where a download says late, and the ledger doesn't say by how much."""
    flagged = replace(result(), identity=Identity(late=True))
    notes = ledger_notes([flagged], ClassLedger(), assignment())
    assert [(note.key, note.values["names"]) for note in notes] == [("late_unsaid", "ana")]
    assert ledger_notes([flagged], ClassLedger(entries=(_entry("late", hours=1),)), assignment()) == []
    assert ledger_notes([flagged], ClassLedger(), assignment(late=None)) == []
