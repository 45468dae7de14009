"""The one sentence on a submission: the cause that costs most points; of equal ones, what happened first.

A cause is an error with all that follows from it, a wrong model, or models that are missing. Points that a check takes
for what follows from a cause count as that cause's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from suite.judging.checks.error_causes import ErrorCause
from suite.judging.checks.found_models import describe_models, name_model
from suite.judging.checks.interface import CheckContext, model_error
from suite.judging.checks.match import Match
from suite.judging.checks.runs import explain_cell
from suite.records import Model, Outcome, Run, Text, Verdict, text

EXPLAINS_ERROR = frozenset(("needs_sequence",))
"""Findings on a model that say why building it raised."""
NO_MODEL = frozenset(("model_missing", "model_missing_found"))
TASKS_SHOWN = 8
RIGHT_SO_FAR = (Outcome.PASS, Outcome.WAITING)
Key = tuple[str, int | str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """What to say first about a submission."""

    message: Text
    """The sentence."""
    cell: int | None = None
    """Index of the notebook cell that raised, if an error is the cause."""
    task: str = ""
    """Id of the task whose model is wrong, if that is the cause."""


@dataclass(slots=True, kw_only=True)
class _Cause:
    """Verdicts with the same cause, in the order of the checks."""

    headline: Headline
    lost: float = 0.0
    verdicts: list[Verdict] = field(default_factory=list)


def find_headline(context: CheckContext, verdicts: Sequence[Verdict]) -> Headline:
    """The cause that costs most points."""
    wrong = [v for v in verdicts if v.outcome not in RIGHT_SO_FAR and v.points < v.max_points]
    if not wrong:
        return Headline(message=say_right(verdicts))
    causes: dict[Key, _Cause] = {}
    for verdict in wrong:
        for key, lost, headline in _blame(context, verdict):
            cause = causes.setdefault(key, _Cause(headline=headline))
            cause.lost += lost
            cause.verdicts.append(verdict)
    costliest = max(causes, key=lambda key: (round(causes[key].lost, 6), -_order(context, key)))
    cause = causes[costliest]
    return _say_missing(context, cause) if costliest[0] == "missing" else _say_sure(cause)


def say_right(verdicts: Sequence[Verdict]) -> Text:
    """What is said where no verdict is wrong: that some wait for a person, or that all is right."""
    silent = (*RIGHT_SO_FAR, Outcome.SKIPPED, Outcome.INCONCLUSIVE)
    told = [verdict for verdict in verdicts if verdict.outcome not in silent]
    waiting = sum(verdict.max_points for verdict in verdicts if verdict.outcome is Outcome.WAITING)
    if told:
        return told[0].message
    return text("all_right_so_far", points=f"{waiting:g}") if waiting else text("all_right")


def _order(context: CheckContext, key: Key) -> int:
    """What happened first: errors by their cells, then models by their tasks."""
    kind, which = key
    if kind == "cell":
        return int(which)
    return 1_000_000 + next((n for n, match in enumerate(context.matches) if match.task.id == which), 0)


def _blame(context: CheckContext, verdict: Verdict) -> Iterator[tuple[Key, float, Headline]]:
    """The causes of one verdict, each with the points that it cost and what it would say as headline."""
    lost = verdict.max_points - verdict.points
    if not verdict.task:
        yield from _blame_run(context, verdict, lost)
        return
    match = next((match for match in context.matches if match.task.id == verdict.task), None)
    if match is None:  # a function or a value
        yield _blame_result(context, verdict, lost)
        return
    error = _prevented_by(context, match, verdict)
    if error is not None:
        message = verdict.message if verdict.message.key in EXPLAINS_ERROR else None
        yield ("cell", error.cell.index), lost, _about_error(context.evidence.run, error, message)
    elif match.model is None and _stopped(context):
        yield ("run", ""), lost, Headline(message=_why_stopped(context, verdict))
    elif verdict.message.key in NO_MODEL:
        yield ("missing", ""), lost, Headline(message=verdict.message)
    else:
        yield ("task", verdict.task), lost, Headline(message=verdict.message, task=verdict.task)


def _blame_result(context: CheckContext, verdict: Verdict, lost: float) -> tuple[Key, float, Headline]:
    """The error because of which a function or a value isn't there, or the result itself."""
    is_missing = verdict.outcome is Outcome.SKIPPED
    if is_missing and context.errors:
        error = context.errors[0]
        return ("cell", error.cell.index), lost, _about_error(context.evidence.run, error)
    if is_missing and _stopped(context):
        return ("run", ""), lost, Headline(message=_why_stopped(context, verdict))
    return ("task", verdict.task), lost, Headline(message=verdict.message, task=verdict.task)


