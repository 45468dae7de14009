"""Checks: from evidence to verdicts, with arithmetic alone.

Nothing here runs or imports a submission; the same evidence always gives the same verdicts. Public: `judge`,
`all_checks`; `Check`, `CheckContext`, `verdict_on` and `verdict_without_model` for new ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache

from suite import plugins
from suite.assignments import Assignment, CheckSettings, Expected
from suite.errors import AssignmentError
from suite.judging.checks.error_causes import find_error_causes
from suite.judging.checks.headline import find_headline, say_right
from suite.judging.checks.interface import Check, CheckContext, Need, verdict_on, verdict_without_model
from suite.judging.checks.match import Match, match
from suite.judging.checks.notes import notes
from suite.judging.checks.proof_status import proof_status
from suite.records import (
    Curve,
    Evidence,
    Layer,
    LayerComparison,
    Outcome,
    Result,
    Submission,
    Text,
    Verdict,
    Weight,
    text,
)

__all__ = [
    "Check",
    "CheckContext",
    "all_checks",
    "judge",
    "judge_unreadable",
    "max_score",
    "needs",
    "say_right",
    "status_of",
    "verdict_on",
    "verdict_without_model",
]


@cache
def all_checks() -> dict[str, Check]:
    """Every check by its name."""
    return {check.name: check for check in plugins.load_all("checks").values()}


def find_checks(settings: Mapping[str, CheckSettings]) -> dict[str, Check]:
    """The checks of an assignment; `AssignmentError` names one that isn't there, or an option that it doesn't take."""
    known = all_checks()
    if unknown := set(settings) - known.keys():
        raise AssignmentError(
            "unknown checks {unknown}; known: {known}", unknown=", ".join(sorted(unknown)), known=", ".join(known)
        )
    for name, each in settings.items():
        if unknown := each.options.keys() - known[name].options:
            takes = ", ".join(("points", *sorted(known[name].options)))
            raise AssignmentError(
                "the check {name} takes no {unknown}; it takes {takes}",
                name=name,
                unknown=", ".join(sorted(unknown)),
                takes=takes,
            )
    return {name: known[name] for name in settings}


def needs(settings: Mapping[str, CheckSettings]) -> set[Need]:
    """All evidence that an assignment's checks ask for."""
    return {need for check in find_checks(settings).values() for need in check.needs}


def judge(submission: Submission, assignment: Assignment, expected: Expected, evidence: Evidence) -> Result:
    """Grade one submission from its evidence."""
    assignment = assignment.of(submission.identity)
    context = _context(assignment, expected, evidence)
    verdicts = tuple(
        verdict
        for name, check in find_checks(assignment.checks).items()
        for verdict in check.judge(
            replace(context, check=name, options=assignment.checks[name].options), assignment.checks[name].points
        )
    )
    headline = find_headline(context, verdicts)
    score = round(sum(verdict.points for verdict in verdicts), 2)
    return Result(
        submission=submission.student,
        source=submission.source,
        identity=submission.identity,
        status=status_of(verdicts),
        score=score,
        max_score=round(sum(verdict.max_points for verdict in verdicts), 2),
        verdicts=verdicts,
        summary=headline.message,
        summary_cell=headline.cell,
        summary_task=headline.task,
        comparisons=tuple(_compare(found, context) for found in context.matches),
        notes=notes(context),
        evidence=evidence,
        content_hash=submission.content_hash,
    )


def _context(assignment: Assignment, expected: Expected, evidence: Evidence) -> CheckContext:
    """What every check of one submission gets."""
    return CheckContext(
        evidence=evidence,
        matches=match(assignment, expected, evidence),
        proof=assignment.proof,
        accuracy=assignment.accuracy,
        calibration=assignment.calibration,
        throughput=assignment.throughput,
        errors=find_error_causes(evidence.run),
        result_tasks=assignment.result_tasks,
        open_tasks=assignment.open_tasks,
        manual_tasks=assignment.manual_tasks,
        metrics=assignment.metrics,
        own_data=frozenset(assignment.data),
    )


