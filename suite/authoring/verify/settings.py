"""The file `verify.toml` of an assignment: its mutants, and which of its alternatives build what."""

from __future__ import annotations

import tomllib
from typing import Annotated, Literal, TypeAlias

from pydantic import Field, ValidationError

from suite.assignments import Assignment, Budget
from suite.assignments.settings import Settings
from suite.errors import AssignmentError
from suite.frameworks import KnownFramework

RUN = "run"
"""Stands for the verdicts on the run as a whole, beside the tasks' names."""
Share: TypeAlias = Annotated[float, Field(gt=0, le=1)]
Losses: TypeAlias = dict[str, dict[str, Share | Literal["some", "maybe"]]]
"""Task to check to the share of its points that is to be lost; `"some"` for any but none, `"maybe"` for any."""


class SourceChange(Settings):
    """An exact replacement in the source of a reference."""

    old: Annotated[str, Field(min_length=1)]
    new: str
    times: Annotated[int, Field(gt=0)] = 1
    """How often `old` stands there; any other number is an error, as the reference was edited."""


class Mutant(Settings):
    """A reference with a mistake, or with one in each of several models."""

    name: str
    framework: KnownFramework
    models: tuple[str, ...] = ()
    """What the submission builds; empty for every model that a submission is asked for."""
    changes: tuple[SourceChange, ...] = ()
    append: str = ""
    """Code at the end of the file; a `build_*` that it calls is not called a second time."""
    budget: Budget = "quick"
    """Under which it is graded: mistakes of training show where models are judged as submitted."""
    loses: Annotated[Losses, Field(min_length=1)]
    """What the mistakes cost; every check that isn't named keeps its points, in every task."""


class Alternative(Settings):
    """Another right solution, in the folder `alternatives`."""

    file: str
    """A file, or a folder with a notebook or script and its modules."""
    tasks: tuple[str, ...] = ()
    """What it builds; empty for every task that a submission is asked for."""
    budget: Budget = "quick"
    """Under which it is graded."""


class VerifySettings(Settings):
    """All of the file."""

    schema_version: Literal[1]
    flake_limit: Annotated[float, Field(ge=0, le=1)] = 0.01
    """Of a check's verdicts, how many may differ between repetitions: a right submission fails in less than 1%."""
    base: dict[KnownFramework, str] = Field(default_factory=dict)
    """Code at the end of each reference, such as its training, to which changes apply as well."""
    mutants: tuple[Mutant, ...]
    alternatives: tuple[Alternative, ...]

    @property
    def covered(self) -> set[str]:
        """Checks in which some mutant must lose points; what others take of a mutant is reported and fails nothing."""
        return {check for mutant in self.mutants for losses in mutant.loses.values() for check in losses}


def load(assignment: Assignment) -> VerifySettings:
    """Read the file; `AssignmentError` says what is wrong with it."""
    path = assignment.folder / "verify.toml"
    try:
        settings = VerifySettings.model_validate(tomllib.loads(path.read_text("utf-8")))
    except FileNotFoundError as error:
        raise AssignmentError(f"{path} doesn't exist; it lists mutants and alternatives (docs/verify.md)") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, ValidationError) as error:
        raise AssignmentError(f"{path} isn't what docs/verify.md describes: {error}") from error
    if problems := list(_problems(assignment, settings)):
        raise AssignmentError(f"{path}: {'; '.join(problems)}")
    return settings


def _problems(assignment: Assignment, settings: VerifySettings) -> list[str]:
    """Names that the assignment doesn't know."""
    tasks = {task.id for task in assignment.graded_tasks}
    models = {model for task in assignment.graded_tasks for model in task.accepts}
    found = []
    for mutant in settings.mutants:
        checks = {check for losses in mutant.loses.values() for check in losses}
        named = (
            ("tasks", set(mutant.loses), tasks | {RUN}),
            ("checks", checks, set(assignment.checks)),
            ("models", set(mutant.models), models),
        )
        found += [
            f"mutant {mutant.name!r} names unknown {kind} {sorted(names - known)}; known: {', '.join(sorted(known))}"
            for kind, names, known in named
            if names - known
        ]
    for alternative in settings.alternatives:
        if unknown := set(alternative.tasks) - tasks:
            found.append(f"alternative {alternative.file!r} names unknown tasks {sorted(unknown)}")
    return found
