"""Grades the cases as a class, several times with fresh seeds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace

from suite.assignments import Expected
from suite.authoring.verify.cases import Case
from suite.authoring.verify.judgement import Flake, JudgedCase, flakes, judge
from suite.authoring.verify.settings import VerifySettings
from suite.grading.pipeline import Progress, grade
from suite.grading.plan import GradingPlan
from suite.records import Result

Show = Callable[[int], AbstractContextManager[Progress]]
"""Opens a progress bar for the given number of submissions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """The result of verifying one assignment."""

    assignment: str
    """Name of the assignment."""
    repetitions: int
    """How often every case was graded."""
    cases: tuple[JudgedCase, ...]
    """In the order of the file."""
    flakes: tuple[Flake, ...]
    """How often each check's verdicts differ."""
    flake_limit: float
    """Largest rate that is accepted."""

    @property
    def graded(self) -> bool:
        """Whether every case could be graded."""
        return not any(finding.kind == "not graded" for judged in self.cases for finding in judged.findings)

    @property
    def passed(self) -> bool:
        """Whether every case has the expected result and no check's verdicts differ too often."""
        steady = all(flake.rate <= self.flake_limit for flake in self.flakes)
        return steady and not any(judged.wrong for judged in self.cases)


def run(  # noqa: PLR0913 - what the command line knows
    cases: Sequence[Case],
    plan: GradingPlan,
    expected: Expected,
    settings: VerifySettings,
    *,
    repetitions: int,
    show: Show,
) -> Verification:
    """Grade all cases several times: frameworks are seeded with the repetition's number, probes with a new seed."""
    with show(repetitions * len(cases)) as progress:
        plans = [replace(plan, seed=plan.seed + number) for number in range(repetitions)]
        rounds = [_grade(cases, seeded, expected, progress) for seeded in plans]
    covered = settings.covered
    judged = tuple(
        judge(case, results, covered) for case, results in zip(cases, zip(*rounds, strict=True), strict=True)
    )
    return Verification(
        assignment=plan.assignment.name,
        repetitions=repetitions,
        cases=judged,
        flakes=tuple(flakes(judged, plan.assignment)),
        flake_limit=settings.flake_limit,
    )


def _grade(cases: Sequence[Case], plan: GradingPlan, expected: Expected, progress: Progress) -> list[Result]:
    """Each case under its budget; results in the order of the cases."""
    results: dict[str, Result] = {}
    for budget in dict.fromkeys(case.budget for case in cases):
        chosen = [case for case in cases if case.budget == budget]
        graded = grade([case.submission for case in chosen], replace(plan, budget=budget), expected, progress)
        results |= {case.name: result for case, result in zip(chosen, graded, strict=True)}
    return [results[case.name] for case in cases]
