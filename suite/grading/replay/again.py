"""Runs a stored submission again: the same files, seeds, budget and data; then says what differs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from suite.assignments import Assignment
from suite.errors import EvidenceError, UsageError
from suite.grading.collect import is_there, read_source
from suite.grading.plan import GradingPlan
from suite.grading.replay.rejudge import ROUNDING
from suite.grading.replay.stored import StoredResult
from suite.records import Evidence, Outcome, Proof, Provenance, Result, Submission
from suite.sandbox import Sandbox

SHOWN = 12  # characters of a hash: enough to tell two apart


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictRow:
    """One verdict of the stored run and of the new one."""

    check: str
    """Name of the check."""
    task: str
    """Id of the task; empty for the run as a whole."""
    model: str
    """The assignment's model; empty for the run as a whole."""
    before: tuple[Outcome, float, Any] | None
    """(outcome, points, observed); `None` if there was no such verdict."""
    after: tuple[Outcome, float, Any] | None
    """The same, now."""

    @property
    def same(self) -> bool:
        """Whether outcome and points agree."""
        if self.before is None or self.after is None:
            return False
        return self.before[0] is self.after[0] and abs(self.before[1] - self.after[1]) <= ROUNDING


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """The stored run and the new one compared."""

    rows: tuple[VerdictRow, ...]
    """One per verdict."""
    circumstances: tuple[tuple[str, str, str], ...]
    """(what, before, now) of each circumstance that differs."""
    distances: int
    """Number of distances of the functional proof that both runs measured."""
    moved: int
    """Number of distances that differ in any digit."""

    @property
    def same(self) -> bool:
        """Whether every verdict is the same."""
        return all(row.same for row in self.rows)


def find_submission(result: StoredResult, origin: Provenance, source: Path | None) -> Submission:
    """The files that were graded; `UsageError` if they were moved or have changed."""
    path = source or Path(result.source)
    if not is_there(path):
        raise UsageError(
            "{submission} was read from {path}, which isn't there any more; name its place with --source",
            submission=result.submission,
            path=path,
        )
    found = read_source(path, origin.main)
    if found.content_hash != origin.content_hash:
        raise UsageError(
            "{path} isn't what was graded: expected SHA-256 {expected}, seen {seen}; put back the files that "
            "were handed in, name their place with --source, or grade what is there anew",
            path=path,
            expected=origin.content_hash,
            seen=found.content_hash or "none",
        )
    return replace(found, student=origin.submission, source=origin.source)


def plan_again(
    origin: Provenance, assignment: Assignment, sandbox: Sandbox, environment: Mapping[str, str]
) -> GradingPlan:
    """The plan of the stored run; `EvidenceError` if the assignment no longer has its budget."""
    if origin.budget not in assignment.budgets:
        raise EvidenceError(
            "the submission ran under the budget {budget!r}, which {name} lacks",
            budget=origin.budget,
            name=assignment.name,
        )
    return GradingPlan(
        assignment=assignment,
        budget=origin.budget,
        sandbox=sandbox,
        jobs=1,
        environment=environment,
        store=None,
        seed=origin.seed,
        probe_seed=origin.probe_seed,
    )


def compare(stored: StoredResult, before: Evidence, result: Result) -> Replayed:
    """Verdicts, circumstances and distances of the stored run beside those of the new one."""
    assert result.evidence is not None  # noqa: S101 - the caller has run it
    old = {(v.check, v.task, v.model): (v.outcome, v.points, v.observed) for v in stored.verdicts}
    new = {(v.check, v.task, v.model): (v.outcome, v.points, v.observed) for v in result.verdicts}
    rows = tuple(
        VerdictRow(check=place[0], task=place[1], model=place[2], before=old.get(place), after=new.get(place))
        for place in dict.fromkeys([*old, *new])
    )
    measured, again = list(_distances(before)), list(_distances(result.evidence))
    moved = sum(one != other for one, other in zip(measured, again, strict=False))
    return Replayed(
        rows=rows,
        circumstances=tuple(_circumstances(before, result.evidence)),
        distances=max(len(measured), len(again)),
        moved=moved + abs(len(measured) - len(again)),
    )


def _circumstances(before: Evidence, after: Evidence) -> Iterator[tuple[str, str, str]]:
    """(what, before, now) of each circumstance that differs between two runs."""
    old, new = dict(_describe(before)), dict(_describe(after))
    for what in dict.fromkeys([*old, *new]):
        if old.get(what) != new.get(what):
            yield what, old.get(what, "–"), new.get(what, "–")


def _describe(evidence: Evidence) -> Iterator[tuple[str, str]]:
    """(name, value) of each circumstance of a run."""
    yield "sandbox", evidence.run.sandbox
    yield "runtime", evidence.runtime
    yield "data", evidence.data
    origin = evidence.provenance
    if origin is None:
        return
    yield "suite", origin.suite
    yield "code", origin.code[:SHOWN]
    yield "assignment", origin.fingerprint[:SHOWN]
    yield from ((f"reference ({framework})", digest[:SHOWN]) for framework, digest in origin.references.items())
    yield from origin.libraries.items()


def _distances(evidence: Evidence) -> Iterator[float | None]:
    """Everything that the functional proof measured, in order."""
    proofs: Iterator[Proof] = (proof for model in evidence.models for proof in model.proofs)
    for proof in proofs:
        yield proof.difference
        yield from (move.difference for move in proof.movements)
