"""What a check gets and gives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from suite.assignments import AccuracySettings, Calibration, ProofSettings, ThroughputSettings
from suite.judging.checks.match import Match
from suite.records import Evidence, Outcome, Verdict, text


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckContext:
    """One submission's evidence with its matched models."""

    evidence: Evidence
    """What was observed."""
    matches: tuple[Match, ...]
    """One a task."""
    proof: ProofSettings
    """What the functional proof counts as equal."""
    accuracy: AccuracySettings
    """How accuracy is judged."""
    calibration: Calibration
    """What the oracles reach."""
    throughput: ThroughputSettings = field(default_factory=ThroughputSettings)
    """How timings are judged."""


Check: TypeAlias = Callable[[CheckContext, float], list[Verdict]]
"""Takes a case and the points to be had; returns one verdict for the run, or one a task."""


def verdict_without_model(check: str, case: CheckContext, match: Match, max_points: float, expected: object) -> Verdict:
    """The verdict where there is no model to look at: skipped if the run explains it, else a failure."""
    run = case.evidence.run
    broken = run.stopped is not None or any(cell.outcome is not Outcome.PASS for cell in run.cells)
    return Verdict(
        check=check,
        model=match.model_id,
        outcome=Outcome.SKIPPED if broken or case.evidence.silent else Outcome.FAIL,
        points=0.0,
        max_points=max_points,
        expected=expected,
        observed=None,
        message=text("no_model_after_error" if broken or case.evidence.silent else "no_model"),
    )
