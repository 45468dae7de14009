"""GitHub: a summary for Actions, annotations, and the result that GitHub Classroom's reporter takes."""

from __future__ import annotations

import json

from suite.exporting.graded import PublishedResult
from suite.exporting.interface import Export, folder_names
from suite.exporting.markdown import class_table, submission_text


def export(export: Export) -> None:
    """Write `summary.md` and, for each submission, `annotations.txt` and `autograding.json`."""
    results = export.graded.results
    only = len(results) == 1
    export.put("summary.md", submission_text(export.graded, results[0]) if only else class_table(export.graded))
    for result in results:
        folder = folder_names(results)[result.submission]
        export.put(f"{folder}annotations.txt", "".join(_annotations(result)))
        export.put(f"{folder}autograding.json", json.dumps(_result(result), ensure_ascii=False, indent=1))


def _annotations(result: PublishedResult) -> list[str]:
    """Commands of a workflow, a line each, of which no text can make another."""
    if result.score is None:
        return [f"::error title={_property(result.status.value)}::{_message(result.message)}\n"]
    return [
        f"::error title={_property(each.name)}::{_message(each.sentences)}\n"
        for each in result.verdicts
        if not each.passed
    ]


def _message(written: str) -> str:
    return written.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(written: str) -> str:
    return _message(written).replace(":", "%3A").replace(",", "%2C")


def _result(result: PublishedResult) -> dict[str, object]:
    """A test for each check; a submission without a mark is an error."""
    tests = [
        {
            "name": each.name,
            "status": "pass" if each.passed else "fail",
            "score": round(each.points, 4),
            "max_score": round(each.max_points, 4),
            "message": "" if each.passed else each.sentences,
            "test_code": "",
            "filename": "",
            "line_no": 0,
        }
        for each in result.verdicts
    ]
    status = "error" if result.score is None else "pass" if all(each.passed for each in result.verdicts) else "fail"
    return {"version": 1, "status": status, "max_score": result.max_score, "tests": tests}
