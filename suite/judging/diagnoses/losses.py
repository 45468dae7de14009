"""Causes in what a loss is given: probabilities for logits, logits for probabilities, labels in another form."""

from __future__ import annotations

import re
from collections.abc import Iterator

from suite.judging.diagnoses.context import Cause, DiagnosisContext, FoundCause
from suite.records import text

ONE_HOT_FOR_SPARSE = (
    re.compile(r"logits and labels must have the same first dimension"),
    re.compile(r"Argument `output` must have rank \(ndim\) `target\.ndim - 1`"),
    re.compile(r"Expected floating point type for target with class probabilities, got (Long|Int)"),
    re.compile(r"0D or 1D target tensor expected, multi-target not supported"),
)
"""Errors of Keras 3 and 2 and PyTorch when a loss that expects class numbers is given one-hot rows."""
SPARSE_FOR_ONE_HOT = (
    re.compile(r"Arguments `target` and `output` must have the same (shape|rank)"),
    re.compile(r"Shapes \(.{1,40}, 1\) and \(.{1,40}\) are incompatible"),
    re.compile(r"Shapes \(\w+,\) and \(\w+, \d+\) are incompatible"),
)
"""Errors of Keras 3 and 2 when a loss that expects one-hot rows is given class numbers."""


def softmax_before_cross_entropy(context: DiagnosisContext) -> Iterator[FoundCause]:
    """Cross-entropy, which applies softmax itself, was only ever given probabilities."""
    remarks = context.evidence.observations.remarks
    given_scores = {remark.cell for remark in remarks if remark.kind == "scores"}
    for remark in remarks:
        if remark.kind == "probabilities" and remark.cell not in given_scores and context.mentions("oftmax"):
            at = next((cell.index for cell in context.cells if "oftmax" in cell.source), remark.cell)
            message = text("cause_softmax_before_cross_entropy", count=remark.count)
            yield FoundCause(cell=at, message=message, explains="training")
            return


def logits_as_probabilities(context: DiagnosisContext) -> Iterator[FoundCause]:
    """A Keras loss that expects probabilities was given the linear outputs of the last layer."""
    for remark in context.evidence.observations.remarks:
        if remark.kind == "logits":
            yield FoundCause(cell=remark.cell, message=text("cause_logits_as_probabilities"), explains="training")
            return


def labels_one_hot(context: DiagnosisContext) -> Iterator[FoundCause]:
    """A loss that expects class numbers was given one-hot rows."""
    yield from _said(
        context, ONE_HOT_FOR_SPARSE, ("sparse", "CrossEntropy", "cross_entropy", "nll", "NLL"), "cause_labels_one_hot"
    )


def labels_sparse(context: DiagnosisContext) -> Iterator[FoundCause]:
    """A loss that expects one-hot rows was given class numbers."""
    yield from _said(
        context, SPARSE_FOR_ONE_HOT, ("categorical_crossentropy", "CategoricalCrossentropy"), "cause_labels_sparse"
    )


def _said(
    context: DiagnosisContext, patterns: tuple[re.Pattern[str], ...], losses: tuple[str, ...], key: str
) -> Iterator[FoundCause]:
    """The cells whose error matches a pattern, in a notebook that names such a loss."""
    if not context.mentions(*losses):
        return
    for cell in context.cells:
        seen = next((match for pattern in patterns if (match := pattern.search(cell.error))), None)
        if seen is not None:
            line = cell.error[seen.start() :].splitlines()[0][:200]
            yield FoundCause(cell=cell.index, message=text(key, seen=line), explains="error")


CAUSES = (
    Cause(name="labels_one_hot", rank=50, recognise=labels_one_hot),
    Cause(name="labels_sparse", rank=60, recognise=labels_sparse),
    Cause(name="softmax_before_cross_entropy", rank=120, recognise=softmax_before_cross_entropy),
    Cause(name="logits_as_probabilities", rank=130, recognise=logits_as_probabilities),
)