def judge_unreadable(submission: Submission, assignment: Assignment) -> Result:
    """The result of a submission that can't run: no points where a file was handed in, no score where none was."""
    assert submission.problem is not None  # noqa: S101 - the caller has checked
    verdicts = tuple(
        verdict
        for place, (name, settings) in enumerate(assignment.checks.items())
        for verdict in _judge_unseen(name, assignment, submission.problem if place == 0 else None, settings.points)
    )
    return Result(
        submission=submission.student,
        source=submission.source,
        identity=submission.identity,
        status=Outcome.SKIPPED if submission.ungraded else Outcome.ERROR,
        score=None if submission.ungraded else 0.0,
        max_score=max_score(assignment),
        verdicts=() if submission.ungraded else verdicts,
        summary=submission.problem,
        notes=submission.remarks,
        content_hash=submission.content_hash,
    )


def _judge_unseen(name: str, assignment: Assignment, problem: Text | None, max_points: float) -> list[Verdict]:
    """What a check says of a submission that can't run; the first one names the problem."""
    own = all_checks()[name].judge_unseen if name in all_checks() else None
    if own is not None:
        return own(assignment)
    return [
        Verdict(
            check=name,
            task="",
            model="",
            outcome=Outcome.SKIPPED if problem is None else Outcome.ERROR,
            points=0.0,
            max_points=max_points,
            expected=None,
            observed=None,
            message=problem or text("not_run"),
        )
    ]


def max_score(assignment: Assignment) -> float:
    """The most points possible."""
    return sum(settings.points for settings in assignment.checks.values())


def _wrong(verdicts: tuple[Verdict, ...]) -> list[Verdict]:
    """Verdicts other than PASS, in doubt or waiting ones last; without silent ones that carry no points."""
    silent, last = (Outcome.SKIPPED, Outcome.INCONCLUSIVE), (Outcome.INCONCLUSIVE, Outcome.WAITING)
    wrong = [v for v in verdicts if v.outcome is not Outcome.PASS and (v.max_points or v.outcome not in silent)]
    return sorted(wrong, key=lambda verdict: verdict.outcome in last)


def status_of(verdicts: tuple[Verdict, ...]) -> Outcome:
    """The first outcome that went wrong, or PASS."""
    wrong = _wrong(verdicts)
    return wrong[0].outcome if wrong else Outcome.PASS


def _compare(found: Match, context: CheckContext) -> LayerComparison:
    """The layer table of one task."""
    rows = tuple(
        (
            None
            if expected is None
            else Layer(
                name="",
                kind=expected.kind,
                weights=tuple(Weight(name="", shape=shape, trainable=True) for shape in expected.weights),
                output_shape=expected.output_shape,
            ),
            seen,
        )
        for expected, seen in found.pairs
    )
    return LayerComparison(
        task=found.task.id,
        model=found.model_id,
        place=found.place,
        variable=found.model.name if found.model else "",
        framework=found.framework,
        rows=rows,
        proof_status=proof_status(found.model, found.task.id, found.model_id, context.proof),
        curves=tuple(_curves(found, context)),
    )


def _curves(found: Match, context: CheckContext) -> Iterator[Curve]:
    """The losses of the host's training beside the reference's, then the curves of the notebook's own training."""
    known = context.find_trainings(found, "retrain")
    band = known.losses if known else None
    for each in found.model.accuracies if found.model else ():
        if (each.task, each.model_id) == (found.task.id, found.model_id) and each.losses:
            as_long = band is not None and len(band.low) == len(band.high) == len(each.losses)
            yield Curve(name="loss", values=each.losses, claimed=False, band=band if as_long else None)
    training = found.model.training if found.model else None
    for name, values in training.curves.items() if training else ():
        yield Curve(name=name, values=values, claimed=True)
