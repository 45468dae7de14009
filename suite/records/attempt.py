"""The record of how a student's earlier attempt was judged."""

from __future__ import annotations

from dataclasses import dataclass, field

from suite.records.run import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierAttempt:
    """What other files of the same student got in the same report before."""

    status: Outcome
    score: float | None
    max_score: float
    points: dict[str, tuple[float, float]] = field(default_factory=dict)
    """Points gained and possible, by check, over all its tasks."""
