"""What lateness costs."""

from __future__ import annotations

import math
from datetime import datetime
from typing import Literal

from pydantic import AwareDatetime, Field

from suite.assignments.settings import Settings

HOURS_A_DAY = 24


class LatePolicy(Settings):
    """What a submission loses that came after the deadline; without this table nothing."""

    percent_per_day: float = Field(gt=0, le=100, examples=[10])
    """Percentage that is taken off for each day begun."""
    at_most: float = Field(default=100, gt=0, le=100)
    """The most that is taken off, in percent."""
    grace_hours: float = Field(default=0, ge=0)
    """Hours after the deadline, or after its extension, within which nothing is taken off; whoever comes later loses
    for the whole time."""
    percent_of: Literal["score", "max_score"] = "score"
    """Of what the percentage is taken: the points that were earned, or the most points possible."""
    deadline: AwareDatetime | None = None
    """When submissions were due, with an offset, such as `2026-11-20T23:59:00+01:00`; needed where a table says when
    each was handed in, not how late it was."""

    def days_of(self, hours: float, extension_hours: float) -> int:
        """Days begun that count of a submission that came so many hours after the deadline."""
        late = hours - extension_hours
        return math.ceil(round(late / HOURS_A_DAY, 9)) if late > self.grace_hours else 0

    def percent_for(self, days: int) -> float:
        """Percentage that so many days cost."""
        return min(days * self.percent_per_day, self.at_most)

    def hours_after(self, handed_in: datetime) -> float:
        """Hours from the deadline until then; less than 0 before it."""
        assert self.deadline is not None  # noqa: S101 - the caller has checked
        return (handed_in - self.deadline).total_seconds() / 3600
