"""The file `verify.toml` of an assignment: its mutants, and which tasks each of its alternatives builds."""

from __future__ import annotations

import tomllib
from typing import Annotated, Literal, TypeAlias

from pydantic import Field, ValidationError

from suite.assignments import Assignment, Budget
from suite.assignments.settings import Settings
from suite.errors import AssignmentError, Words, joined
from suite.frameworks import KnownFramework

RUN = "run"
"""Used like a task's name for the verdicts on the run as a whole."""
OtherFile: TypeAlias = Literal["functions", "solution"]
Share: TypeAlias = Annotated[float, Field(gt=0, le=1)]
Losses: TypeAlias = dict[str, dict[str, Share | Literal["some", "maybe"]]]
"""By task and check, the share of points to be lost; `"some"` is any share above 0, `"maybe"` any share."""


class SourceChange(Settings):
    """An exact replacement in the source of a reference."""

    old: Annotated[str, Field(min_length=1)]
    new: str
    times: Annotated[int, Field(gt=0)] = 1
    """How often `old` must occur; any other number is an error, as the reference was edited."""


class Mutant(Settings):
    """A reference with a mistake, or with one in each of several models."""

    name: str
    framework: KnownFramework | OtherFile
    """Whose file it is made from: a framework's models, `functions.py`, or `solution.py` for open tasks."""
    models: tuple[str, ...] = ()
    """Models that the submission builds; empty for all that submissions are asked for."""
    changes: tuple[SourceChange, ...] = ()
    append: str = ""
    """Code at the end of the file; a `build_*` that it calls is not called a second time."""
    budget: Budget = "quick"
    """Budget under which it is graded; training mistakes show only under one that judges models as submitted."""
    loses: Annotated[Losses, Field(min_length=1)]
    """What the mistakes cost; every check that isn't named must keep its points, in every task."""


class Alternative(Settings):
    """Another right solution, in the folder `alternatives`."""

    file: str
    """A file, or a folder with a notebook or script and its modules."""
    tasks: tuple[str, ...] = ()
    """Tasks that it builds; empty for all that submissions are asked for."""
    budget: Budget = "quick"
    """Budget under which it is graded."""


class VerifySettings(Settings):
    """The whole file."""

    schema_version: Literal[1] = 1
    flake_limit: Annotated[float, Field(ge=0, le=1)] = 0.01
    """Share of a check's verdicts that may differ between repetitions: a right submission fails in less than 1%."""
    generate: bool = False
    """Whether mistakes are made in the references, too, beside those that are written here."""
    base: dict[KnownFramework | OtherFile, str] = Field(default_factory=dict)
    """Code added at the end of each framework's reference, such as its training; mutants may change it too."""
    mutants: tuple[Mutant, ...] = ()
    alternatives: tuple[Alternative, ...] | None = None
    """Without this key all that lie in the folder, each for every task."""

    @property
    def covered(self) -> set[str]:
        """Checks in which some mutant must lose points; losses in other checks are reported but aren't a failure."""
        return {check for mutant in self.mutants for losses in mutant.loses.values() for check in losses}


def load(assignment: Assignment) -> VerifySettings:
    """Read the file, without which mistakes are made by rules; `AssignmentError` says what is wrong with it."""
    path = assignment.folder / "verify.toml"
    try:
        settings = VerifySettings.model_validate(tomllib.loads(path.read_text("utf-8")))
    except FileNotFoundError:
        return VerifySettings(generate=True)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, ValidationError) as error:
        raise AssignmentError("{path} isn't what docs/verify.md describes: {error}", path=path, error=error) from error
    if problems := list(_problems(assignment, settings)):
        raise AssignmentError("{path}: {problems}", path=path, problems=joined(problems))
    return settings


def _problems(assignment: Assignment, settings: VerifySettings) -> list[Words]:
    """Problems with names that the assignment doesn't know."""
    tasks = {task.id for task in assignment.judged_tasks}
    models = {model for task in assignment.model_tasks for model in task.accepts}
    found = []
    for mutant in settings.mutants:
        checks = {check for losses in mutant.loses.values() for check in losses}
        named = (
            (Words("tasks"), set(mutant.loses), tasks | {RUN}),
            (Words("checks"), checks, set(assignment.checks)),
            (Words("models"), set(mutant.models), models),
        )
        found += [
            Words(
                "mutant {name!r} names unknown {kind} {unknown}; known: {known}",
                name=mutant.name,
                kind=kind,
                unknown=", ".join(sorted(names - known)),
                known=", ".join(sorted(known)),
            )
            for kind, names, known in named
            if names - known
        ]
    for alternative in settings.alternatives or ():
        if unknown := set(alternative.tasks) - tasks:
            found.append(
                Words(
                    "alternative {file!r} names unknown tasks {unknown}",
                    file=alternative.file,
                    unknown=", ".join(sorted(unknown)),
                )
            )
    return found