def _blame_run(context: CheckContext, verdict: Verdict, lost: float) -> Iterator[tuple[Key, float, Headline]]:
    """Each cell that didn't run costs the same."""
    run = context.evidence.run
    failed = max(sum(cell.outcome is not Outcome.PASS for cell in run.cells), 1)
    left = failed
    for error in context.errors if verdict.check == "runs" else ():
        left -= len(error.cells)
        yield ("cell", error.cell.index), lost * len(error.cells) / failed, _about_error(run, error)
    if left > 0:
        yield ("run", ""), lost * left / failed, Headline(message=verdict.message)


def _about_error(run: Run, error: ErrorCause, message: Text | None = None) -> Headline:
    return Headline(message=message or explain_cell(run, error.cell), cell=error.cell.index)


def _stopped(context: CheckContext) -> bool:
    return context.evidence.run.stopped is not None or bool(context.evidence.silent)


def _why_stopped(context: CheckContext, verdict: Verdict) -> Text:
    """The limit or accident that ended the run."""
    evidence = context.evidence
    return text("silent", reason=evidence.silent) if evidence.silent else evidence.run.stopped or verdict.message


def _prevented_by(context: CheckContext, match: Match, verdict: Verdict) -> ErrorCause | None:
    """The error because of which there is no model, or only the beginning of one, or one that wasn't trained."""
    evidence, model = context.evidence, match.model
    if model is None:
        foreign = verdict.message.key == "no_reference"
        return None if foreign or _stopped(context) else model_error(context)
    error = next((e for e in context.errors if any(cell.index == model.cell for cell in e.cells)), None)
    if error is not None and _is_unfinished(model, match):
        return error
    if verdict.message.key in {"accuracy_untrained", "metric_untrained"} and evidence.run.cells:
        return next((e for e in context.errors if any(cell.index >= model.cell for cell in e.cells)), None)
    return None


def _is_unfinished(model: Model, match: Match) -> bool:
    """Whether an error in the cell that makes the model has left only a part of it."""
    return not model.finished or bool(model.problem) or len(model.layers) < len(match.reference.layers)


def _say_sure(cause: _Cause) -> Headline:
    """A cause by what is surely wrong; by a doubt only if there is nothing else."""
    headline = cause.headline
    telling = [verdict.message for verdict in cause.verdicts if verdict.message.key in EXPLAINS_ERROR]
    if headline.cell is not None and telling:
        return Headline(message=telling[0], cell=headline.cell)
    if not headline.task:
        return headline
    failed = [v.message for v in cause.verdicts if v.outcome not in (Outcome.INCONCLUSIVE, Outcome.SKIPPED)]
    return Headline(message=failed[0] if failed else headline.message, task=headline.task)


def _say_missing(context: CheckContext, cause: _Cause) -> Headline:
    """All tasks without a model in one sentence, with what was found instead."""
    names = list(dict.fromkeys(verdict.model for verdict in cause.verdicts))
    if len(names) == 1:
        return cause.headline
    taken = {match.place for match in context.matches}
    unused = [model for place, model in enumerate(context.evidence.models) if place not in taken]
    values: dict[str, str | float] = {
        "missing": len(names),
        "tasks": len(context.matches),
        "lacking": ", ".join(names[:TASKS_SHOWN]),
        "found": "; ".join(_say_found(context, match) for match in context.matches[:TASKS_SHOWN] if match.model) or "–",
    }
    if not unused:
        return Headline(message=text("models_missing", **values))
    values["models"] = describe_models(unused, context.evidence.run)
    return Headline(message=text("models_missing_found", **values))


def _say_found(context: CheckContext, match: Match) -> str:
    """Which model stands for a task: `mnist_lstm = Sequential model [3]`."""
    return f"{match.model_id} = {name_model(match.model, context.evidence.run)}" if match.model else match.model_id
