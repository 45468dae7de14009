"""A graded class as a report tells it: what exports read, so that they carry what was published and nothing else."""

from __future__ import annotations

import json
from functools import cached_property
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from suite.errors import UsageError
from suite.records import NOBODY, Identity, Language, Outcome
from suite.report.folder import PAGES
from suite.report.page_name import page_name


class Published(BaseModel):
    """Base: other fields of the file are ignored."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class PublishedVerdict(Published):
    """What one check says."""

    check: str
    task: str
    model: str
    outcome: Outcome
    points: float
    max_points: float
    message: str
    details: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The check, and of which task."""
        return f"{self.check} ({self.task})" if self.task else self.check

    @property
    def passed(self) -> bool:
        """Whether nothing is to be said against it."""
        return self.outcome is Outcome.PASS

    @property
    def sentences(self) -> str:
        """All that it says, a sentence a line."""
        return "\n".join(dict.fromkeys((self.message, *self.details)))


class PublishedCause(Published):
    """A cause that was recognised."""

    message: str


class PublishedResult(Published):
    """One submission."""

    submission: str
    source: str
    identity: Annotated[Identity, Field(validation_alias="student")] = NOBODY
    status: Outcome
    score: float | None
    max_score: float
    waiting: float = 0.0
    message: str
    notes: tuple[str, ...] = ()
    seconds: float | None = None
    diagnoses: tuple[PublishedCause, ...] = ()
    verdicts: tuple[PublishedVerdict, ...] = ()

    @property
    def final(self) -> bool:
        """Whether it has a mark for which nobody waits."""
        return self.score is not None and not self.waiting

    @property
    def feedback(self) -> str:
        """What the student should read, a sentence a line."""
        lines = [self.message, *(cause.message for cause in self.diagnoses)]
        lines += [f"{each.name}: {each.message}" for each in self.verdicts if not each.passed]
        return "\n".join(dict.fromkeys(lines))


class GradedClass(Published):
    """A report."""

    assignment: str
    language: Language
    notes: tuple[str, ...] = ()
    results: tuple[PublishedResult, ...]
    folder: Path = Path()

    def page(self, result: PublishedResult) -> bytes | None:
        """The page of a submission; `None` if it isn't there any more."""
        try:
            return (self.folder / PAGES / page_name(result.submission)).read_bytes()
        except OSError:
            return None

    @cached_property
    def unfinished(self) -> list[PublishedResult]:
        """Those without a mark, or whose mark waits for a person."""
        return [result for result in self.results if not result.final]


def read_graded(folder: Path) -> GradedClass:
    """The report in a folder; `UsageError` says what is missing or wrong."""
    path = folder / "results.json"
    try:
        document = json.loads(path.read_bytes())
        return GradedClass.model_validate({**document, "folder": folder})
    except OSError as error:
        raise UsageError(
            "{folder} holds no report: expected results.json, as suite grade writes it ({reason}); name the "
            "folder of a report",
            folder=folder,
            reason=error.strerror,
        ) from error
    except (ValueError, TypeError, ValidationError) as error:
        first = str(error).splitlines()[0]
        raise UsageError(
            "{path} isn't a report of suite grade ({first}); run suite report {folder}",
            path=path,
            first=first,
            folder=folder,
        ) from error
