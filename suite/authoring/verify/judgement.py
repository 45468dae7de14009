"""Compares what a case lost with what it must lose, and repetitions with each other; it runs nothing."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from suite.assignments import Assignment
from suite.authoring.verify.cases import Case
from suite.authoring.verify.settings import RUN
from suite.records import ProofStatus, Result
from suite.text import FIRST
from suite.text.language import fill

Place: TypeAlias = tuple[str, str]
"""(task, check)."""
DiscrepancyKind: TypeAlias = Literal[
    "survives", "keeps", "amount", "loses", "not graded", "untested", "uncovered", "unnoticed"
]
NO_FAULT = ("untested", "uncovered", "unnoticed")
ROUNDING = 0.005
"""Tolerance as a share of a check's points: shares and scores have two digits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Discrepancy:
    """One way in which a case differs from what was expected."""

    kind: DiscrepancyKind
    """A mistake that cost nothing; a check that lost no points, the wrong share, or points that it must keep; or no
    result at all. Two kinds are no fault: `untested`, the check was left out here, for example without the real data;
    `uncovered`, no mutant in verify.toml says what it must lose in this check. And what rules made may be no mistake:
    `unnoticed`, it cost nothing."""
    task: str
    """ModelTask id, or `run`."""
    check: str = ""
    """Name of the check; empty if it applies to all."""
    expected: float | None = None
    """Share of the points that must be lost; `None` for any share."""
    observed: float = 0.0
    """Share that was lost."""
    reason: str = ""
    """Why there is no result; empty otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedCase:
    """A case after all repetitions."""

    case: Case
    """What was graded."""
    results: tuple[Result, ...]
    """One per repetition."""
    findings: tuple[Discrepancy, ...]
    """Discrepancies of all repetitions, each once; empty if all is well."""
    lost: Mapping[Place, float]
    """Largest share that was lost, by task and check."""

    @property
    def wrong(self) -> bool:
        """Whether some discrepancy is a fault."""
        return any(finding.kind not in NO_FAULT for finding in self.findings)


@dataclass(frozen=True, slots=True, kw_only=True)
class Flake:
    """How often one check's verdicts differ between repetitions."""

    check: str
    """Name of the check."""
    verdicts: int
    """Number of verdicts, one per case and task."""
    differing: int
    """Number of verdicts whose outcome or points weren't the same in every repetition."""

    @property
    def rate(self) -> float:
        """Share of verdicts that differ."""
        return self.differing / self.verdicts if self.verdicts else 0.0


def judge(case: Case, results: Sequence[Result], covered: Container[str]) -> JudgedCase:
    """Compare every repetition with what the case must lose; `covered` are the checks that some mutant names."""
    losses = [losses_of(case, result) for result in results]
    found = [
        finding
        for result, lost in zip(results, losses, strict=True)
        for finding in (
            [_ungraded(result)]
            if result.score is None
            else _find_unnoticed(case, lost, result)
            if case.generated
            else _compare(case, lost, left_out(result), covered)
        )
    ]
    places = dict.fromkeys(place for lost in losses for place in lost)
    return JudgedCase(
        case=case,
        results=tuple(results),
        findings=tuple(dict.fromkeys(found)),
        lost={place: max(lost.get(place, 0.0) for lost in losses) for place in places},
    )


def losses_of(case: Case, result: Result) -> dict[Place, float]:
    """Share of its points that each check lost, in the tasks that the case builds."""
    return {
        (verdict.task or RUN, verdict.check): 1 - verdict.points / verdict.max_points
        for verdict in result.verdicts
        if (verdict.task or RUN) in case.tasks and verdict.max_points
    }


def left_out(result: Result) -> set[Place]:
    """Checks that didn't apply here, so that nobody can lose their points."""
    return {(verdict.task or RUN, verdict.check) for verdict in result.verdicts if not verdict.max_points}


def flakes(cases: Sequence[JudgedCase], assignment: Assignment) -> list[Flake]:
    """One per check of the assignment; points that a case may lose or keep (`"maybe"`) aren't counted."""
    seen: dict[tuple[str, str, str], set[tuple[str, float]]] = {}
    for judged in cases:
        for result in judged.results:
            for verdict in result.verdicts:
                if judged.case.loses.get(verdict.task or RUN, {}).get(verdict.check) == "maybe":
                    continue
                place = judged.case.name, verdict.task, verdict.check
                seen.setdefault(place, set()).add((verdict.outcome, round(verdict.points, 2)))
    return [
        Flake(
            check=check,
            verdicts=sum(place[2] == check for place in seen),
            differing=sum(place[2] == check and len(forms) > 1 for place, forms in seen.items()),
        )
        for check in assignment.checks
    ]


def _ungraded(result: Result) -> Discrepancy:
    """The discrepancy for a failure of the harness."""
    return Discrepancy(
        kind="not graded",
        task=RUN,
        reason=fill("{reason}", {"reason": result.summary.key} | result.summary.values, FIRST),
    )


def _find_unnoticed(case: Case, lost: Mapping[Place, float], result: Result) -> list[Discrepancy]:
    """Tasks in which a generated mistake cost nothing; the reason is `equal` where the model is proved to be right."""
    proved = {each.task for each in result.comparisons if each.proof_status is ProofStatus.PROVED}
    return [
        Discrepancy(kind="unnoticed", task=task, reason="equal" if task in proved else "")
        for task in case.loses
        if not any(place[0] == task and share > ROUNDING for place, share in lost.items())
    ]


def _compare(
    case: Case, lost: Mapping[Place, float], unheard: Container[Place], covered: Container[str]
) -> list[Discrepancy]:
    """What differs in one repetition."""
    findings = []
    for task, due in case.loses.items():
        certain = {check: share for check, share in due.items() if share != "maybe"}
        expected = {check: share for check, share in certain.items() if (task, check) not in unheard}
        findings += [Discrepancy(kind="untested", task=task, check=check) for check in certain.keys() - expected.keys()]
        if expected and all(lost.get((task, check), 0.0) <= ROUNDING for check in expected):
            findings.append(Discrepancy(kind="survives", task=task))
            continue
        for check, share in expected.items():
            observed = lost.get((task, check), 0.0)
            if observed <= ROUNDING:
                findings.append(Discrepancy(kind="keeps", task=task, check=check, expected=_share(share)))
            elif not isinstance(share, str) and abs(observed - share) > ROUNDING:
                rounded = round(observed, 3)
                findings.append(Discrepancy(kind="amount", task=task, check=check, expected=share, observed=rounded))
    for (task, check), observed in lost.items():
        if observed > ROUNDING and check not in case.loses.get(task, {}):
            unknown = case.kind == "mutant" and task != RUN and check not in covered
            kind: DiscrepancyKind = "uncovered" if unknown else "loses"
            findings.append(Discrepancy(kind=kind, task=task, check=check, expected=0.0, observed=round(observed, 3)))
    return findings


def _share(share: float | Literal["some", "maybe"]) -> float | None:
    return None if isinstance(share, str) else share
