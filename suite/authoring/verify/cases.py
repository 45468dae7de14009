"""Makes submissions from the settings, each with the points that it must lose."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from suite.assignments import Assignment, Budget, ModelTask, Task
from suite.authoring.verify.mistakes import Mistake, make_mistakes, make_training_mistakes, names_reached
from suite.authoring.verify.rewrites import rewrite
from suite.authoring.verify.settings import RUN, Alternative, Losses, Mutant, VerifySettings
from suite.errors import AssignmentError, UsageError
from suite.grading.collect import collect
from suite.grading.one_submission import collect_source
from suite.grading.reference_files import read_functions, read_references, read_solution
from suite.records import SourceFile, Submission

FUNCTIONS, SOLUTION = "functions", "solution"
"""Stand for the files of these names where a mutant names the framework of its reference."""
MOST_GENERATED = 24
"""Mistakes that are made in all references together; each is a submission to be graded."""
CaseKind = Literal["reference", "mutant", "alternative"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One submission and its expected result."""

    name: str
    """Unique in the assignment; also the submission's student name."""
    kind: CaseKind
    """The reference itself, a mutant of it, or another right solution."""
    submission: Submission
    """What is graded."""
    tasks: tuple[str, ...]
    """Ids of the tasks that it builds, and `run`; other tasks are ignored."""
    loses: Losses
    """What it must lose; empty for a right solution."""
    budget: Budget = "quick"
    """Budget under which it is graded."""
    generated: bool = False
    """Whether its mistake was made by rules: it must cost something in each task, whatever it is."""


def read_cases(assignment: Assignment, settings: VerifySettings) -> list[Case]:
    """Every case: references, mutants, alternatives. `AssignmentError` names an entry that doesn't fit the files."""
    references: dict[str, Submission] = dict(read_references(assignment)) if assignment.model_ids else {}
    others = {FUNCTIONS: read_functions(assignment), SOLUTION: read_solution(assignment)}
    references |= {name: file for name, file in others.items() if file is not None}
    mutants = [*(_mutate(assignment, settings, mutant, references[mutant.framework]) for mutant in settings.mutants)]
    whole = _whole(settings, references) if settings.generate else {}
    mutants += _generate(assignment, settings, whole)
    otherwise = _rewrite(assignment, settings, whole)
    cases = [
        *_unchanged(assignment, settings, references, whole),
        *mutants,
        *_alternatives(assignment, settings),
        *otherwise,
    ]
    names = [case.name for case in cases]
    if twice := {name for name in names if names.count(name) > 1}:
        raise AssignmentError("verify.toml names more than one case {twice}", twice=", ".join(sorted(twice)))
    return cases


def select(cases: Sequence[Case], words: Sequence[str]) -> list[Case]:
    """The cases whose name contains one of the words; all cases if there are no words."""
    chosen = [case for case in cases if not words or any(word in case.name for word in words)]
    if not chosen:
        raise UsageError(
            "no case is called so: {words}; known: {known}",
            words=", ".join(words),
            known=", ".join(case.name for case in cases),
        )
    return chosen


def _whole(settings: VerifySettings, references: Mapping[str, Submission]) -> dict[str, Submission]:
    """The references that rules may change: where `base` trains those of some framework, the others aren't right."""
    fixed = {FUNCTIONS, SOLUTION}
    return {name: file for name, file in references.items() if not settings.base or name in {*settings.base, *fixed}}


def _with_base(settings: VerifySettings, framework: str, source: str) -> str:
    """A reference's source with what goes on with it."""
    return f"{source}\n{settings.base.get(framework, '')}"


def _unchanged(
    assignment: Assignment,
    settings: VerifySettings,
    references: Mapping[str, Submission],
    whole: Collection[str],
) -> Iterator[Case]:
    """The unchanged references, with each choice of models that some mutant makes; they must lose nothing."""
    untrained = [mutant for mutant in settings.mutants if mutant.budget == "quick"]
    choices = [(mutant.framework, mutant.models) for mutant in untrained]
    choices += [(framework, ()) for framework in whole]
    for framework, models in dict.fromkeys(choices):
        name = f"{framework} reference" + (f" ({', '.join(models)})" if models else "")
        plain = Mutant(name=name, framework=framework, models=models, loses={RUN: {}})
        yield replace(
            _mutate(assignment, settings, plain, references[framework]), name=name, kind="reference", loses={}
        )


def _mutate(assignment: Assignment, settings: VerifySettings, mutant: Mutant, reference: Submission) -> Case:
    """A case whose submission is the reference's file with the mutant's changes."""
    (file,) = reference.files
    source = f"{_with_base(settings, mutant.framework, file.content.decode())}\n{mutant.append}"
    for change in mutant.changes:
        if (times := source.count(change.old)) != change.times:
            raise AssignmentError(
                "mutant {name!r}: {old!r} is expected {times} times in {source} and stands there {seen} times; "
                "adapt verify.toml",
                name=mutant.name,
                old=change.old,
                times=change.times,
                source=reference.source,
                seen=times,
            )
        source = source.replace(change.old, change.new)
    try:
        ast.parse(source)
    except SyntaxError as error:
        raise AssignmentError(
            "mutant {name!r} isn't Python any more: {error}; adapt verify.toml", name=mutant.name, error=error
        ) from error
    tasks = _built_tasks(assignment, mutant)
    if unbuilt := mutant.loses.keys() - {task.id for task in tasks} - {RUN}:
        raise AssignmentError(
            "mutant {name!r} loses points in {tasks}, which it doesn't build",
            name=mutant.name,
            tasks=", ".join(sorted(unbuilt)),
        )
    return _written(
        f"{mutant.framework}: {mutant.name}",
        reference,
        _leave_out(source, assignment, mutant.models),
        tasks,
        loses=mutant.loses,
        budget=mutant.budget,
    )


