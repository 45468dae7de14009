"""Which runtime each submission asks for, and what its worker imports, which is known before anything runs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from suite.assignments import Assignment
from suite.evidence.interview.worker_imports import imports_of, libraries_in
from suite.frameworks import choose_runtime, imports_framework
from suite.grading.store import Store
from suite.records import SourceFile, Submission
from suite.sandbox.interface import Imports


class Needs(NamedTuple):
    """What sources ask for, as far as they can be read before they run."""

    runtime: str
    """The runtime of the framework that they import."""
    ahead: bool
    """Whether they or a helper import a framework at all."""
    libraries: tuple[str, ...]
    """Modules of other libraries that they or a helper name."""


def read_needs(submission: Submission, helpers: Sequence[SourceFile], default: str) -> Needs:
    """What a submission's sources ask for; `default` is the runtime of those that import no framework, or several."""
    code = _sources(submission)
    sources = "\n".join(code)
    used = [file for file in helpers if file.path.endswith(".py") and Path(file.path).stem in sources]
    everything = "\n".join([*code, *(file.content.decode("utf-8", "replace") for file in used)])
    return Needs(choose_runtime(sources, default), imports_framework(everything), libraries_in(everything))


def foresee_imports(assignment: Assignment, submissions: Iterable[Submission], store: Store | None) -> list[Imports]:
    """What the runs to come import, in their order; a submission that has stored evidence may need none."""
    asked = (
        read_needs(submission, assignment.helpers, assignment.runtime)
        for submission in submissions
        if submission.problem is None and not (store and store.knows(submission))
    )
    return list(dict.fromkeys(imports_of(each.runtime, ahead=each.ahead) for each in asked))


def _sources(submission: Submission) -> list[str]:
    """Its source code: the code cells and the modules."""
    cells = json.loads(submission.notebook)["cells"]
    code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    return code + [file.content.decode("utf-8", "replace") for file in submission.files if file.path.endswith(".py")]
