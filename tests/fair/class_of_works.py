"""Grades the works of an assignment as one class, with fresh seeds each time, and tells what is judged unfairly."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from suite import assignments
from suite.grading.one_submission import collect_source
from suite.grading.pipeline import Progress, grade
from suite.grading.plan import GradingPlan
from suite.records import Result, SourceFile, Submission, Verdict
from suite.sandbox import Sandbox
from suite.text.language import say
from tests.conftest import ROOT
from tests.fair.works import WORKS, Work

MAIN = "practica.ipynb"


@dataclass(frozen=True, slots=True, kw_only=True)
class GradedWork:
    """A work and what each repetition gave it."""

    name: str
    """Its name, unique in its assignment together with `right`."""
    work: Work
    """What was graded."""
    right: bool
    """Whether all points are due to it."""
    results: tuple[Result, ...]
    """One a repetition."""

    @property
    def title(self) -> str:
        """Its name and whether it is right."""
        return _student(self.name, self.right)

    @property
    def losses(self) -> list[str]:
        """What each check that took points said, of all repetitions; "not graded" where there is no result."""
        return list(dict.fromkeys(line for result in self.results for line in self._lost(result)))

    @property
    def unfair(self) -> bool:
        """Whether right work lost points, wrong work kept all, or there is no result, in some repetition."""
        return any(result.score is None or bool(self._lost(result)) == self.right for result in self.results)

    @property
    def differing(self) -> int:
        """The number of verdicts whose outcome or points weren't the same in every repetition."""
        return sum(len(forms) > 1 for forms in self._forms().values())

    @property
    def verdicts(self) -> int:
        """The number of verdicts on its tasks, each counted once."""
        return len(self._forms())

    def _forms(self) -> dict[tuple[str, str], set[tuple[str, float]]]:
        forms: dict[tuple[str, str], set[tuple[str, float]]] = {}
        for result in self.results:
            for verdict in self._judged(result):
                form = verdict.outcome, round(verdict.points, 2)
                forms.setdefault((verdict.task, verdict.check), set()).add(form)
        return forms

    def _judged(self, result: Result) -> list[Verdict]:
        """The verdicts on the run and on the tasks that it does."""
        tasks = self.work.tasks
        return [v for v in result.verdicts if not tasks or not v.task or v.task in tasks]

    def _lost(self, result: Result) -> list[str]:
        if result.score is None:
            return [f"not graded: {say(result.summary, 'en')}"]
        lost = [verdict for verdict in self._judged(result) if verdict.points < verdict.max_points]
        return [f"{verdict.task or 'run'} {verdict.check}: {say(verdict.message, 'en')}" for verdict in lost]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grading:
    """How works are graded."""

    sandbox: Sandbox
    """What holds them."""
    jobs: int = 2
    """Works at a time."""
    repetitions: int = 1
    """How often each is graded, with other seeds of the frameworks and of the host's random inputs."""
    only: tuple[str, ...] = ()
    """Words of which the name must hold one; empty for every work."""


def choose(assignment: str, only: Sequence[str] = ()) -> list[tuple[str, Work, bool]]:
    """The works of an assignment with their names and whether they are right."""
    works = WORKS[assignment]
    every = [(works.right, True), (works.wrong, False)]
    chosen = [(name, work, right) for kind, right in every for name, work in kind.items()]
    return [entry for entry in chosen if not only or any(word in entry[0] for word in only)]


def grade_class(assignment: str, grading: Grading, seen: Callable[[GradedWork], None]) -> list[GradedWork]:
    """Grade the works of an assignment; `seen` is called with each as soon as it is graded, in every repetition."""
    works = {_student(name, right): (name, work, right) for name, work, right in choose(assignment, grading.only)}
    known = assignments.load(assignment, ROOT / "reference")
    expected = assignments.load_expected(known)

    def graded(student: str, *results: Result) -> GradedWork:
        name, work, right = works[student]
        return GradedWork(name=name, work=work, right=right, results=results)

    progress = Progress(started=lambda _: None, finished=lambda student, result: seen(graded(student, result)))
    submissions = [_submission(student, work) for student, (_, work, _) in works.items()]
    rounds = [
        grade(submissions, _plan(known, grading, seed), expected, progress) for seed in range(grading.repetitions)
    ]
    return [graded(student, *results) for student, results in zip(works, zip(*rounds, strict=True), strict=True)]


def _plan(assignment: assignments.Assignment, grading: Grading, seed: int) -> GradingPlan:
    """Without a store, so that nothing is recalled, and with a new seed of the host's inputs for each submission."""
    environment: Mapping[str, str] = os.environ
    return GradingPlan(
        assignment=assignment,
        budget="quick",
        sandbox=grading.sandbox,
        jobs=grading.jobs,
        environment=environment,
        store=None,
        seed=seed,
    )


def _student(name: str, right: bool) -> str:  # noqa: FBT001 - as the works are listed
    return f"{'right' if right else 'wrong'} {name}"


def _submission(student: str, work: Work) -> Submission:
    return collect_source(student, (SourceFile(path=MAIN, content=work.notebook()),), MAIN, student)
