"""From results to the report of a class, with the remarks that concern everyone."""

from __future__ import annotations

from collections.abc import Sequence

from suite.assignments import Assignment
from suite.records import Language, Report, Result, Text, text
from suite.sandbox import all_sandboxes
from suite.text.language import say


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
        notes=(
            *([text("note_stand_in")] if any(evidence.stand_in for evidence in evidences) else []),
            *(text("note_weak_sandbox", weakness=say(weakness, language)) for weakness in weak),
            *notes,
        ),
    )
