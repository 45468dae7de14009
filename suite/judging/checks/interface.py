"""What a check is, what it gets and what it gives: registered by the entry point group `checks`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from suite.assignments import AccuracySettings, Calibration, ProofSettings, ThroughputSettings
from suite.judging.checks.match import Match
from suite.records import Evidence, Outcome, Text, Verdict, text

Need: TypeAlias = Literal["proof", "metrics", "timing"]
"""Evidence that costs something to make: models compared with the references, measured on held-out rows, timed."""


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
    options: Mapping[str, Any] = field(default_factory=dict)
    """What the assignment sets for this check, besides its points."""


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
) -> Verdict:
    """A verdict on one task."""
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
    )


def verdict_without_model(
    check: str, context: CheckContext, match: Match, max_points: float, expected: object
) -> Verdict:
    """The verdict where there is no model to look at: skipped if the run explains it, else a failure."""
    run = context.evidence.run
    broken = run.stopped is not None or any(cell.outcome is not Outcome.PASS for cell in run.cells)
    skipped = broken or bool(context.evidence.silent)
    outcome = Outcome.SKIPPED if skipped else Outcome.FAIL
    return verdict_on(
        check, match, outcome, 0.0, max_points, _why_none(context, match, skipped=skipped), expected=expected
    )


def _why_none(context: CheckContext, match: Match, *, skipped: bool) -> Text:
    """Say that there is no model, or none of a framework in which the assignment has a reference."""
    foreign = {model.framework for model in context.evidence.models} - match.frameworks
    if foreign and not any(model.framework in match.frameworks for model in context.evidence.models):
        return text("no_reference", seen=", ".join(sorted(foreign)), expected=", ".join(sorted(match.frameworks)))
    return text("no_model_after_error" if skipped else "no_model")
