"""Runs a student's own notebook and judges it by the public checks, through the pipeline that grades."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from suite.assignments import CheckSettings
from suite.checking.public_file import PublicAssignment, find_public, read_public
from suite.grading import pipeline
from suite.grading.files_beside import files_beside, folders_beside
from suite.grading.one_submission import read_submission
from suite.grading.plan import GradingPlan
from suite.records import Result, SourceFile, Submission
from suite.sandbox import Sandbox
from suite.temporary import open_temporary
from suite.text.errors import ProblemError

ALWAYS = {"runs": CheckSettings(points=0)}
"""What is told also where it earns nothing: after a cell that stops, nothing was tried."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What the check of a notebook showed."""

    result: Result
    """The verdicts of the public checks."""
    public: PublicAssignment
    """By what it was checked."""


def self_check(
    notebook: Path, told: Path | None, sandbox: Sandbox, environment: Mapping[str, str] = os.environ
) -> Checked:
    """Check a notebook by the file beside it, or by one that is named; nothing is stored."""
    submission = read_submission(notebook)
    if submission.problem is not None:
        raise ProblemError(submission.problem)
    with open_temporary("check") as folder:
        public = read_public(told or find_public(notebook), folder)
        helpers = tuple(_files_around(notebook, submission))
        plan = GradingPlan(
            assignment=public.assignment.model_copy(
                update={"helpers": helpers, "checks": ALWAYS | public.assignment.checks}
            ),
            budget="quick",
            sandbox=sandbox,
            jobs=1,
            environment=environment,
            store=None,
            proving=public.compares,
            inspecting=False,
        )
        (result,) = pipeline.grade([submission], plan, public.expected)
    return Checked(result=result, public=public)


def _files_around(notebook: Path, submission: Submission) -> list[SourceFile]:
    """What it reads and imports from beside it."""
    cells = json.loads(submission.notebook)["cells"]
    sources = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    found = [*files_beside(notebook, sources), *folders_beside(notebook, sources)]
    return [file for file in found if file.path != notebook.name]
