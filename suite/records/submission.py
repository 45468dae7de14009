"""What a student handed in, read once."""

from __future__ import annotations

from dataclasses import dataclass

from suite.records.message import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFile:
    """One file of a submission, read once, so that later changes on disk can't matter."""

    path: str
    """Relative path with forward slashes, inside the submission's folder."""
    content: bytes
    """The bytes as they were handed in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who handed something in, as far as the place where it was handed in, or a roster, says; empty is unknown."""

    id: str = ""
    """The student's number or account there."""
    name: str = ""
    """The full name, or the group's."""
    email: str = ""
    """The address."""
    attempt: int = 0
    """Which attempt it is, from 1."""
    late: bool = False
    """Whether it came late, by what that place says."""
    group: str = ""
    """The group or section."""
    listed: str = ""
    """Number, account or address on the class list, by which a variant is drawn; empty where there is no list."""


NOBODY = Identity()


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """What one student handed in, ready to run."""

    student: str
    """What the student is called in the report, by download, roster, file or folder; unique within a class."""
    source: str
    """The path as the instructor gave it, for messages."""
    files: tuple[SourceFile, ...] = ()
    """All files to put into the working folder."""
    main: str = ""
    """Path of the file to run, among `files`; empty if `problem` is set."""
    notebook: str = ""
    """The notebook to run, as nbformat 4 JSON; empty if `problem` is set."""
    content_hash: str = ""
    """SHA-256 of all paths and contents, hexadecimal; empty where nothing could be read."""
    problem: Text | None = None
    """Why it can't run at all, such as invalid JSON."""
    remarks: tuple[Text, ...] = ()
    """What its page says of how it was handed in, such as which links weren't followed."""
    identity: Identity = NOBODY
    """Who handed it in."""
    ungraded: bool = False
    """The problem may not be the student's doing, such as a path that doesn't exist: no score instead of zero."""
