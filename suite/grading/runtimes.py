"""Which runtime each submission asks for, and what its worker imports, which is known before anything runs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from suite.assignments import Assignment
from suite.evidence.interview.worker_imports import imports_of
from suite.frameworks import choose_runtime, imports_framework
from suite.grading.store import Store
from suite.records import SourceFile, Submission
from suite.sandbox.interface import Imports


def choose(submission: Submission, helpers: Sequence[SourceFile], default: str) -> tuple[str, bool]:
    """The runtime that a submission's sources ask for, and whether they or a helper import a framework."""
    code = _sources(submission)
    sources = "\n".join(code)
    used = [file for file in helpers if file.path.endswith(".py") and Path(file.path).stem in sources]
    ahead = imports_framework("\n".join([*code, *(file.content.decode("utf-8", "replace") for file in used)]))
    return choose_runtime(sources, default), ahead


def foresee_imports(assignment: Assignment, submissions: Iterable[Submission], store: Store | None) -> list[Imports]:
    """What the runs to come import, in their order; a submission that has stored evidence may need none."""
    chosen = (
        choose(submission, assignment.helpers, assignment.runtime)
        for submission in submissions
        if submission.problem is None and not (store and store.knows(submission))
    )
    return [imports_of(runtime, ahead=ahead) for runtime, ahead in dict.fromkeys(chosen)]


def _sources(submission: Submission) -> list[str]:
    """Its source code: the code cells and the modules."""
    cells = json.loads(submission.notebook)["cells"]
    code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    return code + [file.content.decode("utf-8", "replace") for file in submission.files if file.path.endswith(".py")]
