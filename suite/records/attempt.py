"""The record of how a student's earlier attempt was judged."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol

from suite.records.run import Outcome


class Judged(Protocol):
    """A verdict, fresh or stored."""

    @property
    def check(self) -> str:
        """Name of the check."""

    @property
    def points(self) -> float:
        """Points gained."""

    @property
    def max_points(self) -> float:
        """The most points possible."""


def points_by_check(verdicts: Iterable[Judged]) -> dict[str, tuple[float, float]]:
    """Points gained and possible, by check, over all its tasks."""
    points: dict[str, tuple[float, float]] = {}
    for verdict in verdicts:
        gained, most = points.get(verdict.check, (0.0, 0.0))
        points[verdict.check] = gained + verdict.points, most + verdict.max_points
    return points


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierAttempt:
    """What other files of the same student got in the same report before."""

    status: Outcome
    score: float | None
    max_score: float
    points: dict[str, tuple[float, float]] = field(default_factory=dict)
    """Points gained and possible, by check, over all its tasks."""
