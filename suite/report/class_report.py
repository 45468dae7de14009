"""From results to the report of a class, with the remarks that concern everyone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from suite.assignments import Assignment, OpenTask
from suite.assignments.metric import metric_named
from suite.judging.checks.score import best_score
from suite.records import Language, Leaderboard, Report, Result, Standing, Text, text
from suite.sandbox import all_sandboxes
from suite.text.language import say
from suite.text.untrusted import clean

_AUDIT = {
    "accuracy_implied": "implied",
    "metric_implied": "implied",
    "accuracy_audit_agrees": "agrees",
    "accuracy_audit_contradicts": "contradicts",
}
"""The sentences that tell by what a model's learning is judged."""


def as_report(
    assignment: Assignment, results: Sequence[Result], language: Language, notes: Sequence[Text] = ()
) -> Report:
    """The class with its remarks: stand-in data, weak sandboxes, and those given."""
    evidences = [result.evidence for result in results if result.evidence]
    held_by = {evidence.run.sandbox for evidence in evidences}
    weak = [weakness for sandbox in all_sandboxes()[1:] if sandbox.name in held_by for weakness in sandbox.weaknesses]
    return Report(
        assignment=assignment.name,
        title=assignment.title.say(language),
        language=language,
        results=tuple(results),
        leaderboards=tuple(_rank(task, results, language) for task in assignment.open_tasks if assignment.leaderboard),
        notes=(
            *([text("note_stand_in")] if any(evidence.stand_in for evidence in evidences) else []),
            *(text("note_weak_sandbox", weakness=say(weakness, language)) for weakness in weak),
            *_audits(results),
            *notes,
        ),
    )


def _audits(results: Sequence[Result]) -> Iterator[Text]:
    """How many models are judged by what their proof says they learn, and what training a share of them showed."""
    found = [
        (_AUDIT[key], result.submission)
        for result in results
        for verdict in result.verdicts
        for key in {said.key for said in (verdict.message, *verdict.details)} & _AUDIT.keys()
    ]
    counts = Counter(kind for kind, _ in found)
    values = {"count": len(found), "audited": len(found) - counts["implied"]}
    if wrong := [name for kind, name in found if kind == "contradicts"]:
        names = ", ".join(clean(name) for name in dict.fromkeys(wrong))
        yield text("note_audit_contradicts", wrong=len(wrong), names=names, **values)
    elif found:
        yield text("note_audit", **values) if values["audited"] else text("note_audit_none", count=len(found))


def _rank(task: OpenTask, results: Sequence[Result], language: Language) -> Leaderboard:
    """The submissions that have a score in an open task, the best first; of equal ones the smaller model."""
    metric = metric_named(task.metric)
    found = [
        (result.submission, *best)
        for result in results
        if result.evidence and (best := best_score(task, result.evidence.models))
    ]
    found.sort(key=lambda each: (-metric.rank(each[2].score), each[1].parameters, each[0]))
    scores = [score.score for _, _, score in found]
    places = [scores.index(score) + 1 for score in scores]
    return Leaderboard(
        title=task.title.say(language),
        metric=task.metric,
        standings=tuple(
            Standing(place=place, submission=name, score=score, parameters=model.parameters)
            for place, (name, model, score) in zip(places, found, strict=True)
        ),
    )
