"""Puts together what the shards of a class have graded, whether they have ended or not."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from suite.assignments import Assignment, Expected
from suite.errors import UsageError
from suite.grading.shards import Shard, ShardMember, read_manifests
from suite.grading.store import find_evidence
from suite.judging import checks, diagnoses
from suite.records import NOBODY, Evidence, Language, Outcome, Result, Submission, Text, text
from suite.records.evidence_json import FOLDER as EVIDENCE


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """A class, as far as its shards have graded it."""

    language: Language
    """That of the first shard."""
    results: list[Result]
    """Everybody's, by name; those without a result have no score."""
    missing: dict[str, list[str]]
    """Names without a result by shard, such as `3/40`."""

    def describe(self) -> list[Text]:
        """A sentence for each shard that isn't done."""
        return [
            text("shard_missing", shard=shard, count=len(names), names=", ".join(names[:5]))
            for shard, names in self.missing.items()
        ]


def merge(store: Path, assignment: Assignment, expected: Expected) -> Merged:
    """Judge all evidence of a store's class; whoever has none is named, with the shard to run again."""
    manifests = read_manifests(store)
    if foreign := {manifest.assignment for manifest in manifests} - {assignment.name}:
        raise UsageError(
            "{store} holds shards of {other}, too; give each assignment a store of its own",
            store=store,
            other=foreign.pop(),
        )
    latest = manifests[-1]
    count = latest.count
    members = {member.submission: member for manifest in manifests for member in manifest.members}
    evidence = find_evidence(
        store / EVIDENCE, {(member.submission, member.content_hash) for member in members.values()}, assignment.name
    )
    results, missing = [], dict[str, list[str]]()
    for place, name in enumerate(sorted({name for manifest in manifests for name in manifest.names})):
        shard = str(Shard(place % count + 1, count))
        member = members.get(name)
        found = evidence.get((name, member.content_hash)) if member else None
        results.append(_judge(name, member, found, shard, assignment, expected))
        if found is None and (member is None or member.problem is None):
            missing.setdefault(shard, []).append(name)
    return Merged(language=manifests[0].language, results=results, missing=missing)


def _judge(  # noqa: PLR0913, PLR0917 - called only by `merge`
    name: str,
    member: ShardMember | None,
    evidence: Evidence | None,
    shard: str,
    assignment: Assignment,
    expected: Expected,
) -> Result:
    """The result of one submission of the class."""
    told = Submission(
        student=name,
        source=member.source if member else name,
        identity=member.identity if member else NOBODY,
        content_hash=member.content_hash if member else "",
    )
    if evidence is not None:
        ran = replace(told, notebook=evidence.run.notebook)
        return diagnoses.explain(checks.judge(ran, assignment, expected, evidence))
    if member is None or member.problem is None:
        problem, ungraded = text("not_graded_yet", shard=shard), True
    else:
        problem, ungraded = member.problem, member.status is not Outcome.ERROR
    return checks.judge_unreadable(replace(told, problem=problem, ungraded=ungraded), assignment)