def _written(  # noqa: PLR0913 - what a case is made of
    name: str,
    reference: Submission,
    source: str,
    tasks: Sequence[Task],
    *,
    loses: Losses,
    kind: CaseKind = "mutant",
    budget: Budget = "quick",
    generated: bool = False,
) -> Case:
    """A case whose submission is the reference's file with other words in it."""
    (file,) = reference.files
    changed = SourceFile(path=file.path, content=source.encode())
    return Case(
        name=name,
        kind=kind,
        submission=collect_source(name, (changed,), file.path, reference.source),
        tasks=(RUN, *(task.id for task in tasks)),
        loses=loses,
        budget=budget,
        generated=generated,
    )


def _generate(assignment: Assignment, settings: VerifySettings, references: Mapping[str, Submission]) -> Iterator[Case]:
    """A case for each mistake that rules make in a reference; it must cost something in every task that it reaches."""
    for framework, reference in references.items():
        source = reference.files[0].content.decode()
        most = MOST_GENERATED // len(references)
        for mistake, tasks, models in _mistakes(assignment, settings, framework, source, most):
            yield _written(
                f"{framework}: {mistake.name}",
                reference,
                _with_base(settings, framework, _leave_out(mistake.source, assignment, models)),
                tasks,
                loses={task.id: {} for task in tasks},
                generated=True,
            )


def _mistakes(
    assignment: Assignment, settings: VerifySettings, framework: str, source: str, most: int
) -> Iterator[tuple[Mistake, Sequence[Task], Sequence[str]]]:
    """Each mistake in a file with the tasks that it reaches, and the models that are built; empty for all of them."""
    if framework == SOLUTION:  # any model may answer, so only learning nothing is sure to be one
        yield from ((mistake, assignment.open_tasks, ()) for mistake in make_training_mistakes(source))
        return
    roots = _roots(assignment, framework)
    for mistake in make_mistakes(source, most):
        reached = [name for name in roots if mistake.scope in names_reached(source, roots[name])]
        tasks = [task for task in _asked(assignment, framework) if not _names(task).isdisjoint(reached)]
        if tasks:
            yield mistake, tasks, reached if framework not in {FUNCTIONS, *settings.base} else []


def _rewrite(assignment: Assignment, settings: VerifySettings, references: Mapping[str, Submission]) -> Iterator[Case]:
    """A case for each way in which rules write a reference otherwise; it must lose nothing."""
    for framework, reference in references.items():
        for found in rewrite(reference.files[0].content.decode(), framework):
            yield _written(
                f"{framework}: {found.name}",
                reference,
                _with_base(settings, framework, found.source),
                assignment.model_tasks,
                loses={},
                kind="alternative",
            )


def _roots(assignment: Assignment, framework: str) -> dict[str, str]:
    """For each model, function and value of a file the top-level name that makes it."""
    if framework == FUNCTIONS:
        return {task.names[0]: task.names[0] for task in assignment.result_tasks}
    return {model: f"build_{model}" for model in assignment.model_ids}


def _asked(assignment: Assignment, framework: str) -> Sequence[Task]:
    return assignment.result_tasks if framework == FUNCTIONS else assignment.model_tasks


def _names(task: Task) -> set[str]:
    """What the file of references calls it."""
    return set(task.accepts) if isinstance(task, ModelTask) else set(getattr(task, "names", ())[:1])


def _built_tasks(assignment: Assignment, mutant: Mutant) -> Sequence[Task]:
    """The tasks that a mutant's file answers."""
    if mutant.framework == FUNCTIONS:
        return assignment.result_tasks
    if mutant.framework == SOLUTION:
        return assignment.open_tasks
    return [task for task in assignment.model_tasks if not mutant.models or set(task.accepts) & set(mutant.models)]


def _leave_out(source: str, assignment: Assignment, models: Sequence[str]) -> str:
    """The source with the builders of all other models renamed, so that they aren't called."""
    for model in assignment.model_ids:
        if models and model not in models:
            source = re.sub(rf"^def build_{model}\(", f"def left_out_{model}(", source, flags=re.MULTILINE)
    return source


def _alternatives(assignment: Assignment, settings: VerifySettings) -> Iterator[Case]:
    """Each entry with its file; an entry without a file and a file without an entry are errors."""
    folder = assignment.folder / "alternatives"
    found = {submission.source: submission for submission in (collect([folder]) if folder.is_dir() else [])}
    listed = settings.alternatives
    if listed is None:
        listed = tuple(Alternative(file=Path(source).relative_to(folder).as_posix()) for source in found)
    entries = {str(folder / entry.file): entry for entry in listed}
    if apart := found.keys() ^ entries.keys():
        raise AssignmentError(
            "verify.toml and {folder} don't name the same alternatives: {apart}",
            folder=folder,
            apart=", ".join(sorted(apart)),
        )
    for path, entry in entries.items():
        yield _alternative(assignment, entry, found[path])


def _alternative(assignment: Assignment, entry: Alternative, submission: Submission) -> Case:
    if submission.problem is not None:
        raise AssignmentError(
            "the alternative {source} can't be run: {reason}", source=submission.source, reason=submission.problem.key
        )
    tasks = entry.tasks or tuple(task.id for task in assignment.judged_tasks)
    return Case(
        name=entry.file,
        kind="alternative",
        submission=replace(submission, student=entry.file),
        tasks=(RUN, *tasks),
        loses={},
        budget=entry.budget,
    )
