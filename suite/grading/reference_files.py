"""The oracles' files of an assignment, read as submissions."""

from __future__ import annotations

from pathlib import Path

from suite.assignments import Assignment
from suite.errors import AssignmentError
from suite.grading.collect import collect_source
from suite.records import Framework, SourceFile, Submission

ORACLES: dict[str, Framework] = {"model_keras.py": "keras", "model_torch.py": "torch"}


def read_references(assignment: Assignment) -> dict[Framework, Submission]:
    """Every oracle file as a submission; `AssignmentError` names one that is missing."""
    return {framework: _read(assignment.folder / file) for file, framework in ORACLES.items()}


def _read(path: Path) -> Submission:
    try:
        source = SourceFile(path=path.name, content=path.read_bytes())
    except FileNotFoundError as error:
        raise AssignmentError(f"{path} doesn't exist; an assignment has an oracle for each framework") from error
    return collect_source(path.name, (source,), path.name, str(path))
