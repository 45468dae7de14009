"""Causes in what a loss is given: probabilities for logits, logits for probabilities, labels in another form."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, TypeAlias

from suite.judging.diagnoses.context import Cause, DiagnosisContext, FoundCause
from suite.judging.sources import CodeCell
from suite.records import text

Sizes: TypeAlias = tuple[str, ...]
"""Sizes of an array as an error prints them, `None` included."""
LabelMistake: TypeAlias = Literal["one hot", "numbers", "classes", "steps"]
"""One-hot rows for a loss that expects class numbers; the reverse; another number of classes; one answer a step."""
SHAPE = r"[\[(]([\w ,]{0,80})[\])]"
SHAPES = rf"target\.shape={SHAPE}, output\.shape={SHAPE}"
NUMBERS_WANTED = tuple(
    re.compile(pattern)
    for pattern in (
        rf"must have rank \(ndim\) `target\.ndim - 1`\. Received: {SHAPES}",
        rf"must have the same shape up until the last dimension: {SHAPES}",
    )
)
"""What a loss of Keras that expects class numbers says of the shapes of labels and answers."""
FLAT_LABELS = re.compile(rf"must have the same first dimension, got logits shape {SHAPE} and labels shape {SHAPE}")
"""The same of Keras 2, which flattens both before; answers first."""
ROWS_WANTED = tuple(
    re.compile(pattern)
    for pattern in (
        rf"must have the same (?:shape|rank \(ndim\))\. Received: {SHAPES}",
        rf"Shapes {SHAPE} and {SHAPE} are incompatible",
    )
)
"""What a loss of Keras 3 or 2 that expects one-hot rows says."""
TORCH_CLASS_ROWS = re.compile(r"Expected floating point type for target with class probabilities, got (?:Long|Int)")
TORCH_LABEL_ROWS = re.compile(r"0D or 1D target tensor expected, multi-target not supported")
"""PyTorch's words for labels of the answers' shape, and for labels of another shape with more than one dimension."""
LABEL_BEYOND = re.compile(
    r"Received a label value of (\d+) which is outside the valid range of \[0, \d+\)|Target (\d+) is out of bounds"
)
"""TensorFlow's and PyTorch's words for a class number that is as large as the number of answers, or larger."""


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
    yield from _said(context, "one hot", "cause_labels_one_hot")
    for cell in context.cells:
        if (seen := TORCH_CLASS_ROWS.search(cell.error)) and context.mentions("CrossEntropy", "cross_entropy"):
            message = text("cause_labels_one_hot", seen=cell.error_line(seen))
            yield FoundCause(cell=cell.index, message=message, explains="error")


def labels_sparse(context: DiagnosisContext) -> Iterator[FoundCause]:
    """A loss that expects one-hot rows was given class numbers."""
    yield from _said(context, "numbers", "cause_labels_sparse")


def labels_differ(context: DiagnosisContext) -> Iterator[FoundCause]:
    """Labels are for another number of classes, for one answer a row where there is one a step, or in columns."""
    yield from _said(context, "classes", "cause_labels_classes")
    yield from _said(context, "steps", "cause_labels_steps")
    for cell in context.cells:
        if seen := TORCH_LABEL_ROWS.search(cell.error):
            message = text("cause_labels_column", seen=cell.error_line(seen))
            yield FoundCause(cell=cell.index, message=message, explains="error")


def label_beyond_outputs(context: DiagnosisContext) -> Iterator[FoundCause]:
    """A class number has no output that stands for it."""
    for cell in context.cells:
        if seen := LABEL_BEYOND.search(cell.error):
            label = int(seen[1] or seen[2])
            message = text("cause_label_beyond_outputs", label=label, seen=seen[0])
            yield FoundCause(cell=cell.index, message=message, explains="error")


def _said(context: DiagnosisContext, mistake: LabelMistake, key: str) -> Iterator[FoundCause]:
    """The cells whose error shows a mistake in the labels, in a notebook that names a cross-entropy."""
    if not context.mentions("crossentropy", "CrossEntropy", "Crossentropy"):
        return
    for cell in context.cells:
        for seen, found in _read_error(cell):
            if found == mistake:
                yield FoundCause(cell=cell.index, message=text(key, seen=cell.error_line(seen)), explains="error")
                break


def _read_error(cell: CodeCell) -> Iterator[tuple[re.Match[str], LabelMistake | None]]:
    """What the shapes in a cell's error show."""
    for pattern in NUMBERS_WANTED:
        if seen := pattern.search(cell.error):
            yield seen, _judge_numbers(_sizes(seen[1]), _sizes(seen[2]))
    if seen := FLAT_LABELS.search(cell.error):
        yield seen, _judge_flat(_sizes(seen[1]), _sizes(seen[2]))
    for pattern in ROWS_WANTED:
        if seen := pattern.search(cell.error):
            yield seen, _judge_rows(_sizes(seen[1]), _sizes(seen[2]))


def _judge_numbers(labels: Sizes, answers: Sizes) -> LabelMistake | None:
    """What is wrong with labels for a loss that expects a class number for each answer."""
    if len(labels) == len(answers) > 1 and labels[-1] not in ("1", "None"):
        return "one hot" if labels[-1] == answers[-1] else "classes"
    rows = labels[:-1] if labels[-1:] == ("1",) and len(labels) > 1 else labels
    return "steps" if len(answers) > len(rows) + 1 else None


def _judge_flat(answers: Sizes, labels: Sizes) -> LabelMistake | None:
    """The same, where the labels and all but the last dimension of the answers were flattened."""
    if not all(size.isdecimal() for size in (*answers, *labels)) or (len(answers), len(labels)) != (2, 1):
        return None
    rows, classes, count = int(answers[0]), int(answers[1]), int(labels[0])
    if count == rows * classes:
        return "one hot"
    if count > rows > 0 and count % rows == 0:
        return "classes"
    return "steps" if count and rows > count and rows % count == 0 else None


def _judge_rows(labels: Sizes, answers: Sizes) -> LabelMistake | None:
    """What is wrong with labels for a loss that expects a row of classes for each answer."""
    if len(answers) > 2:  # noqa: PLR2004 - (rows, classes)
        return "steps" if len(labels) < len(answers) or labels[-1:] == ("1",) else None
    if len(labels) == 1 or labels[-1:] == ("1",):
        return "numbers" if answers[-1:] not in ((), ("1",)) else None
    return "classes" if len(labels) == len(answers) and labels[-1] != answers[-1] else None


def _sizes(printed: str) -> Sizes:
    """The sizes in `32, 28, 10`."""
    return tuple(size.strip() for size in printed.split(",") if size.strip())


CAUSES = (
    Cause(name="labels_one_hot", rank=50, recognise=labels_one_hot),
    Cause(name="labels_sparse", rank=60, recognise=labels_sparse),
    Cause(name="labels_differ", rank=65, recognise=labels_differ),
    Cause(name="label_beyond_outputs", rank=67, recognise=label_beyond_outputs),
    Cause(name="softmax_before_cross_entropy", rank=120, recognise=softmax_before_cross_entropy),
    Cause(name="logits_as_probabilities", rank=130, recognise=logits_as_probabilities),
)
