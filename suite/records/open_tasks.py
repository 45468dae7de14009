"""The record of a model's score on rows that are held back."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricScore:
    """One model's answers in one open task."""

    task: str
    """Its id."""
    metric: str
    """The scorer."""
    rows: int = 0
    """Rows that it answered; 0 if there is no score."""
    score: float = 0.0
    """Its score."""
    low: float = 0.0
    """Lower end of the 95 % interval."""
    high: float = 0.0
    """Upper end."""
    problem: str = ""
    """Why there is no score: untrusted text."""
