"""What a report says of a class, without what differs between two runs of the same."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

KEPT = ("submission", "source", "status", "score", "max_score", "message", "notes", "verdicts", "diagnoses")


def marks(report: Path) -> list[Any]:
    """The parts of `results.json` that don't depend on the run."""
    document = json.loads((report / "results.json").read_text("utf-8"))
    return sorted(([result[key] for key in KEPT] for result in document["results"]), key=str)
