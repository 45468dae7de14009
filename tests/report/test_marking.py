"""What people say stands on the page with its author, whatever they and the submission say."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from suite.assignments import Expected
from suite.grading.replay import find_changes, judge_again, read_report
from suite.marking import ClassLedger, mark_results
from suite.marking.entries import ADAPTER, AnyEntry
from suite.records import Language, Report, Result
from suite.report import write
from suite.text import LANGUAGES
from suite.text.local import local_date
from tests.marking.essays import WHO, assignment, mark, result
from tests.report.test_render import HOSTILE, SCRIPT

ABOUT = WHO | {"submission": "ana", "content_hash": "1" * 64}
REQUEST = ADAPTER.validate_python(
    ABOUT | {"action": "request", "request": "Please look.", "about": "shapes", "id": "r"}
)
ENTRIES: tuple[AnyEntry, ...] = (
    mark(),
    ADAPTER.validate_python(
        ABOUT | {"action": "override", "check": "shapes", "task": "net", "points": 3, "reason": "Another right way."}
    ),
    REQUEST,
    ADAPTER.validate_python(WHO | {"action": "answer", "request": "r", "answer": "Now it counts."}),
    ADAPTER.validate_python(WHO | {"action": "group comment", "cause": "sequence", "comment": "See page 3."}),
    ADAPTER.validate_python(ABOUT | {"action": "late", "hours": 26}),
    ADAPTER.validate_python(ABOUT | {"action": "comment", "comment": "Old words.", "content_hash": "2"}),
)


def _write(folder: Path, *entries: AnyEntry, of: Result, language: Language = "en", **changes: Any) -> str:
    results = mark_results([of], ClassLedger(entries=entries), assignment(**changes), language)
    report = Report(assignment="essay", title="Essay", language=language, results=tuple(results), notes=())
    write(report, folder)
    (page,) = (folder / "submissions").iterdir()
    return page.read_text("utf-8")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_says_who_marked(tmp_path: Path, language: Language) -> None:
    """Points by criterion, comments, reasons, requests with answers, lateness, and what isn't applied."""
    page = _write(tmp_path, *ENTRIES, of=result("ana", "1" * 64, "sequence"), language=language)
    said = ("3 / 4", "Say it shorter.", "A good read.", "Another right way.", "Please look.", "Now it counts.")
    for words in (*said, "See page 3.", "Old words.", "Eva", local_date("2026-11-26", language)):
        assert words in page, words
    assert ("The essay" if language == "en" else "El ensayo") in page
    assert ("2 days begun" if language == "en" else "2 días empezados") in page


def test_a_page_says_what_waits(tmp_path: Path) -> None:
    """So do table and CSV."""
    page = _write(tmp_path, of=result())
    assert "waiting for a person" in page
    assert "10 points wait" in page
    assert "10 waiting" in (tmp_path / "index.html").read_text("utf-8")
    with (tmp_path / "grades.csv").open(encoding="utf-8", newline="") as stream:
        (row,) = csv.DictReader(stream)
    assert (row["score"], row["max_score"], row["waiting"], row["late_deduction"]) == ("3", "15", "10", "0")


def test_words_of_people_run_nothing(tmp_path: Path) -> None:
    """Neither those of the marker nor the request that was pasted."""
    given = {"comment": HOSTILE, "who": HOSTILE[:100], "comments": {"clarity": [SCRIPT]}}
    hostile = ADAPTER.validate_python(ABOUT | {"action": "request", "request": HOSTILE, "about": SCRIPT})
    old = ADAPTER.validate_python(ABOUT | {"action": "comment", "comment": HOSTILE, "content_hash": SCRIPT})
    page = _write(tmp_path, mark(**given), hostile, old, of=result())
    assert SCRIPT not in page
    assert "<img src=x" not in page
    assert "\u202e" not in page


def test_a_mark_survives_judging_again(tmp_path: Path) -> None:
    """What is read back is what the checks gave, so a mark is no change of theirs, and can be put in again."""
    unseen = replace(result(), verdicts=(), summary=result().summary, score=None)
    total = ADAPTER.validate_python(ABOUT | {"action": "override", "points": 5, "reason": "by hand"})
    for given, entries in ((result(), ENTRIES), (unseen, (total,))):
        _write(tmp_path, *entries, of=given)
        document = json.loads((tmp_path / "results.json").read_text("utf-8"))
        assert document["results"][0]["score"] == (5 if given.score is None else 11.2)
        (stored,) = read_report(tmp_path).results
        assert (stored.score, stored.status, stored.summary.key) == (given.score, given.status, given.summary.key)
        assert [(v.outcome, v.points) for v in stored.verdicts] == [(v.outcome, v.points) for v in given.verdicts]
        assert find_changes(read_report(tmp_path), [given]) == []
        assert stored.content_hash == given.content_hash
        again = judge_again(tmp_path, read_report(tmp_path), assignment(), Expected(versions={}, models={}))
        assert again[0].content_hash == given.content_hash
