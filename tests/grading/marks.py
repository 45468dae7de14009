"""What a report says of a class, without what differs between two runs of the same."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

KEPT = ("submission", "source", "status", "score", "max_score", "message", "notes", "verdicts", "diagnoses")


def marks(report: Path) -> list[Any]:
    """The parts of `results.json` that don't depend on the run."""
    return sorted(([result[key] for key in KEPT] for result in _results(report)), key=str)


def points(report: Path) -> list[Any]:
    """What each submission earned for what: the same in two runs of models, whose measured numbers differ."""
    parts = ("check", "task", "outcome", "points")
    return [
        (each["submission"], each["status"], each["score"], [[one[part] for part in parts] for one in each["verdicts"]])
        for each in sorted(_results(report), key=lambda each: str(each["submission"]))
    ]


def _results(report: Path) -> Any:
    return json.loads((report / "results.json").read_text("utf-8"))["results"]
