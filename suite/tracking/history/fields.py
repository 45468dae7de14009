"""Types of the fields that files may hold: whatever passes them can be computed with and stored anywhere."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import ErrorDetails

from suite.text.untrusted import clean, encodable
from suite.tracking.history.settings import LEAST_SECONDS, MOST_COUNT, MOST_LOG_RATIO, MOST_SECONDS

UNKNOWN = "unknown"
"""How a branch that nobody knows is shown and named; stored it is empty."""
NO_BRANCH = ("HEAD", "(detached head)", "(unknown)", UNKNOWN)
COMMIT = re.compile(r"[0-9a-f]{7,64}")
SHOWN = 40


def _plain(text: object) -> object:
    """Text that every database and file can hold; what isn't text stays as it is."""
    return encodable(text).replace("\0", "\N{REPLACEMENT CHARACTER}") if isinstance(text, str) else text


def _storable(value: Any) -> Any:
    """A JSON value without NaN or infinite numbers."""
    json.dumps(value, allow_nan=False)
    return value


def as_branch(name: str | None) -> str:
    """A branch's name; empty for the words by which tools say that they know none."""
    named = (name or "").removeprefix("refs/heads/")
    return "" if named in NO_BRANCH else named


def as_commit(name: str | None) -> str:
    """A commit's hash; empty for anything else, such as `unversioned`."""
    lowered = (name or "").lower()
    return lowered if COMMIT.fullmatch(lowered) else ""


def as_utc(moment: datetime) -> datetime:
    """A time in UTC; one without a zone is taken for UTC. `ValueError` if it lies beyond what can be stored."""
    try:
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except OverflowError:
        raise ValueError("expected a time that exists in UTC") from None


def _number(least: float, most: float, what: str) -> BeforeValidator:
    """Holds a finite number to its limits; text that looks like a number is none."""

    def check(value: object) -> object:
        if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
            raise ValueError(f"expected {what}, from {least:g} to {most:g}")
        return value

    return BeforeValidator(check)


Plain = Annotated[str, BeforeValidator(_plain)]
"""Text in which what can't be stored is replaced."""
Name = Annotated[str, BeforeValidator(_plain), Field(min_length=1)]
Seconds = Annotated[float, _number(LEAST_SECONDS, MOST_SECONDS, "a time above 0 seconds")]
Duration = Annotated[float, _number(0, MOST_SECONDS, "a time of 0 seconds or more")]
LogRatio = Annotated[float, _number(-MOST_LOG_RATIO, MOST_LOG_RATIO, "the logarithm of a ratio")]
Rate = Annotated[float, _number(LEAST_SECONDS, MOST_COUNT, "a number above 0")]
Count = Annotated[int, _number(0, MOST_COUNT, "a number of 0 or more")]
Moment = Annotated[datetime, AfterValidator(as_utc)]
Storable = Annotated[Any, AfterValidator(_storable)]
"""Any JSON that doesn't hold NaN or infinite numbers."""


def explain(problems: Iterable[ErrorDetails]) -> str:
    """Each problem with its field, what was expected and what was found."""
    return "; ".join(_explain(problem) for problem in problems)


def _explain(problem: ErrorDetails) -> str:
    place = ".".join(map(str, problem["loc"]))
    if problem["type"] == "missing":
        return f"{place} is missing"
    said = problem["msg"].removeprefix("Value error, ").replace("Input should be", "expected")
    return f"{place or 'the whole'}: {said}{_found(problem['input'])}"


def _found(value: object) -> str:
    if isinstance(value, Mapping | list):
        return f", found {'an object' if isinstance(value, Mapping) else 'a list'}"
    if isinstance(value, int) and not math.isfinite(_as_float(value)):
        return ", found a number of hundreds of digits"
    return f", found {clean(encodable(json.dumps(value, ensure_ascii=False, default=str)), SHOWN)}"


def _as_float(value: int) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf
