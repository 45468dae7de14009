"""What a check is, what it gets and what it gives: registered by the entry point group `checks`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from suite.assignments import (
    COUNTED,
    AccuracySettings,
    Assignment,
    Calibration,
    DataKind,
    Distribution,
    ManualTask,
    Metric,
    OpenTask,
    ProofSettings,
    ResultTask,
    Task,
    ThroughputSettings,
)
from suite.judging.checks.error_causes import ErrorCause
from suite.judging.checks.found_models import describe_call, describe_models, describe_reference
from suite.judging.checks.match import Match
from suite.records import Evidence, Measure, Mode, Outcome, Text, Verdict, text

Need: TypeAlias = Literal["proof", "metrics", "timing", "results", "scores"]
"""Evidence that costs something to make: models compared with the references, measured on held-out rows, timed;
functions called and variables read; models scored in open tasks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckContext:
    """One submission's evidence with its matched models."""

    evidence: Evidence
    """What was observed."""
    matches: tuple[Match, ...]
    """One per task."""
    proof: ProofSettings
    """What the functional proof counts as equal."""
    accuracy: AccuracySettings
    """How accuracy is judged."""
    calibration: Calibration
    """Accuracies that the references reach."""
    throughput: ThroughputSettings = field(default_factory=ThroughputSettings)
    """How timings are judged."""
    errors: tuple[ErrorCause, ...] = ()
    """What stopped the notebook's cells, in their order."""
    options: Mapping[str, Any] = field(default_factory=dict)
    """What the assignment sets for this check, besides its points."""
    check: str = ""
    """The name under which the assignment asks for this check."""
    metrics: Mapping[str, Metric] = field(default_factory=dict)
    """What is measured of each model."""
    own_data: frozenset[str] = frozenset()
    """Names of the data that are the assignment's own, whose held-out rows nobody has."""
    result_tasks: tuple[ResultTask, ...] = ()
    """The tasks that ask for functions and values."""
    open_tasks: tuple[OpenTask, ...] = ()
    """Those that ask for any model within bounds."""
    manual_tasks: tuple[ManualTask, ...] = ()
    """Those that a person judges."""

    def metric_of(self, match: Match) -> Metric:
        """What is measured of the model of a task."""
        return self.metrics.get(match.model_id, COUNTED)

    def find_trainings(self, match: Match, mode: Mode) -> Distribution | None:
        """How the reference of a task trained; `None` if nothing was recorded for these data."""
        kind: DataKind = "stand-in" if self.evidence.stand_in else "real"
        budget, metric = self.evidence.budget, self.metric_of(match).name
        return self.calibration.find(match.model_id, match.framework, mode, budget, kind, metric)


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A question that is asked of every submission: how it is judged, and which evidence that takes."""

    name: str
    """As assignments name it; the catalogue has a sentence `check_<name>` for it."""
    judge: Callable[[CheckContext, float], list[Verdict]]
    """Takes the most points possible; returns one verdict for the run, or one per task. Arithmetic alone: the same
    evidence always gives the same verdicts."""
    needs: frozenset[Need] = frozenset()
    """Evidence that is made only if some check asks for it."""
    is_about_models: bool = False
    """Whether a cause in a wrong model explains why it failed."""
    options: frozenset[str] = frozenset()
    """Names of options that an assignment may set for it."""
    values: Mapping[str, str] = field(default_factory=dict)
    """Entries of the catalogue for the names of what it expects and observes; those without one are for programs."""
    judge_unseen: Callable[[Assignment], list[Verdict]] | None = None
    """What it says of a submission that can't run, if not that it is skipped."""


def verdict_on(  # noqa: PLR0913, PLR0917 - the fields of a verdict
    check: str,
    match: Match,
    outcome: Outcome,
    points: float,
    max_points: float,
    message: Text,
    *,
    expected: object = None,
    observed: object = None,
    details: tuple[Text, ...] = (),
    measure: Measure | None = None,
) -> Verdict:
    """A verdict on one task that asks for a model."""
    return Verdict(
        check=check,
        task=match.task.id,
        model=match.model_id,
        outcome=outcome,
        points=points,
        max_points=max_points,
        expected=expected,
        observed=observed,
        message=message,
        details=details,
        measure=measure,
    )


def verdict_on_task(  # noqa: PLR0913, PLR0917 - the fields of a verdict
    check: str,
    task: Task,
    outcome: Outcome,
    points: float,
    max_points: float,
    message: Text,
    *,
    expected: object = None,
    observed: object = None,
    measure: Measure | None = None,
) -> Verdict:
    """A verdict on one task of another kind, under the name that it has in the assignment."""
    return Verdict(
        check=check,
        task=task.id,
        model=task.names[0] if isinstance(task, ResultTask) else task.id,
        outcome=outcome,
        points=points,
        max_points=max_points,
        expected=expected,
        observed=observed,
        message=message,
        measure=measure,
    )


def verdict_without_model(
    check: str, context: CheckContext, match: Match, max_points: float, expected: object
) -> Verdict:
    """The verdict where there is no model to look at: skipped if the run explains it, else a failure."""
    run = context.evidence.run
    broken = run.stopped is not None or any(cell.outcome is not Outcome.PASS for cell in run.cells)
    skipped = broken or bool(context.evidence.silent)
    outcome = Outcome.SKIPPED if skipped else Outcome.FAIL
    return verdict_on(check, match, outcome, 0.0, max_points, _why_none(context, match), expected=expected)


def _why_none(context: CheckContext, match: Match) -> Text:
    """Say that there is no model for a task, why, and which models are there instead."""
    evidence, taken = context.evidence, {other.place for other in context.matches}
    foreign = {model.framework for model in evidence.models} - match.frameworks
    if foreign and not any(model.framework in match.frameworks for model in evidence.models):
        return text("no_reference", seen=", ".join(sorted(foreign)), expected=", ".join(sorted(match.frameworks)))
    if evidence.run.stopped is not None or evidence.silent:
        return text("no_model_after_error") if not evidence.models else text("model_after_error", model=match.model_id)
    if (error := model_error(context)) is not None:
        number = evidence.run.cells.index(error.cell) + 1
        return text("no_model_after_cell", model=match.model_id, cell=number, name=error.cell.error_name)
    if not evidence.models:
        return text("no_model")
    if not match.reference.layers:
        return text("model_missing_public", model=match.model_id, expected=describe_call(match.task, match.reference))
    unused = [model for place, model in enumerate(evidence.models) if place not in taken]
    values = {"model": match.model_id, "expected": describe_reference(match.task, match.reference)}
    if not unused:
        return text("model_missing", **values, count=len(evidence.models))
    return text("model_missing_found", **values, models=describe_models(unused, context.evidence.run))


def model_error(context: CheckContext) -> ErrorCause | None:
    """The first error that may have kept a model from being built: any, if there is no model; `None` without one."""
    likely = next((error for error in context.errors if error.makes_model), None)
    return likely or (context.errors[0] if context.errors and not context.evidence.models else None)
