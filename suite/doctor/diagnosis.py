"""The data classes for what `suite doctor` found."""

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
    """It is present."""
    NOTE = "note"
    """Something is missing that grading doesn't need."""
    WEAK = "weak"
    """Grading works, but weaker or with less than it could."""
    MISSING = "missing"
    """Something is missing that grading needs: the machine isn't ready."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was examined."""

    name: str
    """Stable name, for programs."""
    area: Area
    """Area under which it is shown."""
    title: Text
    """Short name, for a person."""
    status: Status
    """What it means for grading."""
    said: tuple[Text, ...]
    """What was found, in sentences."""
    remedies: tuple[Text, ...] = ()
    """How to get what is missing."""
    facts: Mapping[str, Fact] = field(default_factory=dict)
    """What was found, for programs; `None` if it doesn't exist or can't be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineReport:
    """The whole examination."""

    findings: tuple[Finding, ...]
    """In the order in which they are shown."""
    sandbox: str | None
    """Sandbox that `--sandbox auto` takes; `None` where none works."""
    refused: tuple[str, ...]
    """Stronger sandboxes that don't work here."""
    sources: Mapping[str, str]
    """Source of each dataset that isn't damaged, by name."""
    runtimes: tuple[str, ...]
    """Runtimes whose frameworks are installed."""
    jobs: int
    """Submissions that `suite grade` runs at a time by default."""

    @property
    def lacking(self) -> tuple[Finding, ...]:
        """What grading needs and doesn't have."""
        return tuple(finding for finding in self.findings if finding.status is Status.MISSING)

    @property
    def ready(self) -> bool:
        """Whether grading can work, with real isolation."""
        return not self.lacking
