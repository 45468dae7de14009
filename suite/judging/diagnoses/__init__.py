"""Diagnoses: why a submission is as it is, told with what was observed.

Pure functions from evidence to sentences. They give and take no points, and say nothing where they aren't sure. Public:
`explain`, `CAUSES`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import islice

from suite.judging.diagnoses import losses, old_apis, rates, sequence, training
from suite.judging.diagnoses.scene import DiagnosisContext, Recogniser, Subject
from suite.judging.diagnoses.sources import read
from suite.records import Diagnosis, Evidence, LayerComparison, Outcome, Result

CAUSES: dict[str, Recogniser] = {
    "missing_return_sequences": sequence.missing_return_sequences,
    "channel_not_squeezed": sequence.channel_not_squeezed,
    "wrong_batch_first": sequence.wrong_batch_first,
    "wrong_last_step": sequence.wrong_last_step,
    "labels_one_hot": losses.labels_one_hot,
    "labels_sparse": losses.labels_sparse,
    "removed_api": old_apis.removed_api,
    "loss_not_finite": rates.loss_not_finite,
    "rate_far_off": rates.rate_far_off,
    "wrong_parameters": training.wrong_parameters,
    "trained_on_test_set": training.trained_on_test_set,
    "softmax_before_cross_entropy": losses.softmax_before_cross_entropy,
    "logits_as_probabilities": losses.logits_as_probabilities,
    "eval_forgotten": training.eval_forgotten,
    "never_trained": training.never_trained,
    "trained_model_overwritten": training.trained_model_overwritten,
    "never_built": training.never_built,
    "ignored_option": old_apis.ignored_option,
    "dated_input_shape": old_apis.dated_input_shape,
}
"""Every cause, the likeliest to explain lost marks first."""
MODEL_CHECKS = ("shapes", "parameters", "function")
MAX_FINDINGS = 5  # of one cause: who reads these has understood, and a hostile notebook could show thousands


def explain(result: Result) -> Result:
    """The result with its diagnoses, and with the first that explains more as its summary."""
    evidence = result.evidence
    if evidence is None:
        return result
    scene = DiagnosisContext(
        evidence=evidence,
        cells=read(evidence.run.notebook),
        subjects=tuple(_subjects(result.comparisons, evidence)),
    )
    found = tuple(
        Diagnosis(cause=cause, cell=finding.cell, message=finding.message, explains=finding.explains)
        for cause, recognise in CAUSES.items()
        for finding in islice(recognise(scene), MAX_FINDINGS)
    )
    telling = next((diagnosis for diagnosis in found if _explains_more(diagnosis, result, evidence)), None)
    return replace(result, diagnoses=found, summary=telling.message if telling else result.summary)


def _subjects(comparisons: Sequence[LayerComparison], evidence: Evidence) -> list[Subject]:
    """The models that were taken for tasks: their layers stand in the comparisons."""
    subjects = []
    for comparison in comparisons:
        layers = [id(seen) for _, seen in comparison.rows if seen is not None]
        for place, model in enumerate(evidence.models):
            if layers and layers == [id(layer) for layer in model.layers]:
                subjects.append(Subject(place=place, model=model, comparison=comparison))
    return subjects


def _explains_more(diagnosis: Diagnosis, result: Result, evidence: Evidence) -> bool:
    """Whether it says why marks were lost: an exception's cause, or that of a wrong model."""
    if diagnosis.explains == "model":
        return any(v.check in MODEL_CHECKS and v.outcome is not Outcome.PASS for v in result.verdicts)
    first = next((cell for cell in evidence.run.cells if cell.error_name), None)
    return diagnosis.explains == "error" and first is not None and diagnosis.cell == first.index
