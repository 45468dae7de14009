"""What a check showed: a sign for each line, the headline, and HTML in which a notebook's words are only words."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from suite.assignments import Expected
from suite.checking.self_check import self_check
from suite.checking.telling import as_html, as_text, tell
from suite.grading import pipeline
from suite.grading.plan import GradingPlan
from suite.judging.checks import judge
from suite.records import Diagnosis, Evidence, Outcome, Result, Submission, Text, Verdict, text
from suite.sandbox.plain_process import PlainProcess
from tests.checking.notebooks import HALF, write_told, write_work
from tests.judging.runs import make_run


def _verdict(outcome: Outcome, message: Text, task: str = "", details: tuple[Text, ...] = ()) -> Verdict:
    values: dict[str, Any] = {"check": "shapes", "model": "", "points": 0, "max_points": 1, "expected": None}
    return Verdict(outcome=outcome, task=task, message=message, details=details, observed=None, **values)


def _checked(
    *verdicts: Verdict, score: float | None = 1.0, later: tuple[str, ...] = (), causes: tuple[Text, ...] = ()
) -> Any:
    title = SimpleNamespace(say=lambda language: {"en": "A net", "es": "Una red"}[language])
    found = [Diagnosis(cause="x", cell=None, message=each, explains="model") for each in causes]
    return SimpleNamespace(
        result=SimpleNamespace(
            verdicts=verdicts, score=score, diagnoses=found, summary=text("harness_failed", reason="x")
        ),
        public=SimpleNamespace(
            assignment=SimpleNamespace(graded_tasks=[SimpleNamespace(id="net", title=title)]), later=later
        ),
    )


RAN = _verdict(Outcome.PASS, text("runs_pass", cells=3))
SHAPE = text("output_shape", observed="(None, 4)", expected="(None, 3)")
NASTY = text("cell_error", cell=1, name="ValueError", message="<script>alert(1)</script>")


def test_nothing_to_mend() -> None:
    said = tell(_checked(RAN), "es")
    assert said.right
    assert [line for line, _ in as_text(said, "es")] == [
        "✓ El cuaderno: Se han ejecutado las 3 celdas de código.",
        "Todo lo que se puede comprobar aquí es correcto.",
        "Tu nota sale de la calificación.",
    ]


def test_what_is_wrong_and_what_could_not_be_told() -> None:
    """Further findings stand once each; what depends on something else isn't counted."""
    skipped = _verdict(Outcome.SKIPPED, text("results_after_error", name="half"), "half")
    wrong = _verdict(Outcome.FAIL, SHAPE, "net", (SHAPE, text("not_reached")))
    said = tell(_checked(RAN, wrong, skipped, later=("accuracy",), causes=(text("not_reached"),)), "en")
    assert not said.right
    assert [line.mark for line in said.lines] == ["right", "wrong", "open"]
    assert said.lines[1].about == "A net"
    assert len(said.lines[1].further) == 1
    assert said.headline.startswith("To mend: 1.")
    assert said.remark.endswith("also checks: accuracy.")
    assert len(said.causes) == 1
    assert any(line.startswith("→ Likely cause:") for line, _ in as_text(said, "en"))


def test_a_check_that_failed_itself_is_no_fault() -> None:
    said = tell(_checked(score=None), "en")
    assert not said.right
    assert "grader failed" in said.headline


@pytest.mark.parametrize("language", ["en", "es"])
def test_html_runs_nothing(language: Any) -> None:
    shown = as_html(tell(_checked(_verdict(Outcome.ERROR, NASTY)), language), language, "<b>")
    assert "<script" not in shown
    assert "&lt;script&gt;" in shown
    assert "&lt;b&gt;" in shown


def test_a_cell_that_stops_is_told_where_it_earns_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in an assignment made of nbgrader's notebook, whose points are all those of its questions."""
    told = write_told(tmp_path)
    document = json.loads(told.read_text("utf-8"))
    document["assignment"]["checks"] = {"results": {"points": 5}}
    told.write_text(json.dumps(document), "utf-8")
    seen = Evidence(run=make_run(HALF, ("assert half(2) == 2", "AssertionError", "")))

    def grade(submissions: list[Submission], plan: GradingPlan, expected: Expected) -> list[Result]:
        return [judge(each, plan.assignment, expected, seen) for each in submissions]

    monkeypatch.setattr(pipeline, "grade", grade)
    checked = self_check(write_work(tmp_path, (HALF, "assert half(2) == 2")), None, PlainProcess())
    said = tell(checked, "en")
    shown = "\n".join(line for line, _ in as_text(said, "en"))
    assert "✗ The notebook: Code cell 2 stopped with AssertionError" in shown
    assert not said.right
    assert checked.result.max_score == 5
