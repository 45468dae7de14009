"""Grades a class in parts that share one store; `merging` puts together what is there.

`shards/3-of-40.json` in the store says what shard 3 grades and what of it can't be run; the evidence lies beside it,
named by what it depends on. So no machine waits for another, a part that is run twice is the same part, and a machine
that is lost loses what it was doing and nothing else.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from suite.assignments import Assignment
from suite.errors import EvidenceError, UsageError
from suite.files import naming, write_atomically
from suite.records import NOBODY, Identity, Language, Outcome, Result, Submission, Text

FOLDER = "shards"
_FORM = re.compile(r"([0-9]{1,6})/([0-9]{1,6})")


@dataclass(frozen=True, slots=True)
class Shard:
    """One part of a class."""

    number: int
    """From 1 to `count`."""
    count: int
    """Parts in all."""

    @classmethod
    def parse(cls, written: str) -> Self:
        """`3/40`; `UsageError` for anything else."""
        found = _FORM.fullmatch(written)
        number, count = map(int, found.groups()) if found else (0, 0)
        if not 1 <= number <= count:
            raise UsageError(
                "a shard is written as 3/40, the third of forty parts, and not as {written!r}", written=written
            )
        return cls(number, count)

    def __str__(self) -> str:
        return f"{self.number}/{self.count}"

    def choose(self, submissions: Sequence[Submission]) -> list[Submission]:
        """Those of a class that are this shard's: every `count`th by name, so that all parts are of one size."""
        return sorted(submissions, key=lambda submission: submission.student)[self.number - 1 :: self.count]


class ShardMember(BaseModel):
    """One submission of a shard."""

    model_config = ConfigDict(frozen=True)
    submission: str
    source: str
    identity: Identity = NOBODY
    """Who handed it in."""
    content_hash: str
    problem: Text | None
    """Why it can't be run, or why the harness failed."""
    status: Outcome | None
    """Outcome where there is a problem; `None` where there is none."""


class Manifest(BaseModel):
    """What a shard grades, written before the first submission runs and once more at the end."""

    model_config = ConfigDict(frozen=True)
    schema_version: Literal[1] = 1
    assignment: str
    language: Language
    number: int
    count: int
    names: tuple[str, ...]
    """The whole class, so that one shard is enough to know who is missing."""
    members: tuple[ShardMember, ...]
    """Those that this shard grades."""
    ended: bool = False

    def write(self, store: Path) -> None:
        """Write it into a store; `UsageError` if the class was divided in another way there."""
        others = {found.count for found in read_manifests(store)} - {self.count}
        if others:
            raise UsageError(
                "{store} holds parts of a class in {seen} shards, not in {count}; remove the folder {folder} to "
                "divide it anew: the evidence beside it is used again",
                store=store,
                seen=others.pop(),
                count=self.count,
                folder=store / FOLDER,
            )
        with naming(store / FOLDER):
            (store / FOLDER).mkdir(parents=True, exist_ok=True)
        path = store / FOLDER / f"{self.number}-of-{self.count}.json"
        write_atomically(path, self.model_dump_json(indent=1).encode(), durable=True)


def begin(
    shard: Shard, class_of: Sequence[Submission], assignment: Assignment, language: Language, store: Path
) -> tuple[list[Submission], Manifest]:
    """The shard's submissions, and its manifest, which now lies in the store."""
    chosen = shard.choose(class_of)
    manifest = Manifest(
        assignment=assignment.name,
        language=language,
        number=shard.number,
        count=shard.count,
        names=tuple(sorted(submission.student for submission in class_of)),
        members=tuple(
            ShardMember(
                submission=each.student,
                source=each.source,
                identity=each.identity,
                content_hash=each.content_hash,
                problem=each.problem,
                status=(Outcome.SKIPPED if each.ungraded else Outcome.ERROR) if each.problem else None,
            )
            for each in chosen
        ),
    )
    manifest.write(store)
    return chosen, manifest


def end(manifest: Manifest, results: Sequence[Result], store: Path) -> None:
    """Say in the store that the shard is done, and which submissions the harness failed for."""
    failed = {result.submission: result for result in results if result.status is Outcome.HARNESS_ERROR}
    members = tuple(
        member.model_copy(update={"problem": failed[member.submission].summary, "status": Outcome.HARNESS_ERROR})
        if member.submission in failed
        else member
        for member in manifest.members
    )
    manifest.model_copy(update={"members": members, "ended": True}).write(store)


def read_manifests(store: Path) -> list[Manifest]:
    """What the shards of a store say, in order; `EvidenceError` names a damaged file."""
    found = []
    for path in sorted((store / FOLDER).glob("*-of-*.json")):
        try:
            found.append(Manifest.model_validate(json.loads(path.read_bytes())))
        except (OSError, ValueError, ValidationError, RecursionError) as error:
            raise EvidenceError(
                "{path} is damaged ({error}); remove it and run this shard again", path=path, error=error
            ) from error
    return sorted(found, key=lambda manifest: manifest.number)
