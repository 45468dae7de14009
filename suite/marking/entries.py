"""The entries of a ledger: who says what of which submission. Here bytes become records."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter

from suite.records import Author

MAX_TEXT = 20_000
Points = Annotated[float, Field(ge=0, le=1e6, allow_inf_nan=False)]
Hours = Annotated[float, Field(ge=-1e6, le=1e6, allow_inf_nan=False)]
LongText = Annotated[str, Field(max_length=MAX_TEXT)]
Words = Annotated[str, Field(min_length=1, max_length=MAX_TEXT)]


def new_id() -> str:
    """An identifier that no other entry has, whoever writes at the same time."""
    return secrets.token_hex(8)


class LedgerEntry(BaseModel):
    """What every entry says."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    schema_version: Literal[1] = 1
    id: Annotated[str, Field(min_length=1, max_length=64)] = Field(default_factory=new_id)
    """The entry's own, by which others name it."""
    who: Annotated[str, Field(min_length=1, max_length=200)]
    """The name under which it was entered."""
    when: AwareDatetime
    """When, with the offset of that place."""

    @property
    def author(self) -> Author:
        """Who and when, for pages."""
        return Author(who=self.who, when=self.when.isoformat(timespec="seconds"), entry=self.id)


class SubmissionEntry(LedgerEntry):
    """An entry on one submission."""

    submission: str
    """Its name."""
    content_hash: str = ""
    """SHA-256 of what had been handed in when this was written; empty where nothing could be read."""


class MarkEntry(SubmissionEntry):
    """Points of a manual task by its rubric; a later one replaces it."""

    action: Literal["mark"] = "mark"
    task: str
    """Id of the task."""
    points: dict[str, Points]
    """Points by the id of the criterion; one that isn't here gets none."""
    comments: dict[str, tuple[LongText, ...]] = Field(default_factory=dict)
    """Comments by the id of the criterion."""
    comment: LongText = ""
    """A comment on the whole."""


class OverrideEntry(SubmissionEntry):
    """Points of a check in place of those that it gave, or of the whole; a later one replaces it."""

    action: Literal["override"] = "override"
    check: str = ""
    """Name of the check; empty for the total, before anything is taken off for lateness."""
    task: str = ""
    """Id of the task; empty for a check of the whole run."""
    model: str | None = None
    """The verdict's model, where a task has verdicts on several; `None` for the first one."""
    points: Points
    """The points that count instead."""
    reason: Words
    """Why."""


class CommentEntry(SubmissionEntry):
    """A comment on a submission."""

    action: Literal["comment"] = "comment"
    about: str = ""
    """The check or task that it is about; empty for the whole."""
    comment: Words
    """What it says."""


class GroupCommentEntry(LedgerEntry):
    """A comment for everybody with a diagnosis, also those who are graded later."""

    action: Literal["group comment"] = "group comment"
    cause: str
    """Name of the diagnosis."""
    comment: Words
    """What it says."""


class RequestEntry(SubmissionEntry):
    """A student's request to look again."""

    action: Literal["request"] = "request"
    about: str = ""
    """The check or task that it is about; empty for the whole."""
    request: Words
    """What the student says."""


class AnswerEntry(LedgerEntry):
    """The answer to a request; what it changes are entries of their own."""

    action: Literal["answer"] = "answer"
    request: str
    """Identifier of the request's entry."""
    answer: Words
    """What it says."""


class ExtensionEntry(SubmissionEntry):
    """A later deadline for one student; a later entry replaces it. It holds whatever is handed in."""

    action: Literal["extension"] = "extension"
    hours: Annotated[Hours, Field(ge=0)]
    """By how much the deadline is put off."""
    reason: LongText = ""
    """Why; it isn't shown on the student's page."""


class LateEntry(SubmissionEntry):
    """When a submission came; a later entry replaces it."""

    action: Literal["late"] = "late"
    hours: Hours
    """Hours after the deadline; 0 or less is in time."""


class WithdrawalEntry(LedgerEntry):
    """Takes an entry back, as if it had never been made; nothing is ever removed."""

    action: Literal["withdrawal"] = "withdrawal"
    entry: str
    """Identifier of that entry."""


AnyEntry = (
    MarkEntry
    | OverrideEntry
    | CommentEntry
    | GroupCommentEntry
    | RequestEntry
    | AnswerEntry
    | ExtensionEntry
    | LateEntry
    | WithdrawalEntry
)
ADAPTER: TypeAdapter[AnyEntry] = TypeAdapter(Annotated[AnyEntry, Field(discriminator="action")])


def now() -> datetime:
    """This moment, with the offset of this place."""
    return datetime.now().astimezone().replace(microsecond=0)
