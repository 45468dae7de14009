"""The records of an examination."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal, TypeAlias

from suite.records import Text

Area: TypeAlias = Literal["machine", "isolation", "frameworks", "data", "tools"]
Fact: TypeAlias = str | int | float | bool | tuple[str, ...] | None


class Status(StrEnum):
    """What a finding means for grading."""

    GOOD = "good"
    """It is there."""
    NOTE = "note"
    """Grading works as well without what is lacking."""
    WEAK = "weak"
    """Grading works, but weaker or with less than it could."""
    MISSING = "missing"
    """Grading needs it: the machine isn't ready."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at."""

    name: str
    """Stable name, for programs."""
    area: Area
    """What it belongs to."""
    title: Text
    """Short name, for a person."""
    status: Status
    """What it means for grading."""
    said: tuple[Text, ...]
    """What was seen, in sentences."""
    remedies: tuple[Text, ...] = ()
    """How to get what is lacking."""
    facts: Mapping[str, Fact] = field(default_factory=dict)
    """What was seen, for programs; `None` stands for what isn't there or can't be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineReport:
    """The whole examination."""

    findings: tuple[Finding, ...]
    """In the order in which they are shown."""
    sandbox: str | None
    """Sandbox that `--sandbox auto` takes; `None` where none works."""
    refused: tuple[str, ...]
    """Stronger ones, which don't work here."""
    sources: Mapping[str, str]
    """Where each dataset comes from that isn't damaged."""
    runtimes: tuple[str, ...]
    """Runtimes whose frameworks are installed."""
    jobs: int
    """Submissions that `suite grade` runs at a time unless told otherwise."""
    suggested_jobs: int
    """Submissions at a time that the cores and the memory at hand are enough for; 1 or more."""

    @property
    def lacking(self) -> tuple[Finding, ...]:
        """What grading needs and doesn't have."""
        return tuple(finding for finding in self.findings if finding.status is Status.MISSING)

    @property
    def ready(self) -> bool:
        """Whether grading can work, with real isolation."""
        return not self.lacking
