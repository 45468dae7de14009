"""The file that is handed out beside a notebook, `NAME.check.json`: what its students' own check may know.

It holds the settings of tasks that can be checked without held-out rows, and of the references as much as the
assignment's key `public` allows.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from suite.assignments import Assignment, Expected, ExpectedModel, ModelTask, Public, ResultTask
from suite.assignments.assignment import FUNCTIONS_FILE
from suite.assignments.settings import Settings
from suite.errors import AssignmentError, Words
from suite.frameworks import all_frameworks
from suite.grading.reference_files import read_reference
from suite.records import Language

SUFFIX = ".check.json"
SETTINGS = {"title", "runtime", "datasets", "tasks", "constants", "budgets", "limits", "proof", "public"}
"""Keys of an `assignment.toml` that the check needs."""
CHECKS: dict[Public, tuple[str, ...]] = {
    "outputs": ("runs", "shapes", "results"),
    "parameters": ("runs", "shapes", "parameters", "results"),
    "layers": ("runs", "shapes", "parameters", "results"),
    "references": ("runs", "shapes", "parameters", "function", "results"),
}
"""Which checks can be judged with what is told."""


class PublicFile(Settings):
    """What the file holds."""

    schema_version: Literal[1] = 1
    name: str
    """Name of the assignment."""
    language: Language
    """Of its sentences, where nothing else is asked for."""
    assignment: dict[str, Any]
    """Its settings, as far as they are needed."""
    expected: Expected
    """What the references showed, as far as it is told."""
    references: dict[str, str] = Field(default_factory=dict)
    """The reference files by name; none unless they are handed out."""
    later: tuple[str, ...] = ()
    """Checks that only grading makes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicAssignment:
    """An assignment as its students' own check knows it."""

    assignment: Assignment
    """Its settings."""
    expected: Expected
    """What is told of the references."""
    compares: bool
    """Whether there are references to compare with."""
    language: Language
    """Of its sentences, where nothing else is asked for."""
    later: tuple[str, ...]
    """Checks that only grading makes."""


def write_public(assignment: Assignment, expected: Expected, language: Language) -> str:
    """The file's content; `AssignmentError` where nothing can be checked without held-out rows."""
    tasks = [task for task in assignment.graded_tasks if isinstance(task, (ModelTask, ResultTask))]
    if not tasks:
        raise AssignmentError(
            "{name} asks for nothing that can be checked without held-out rows or a person: a model with a "
            "reference, a function or a value; students can only be graded",
            name=assignment.name,
        )
    level = assignment.public
    checks = {name: each for name, each in assignment.checks.items() if name in CHECKS[level]}
    settings = assignment.model_dump(mode="json", include=SETTINGS, exclude_defaults=True)
    settings["tasks"] = [task.model_dump(mode="json", exclude_defaults=True) | {"kind": task.kind} for task in tasks]
    settings["checks"] = {name: each.model_dump(mode="json") for name, each in checks.items()}
    asked = {model for task in tasks if isinstance(task, ModelTask) for model in task.accepts}
    models = {
        model: {framework: _redact(each, level) for framework, each in expected.models[model].items()}
        for model in sorted(asked)
    }
    told = PublicFile(
        name=assignment.name,
        language=language,
        assignment=settings,
        expected=Expected(versions=expected.versions, models=models),
        references=_read_references(assignment) if level == "references" else {},
        later=tuple(name for name in assignment.checks if name not in checks),
    )
    document = {"schema_version": told.schema_version} | told.model_dump(mode="json", exclude_defaults=True)
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def _redact(model: ExpectedModel, level: Public) -> ExpectedModel:
    """What a level tells of a reference."""
    if level == "references":
        return model
    hidden: dict[str, Any] = {"golden": ()}
    if level != "layers":
        hidden["layers"] = ()
    if level == "outputs":
        hidden["parameters"] = 0
    return model.model_copy(update=hidden)


def _read_references(assignment: Assignment) -> dict[str, str]:
    names = [each.reference_file for each in all_frameworks().values()]
    there = [name for name in (*names, FUNCTIONS_FILE) if (assignment.folder / name).is_file()]
    return {name: read_reference(assignment, name).decode() for name in there}


def find_public(notebook: Path) -> Path:
    """The file that lies beside a notebook: of its name, else the only one; `AssignmentError` if it isn't clear."""
    folder = notebook.parent
    own = folder / f"{notebook.stem}{SUFFIX}"
    found = [own] if own.is_file() else sorted(folder.glob(f"*{SUFFIX}"))
    if len(found) == 1:
        return found[0]
    seen = ", ".join(path.name for path in found) or Words("none")
    raise AssignmentError(
        "beside {name} one file NAME{suffix} of your instructor's is expected, found: {seen}; put it into "
        "{folder}, or name it with --with",
        name=notebook.name,
        suffix=SUFFIX,
        seen=seen,
        folder=folder.resolve(),
    )


def read_public(path: Path, folder: Path) -> PublicAssignment:
    """Read the file; references that it hands out are written into a folder. `AssignmentError` if it isn't whole."""
    try:
        raw = path.read_bytes()
        told = PublicFile.model_validate(json.loads(raw))
        for name, source in told.references.items():
            (folder / Path(name).name).write_text(source, "utf-8")
        frameworks = tuple(
            name for name, known in all_frameworks().items() if (folder / known.reference_file).is_file()
        )
        known_otherwise = {"folder": folder, "frameworks": frameworks, "fingerprint": hashlib.sha256(raw).hexdigest()}
        assignment = Assignment.model_validate(told.assignment | known_otherwise)
    except FileNotFoundError as error:
        raise AssignmentError("{path} doesn't exist; name the file that came with the notebook", path=path) from error
    except ValueError as error:
        reason = " ".join(str(error).split())[:300]
        raise AssignmentError(
            "{path} isn't what this version reads ({reason}); take the instructor's file anew, or install the "
            "version of the suite that your course names",
            path=path,
            reason=reason,
        ) from error
    return PublicAssignment(
        assignment=assignment.model_copy(update={"name": told.name}),
        expected=told.expected,
        compares=bool(told.references),
        language=told.language,
        later=told.later,
    )
