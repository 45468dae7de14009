"""Diagnoses: why a submission went wrong, explained by what was observed.

Pure functions from evidence to sentences. They give and take no points, and say nothing where they aren't sure. Public:
`explain`, `all_causes`; `Cause`, `DiagnosisContext` and `FoundCause` for new ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from itertools import islice

from suite import plugins
from suite.judging.checks import all_checks
from suite.judging.diagnoses.context import Cause, DiagnosisContext, FoundCause, Subject
from suite.judging.sources import CodeCell, read
from suite.records import Diagnosis, Evidence, LayerComparison, Outcome, Result

__all__ = ["Cause", "CodeCell", "DiagnosisContext", "FoundCause", "Subject", "all_causes", "explain"]


@cache
def all_causes() -> tuple[Cause, ...]:
    """Every cause, the likeliest to explain lost marks first."""
    found = (cause for causes in plugins.load_all("diagnoses").values() for cause in causes)
    return tuple(sorted(found, key=lambda cause: cause.rank))


MAX_FOUND = 5  # of one cause: five are enough to understand it, and a hostile notebook could show thousands


def explain(result: Result) -> Result:
    """The result with its diagnoses, and with the first that explains lost marks as its summary."""
    evidence = result.evidence
    if evidence is None:
        return result
    context = DiagnosisContext(
        evidence=evidence,
        cells=read(evidence.run.notebook),
        subjects=tuple(_subjects(result.comparisons, evidence)),
    )
    found = tuple(
        (found, Diagnosis(cause=cause.name, cell=found.cell, message=found.message, explains=found.explains))
        for cause in all_causes()
        for found in islice(cause.recognise(context), MAX_FOUND)
    )
    telling = next((found for found, _ in found if _explains_more(found, result)), None)
    diagnoses = tuple(diagnosis for _, diagnosis in found)
    return replace(result, diagnoses=diagnoses, summary=telling.message if telling else result.summary)


def _subjects(comparisons: Sequence[LayerComparison], evidence: Evidence) -> list[Subject]:
    """The models that were chosen for tasks."""
    return [
        Subject(place=comparison.place, model=evidence.model_at(comparison.place), comparison=comparison)
        for comparison in comparisons
        if comparison.place is not None
    ]


def _explains_more(found: FoundCause, result: Result) -> bool:
    """Whether it says why the marks were lost that the summary is about: an exception's cause, or a wrong model's."""
    if found.explains == "model":
        about = {check.name for check in all_checks().values() if check.is_about_models}
        lost = any(
            v.check in about and v.task == result.summary_task and v.outcome is not Outcome.PASS
            for v in result.verdicts
        )
        return lost and found.task in ("", result.summary_task)
    return found.explains == "error" and found.cell is not None and found.cell == result.summary_cell
