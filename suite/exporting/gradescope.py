"""Gradescope: `results.json` as an autograder writes it, of each submission."""

from __future__ import annotations

import json
from typing import Any

from suite.exporting.graded import PublishedResult
from suite.exporting.interface import Export, folder_names
from suite.records import text

FORMAT = "text"


def export(export: Export) -> None:
    """Write the results; a submission without a mark has none, as Gradescope would take it for a zero."""
    for result in export.graded.results:
        if result.final:
            document = describe(result, export.settings.visibility)
            name = f"{folder_names(export.graded.results)[result.submission]}results.json"
            export.put(name, json.dumps(document, ensure_ascii=False, indent=1))
    export.notes.append(text("export_no_files", form="Gradescope"))


def describe(result: PublishedResult, visibility: str) -> dict[str, Any]:
    """What Gradescope takes: the score of all, and each check as a test."""
    return {
        "score": result.score,
        "output": result.feedback,
        "output_format": FORMAT,
        "test_output_format": FORMAT,
        "test_name_format": FORMAT,
        "visibility": visibility,
        "stdout_visibility": "hidden",
        **({"execution_time": round(result.seconds)} if result.seconds is not None else {}),
        "extra_data": {"submission": result.submission, "max_score": result.max_score},
        "tests": [
            {
                "name": each.name,
                "number": str(place),
                "score": round(each.points, 4),
                "max_score": round(each.max_points, 4),
                "status": "passed" if each.passed else "failed",
                "output": each.sentences,
                "visibility": visibility,
            }
            for place, each in enumerate(result.verdicts, 1)
        ],
    }
