"""Has each model answer the held-out rows of the open tasks, and scores its answers.

The rows enter the sandbox when the notebook has ended, the right answers never do. What answers is the submission's own
model with its own weights: nothing is claimed, as the rows aren't public.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass

import numpy as np

from suite.assignments import OpenTask, Probe, ProbeInput, Scale
from suite.assignments.metric import metric_named
from suite.data import TrainTestSet
from suite.data.train_test_set import Array
from suite.errors import AnswerError
from suite.evidence.interview.answers import ProbeAnswer, parse
from suite.evidence.interview.channel import Channel
from suite.evidence.interview.inspection import InspectedModel
from suite.evidence.proof.random_tensors import fit_inputs
from suite.records import MetricScore
from suite.stats.bootstrap import interval

BATCH = 256
"""Rows in one question; a batch of images and what a network computes of them fits any memory limit."""
PIXELS_OF = 2000
"""Images whose pixels give the mean and the deviation."""
Columns = Mapping[str, Array]
TWO = 2  # classes, of which one number tells


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenData:
    """What the models of one open task are tested with."""

    examples: TrainTestSet
    """Rows as a network reads them."""
    columns: Columns
    """The held-out rows' columns as they stand in the assignment's own file, without the right answers; else empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenExaminer:
    """Scores the models of a submission in the open tasks of one assignment."""

    tasks: tuple[OpenTask, ...]
    """What is asked for."""
    data: Mapping[str, OpenData]
    """By name of the data."""

    def examine(self, channel: Channel, inspected: InspectedModel) -> tuple[MetricScore, ...]:
        """A score in each task whose data the model can read."""
        return tuple(
            _examine(channel, inspected, task, self.data[task.dataset])
            for task in self.tasks
            if not task.frameworks or inspected.model.framework in task.frameworks
        )


def open_probes(data: OpenData) -> tuple[Probe, ...]:
    """Inputs by which a model for these data is found: a row in the forms in which networks take it."""
    inputs = data.examples.inputs
    row = inputs.shape[1:]
    if inputs.dtype.kind == "i":
        return (
            Probe(inputs=(ProbeInput(words=max(row[0], 1)),)),
            Probe(inputs=(ProbeInput(shape=row, high=int(inputs.max()) + 1),)),
        )
    forms = [row]
    if len(row) == 2:  # noqa: PLR2004 - a grey image
        forms += [(*row, 1), (1, *row)]
    if len(row) == 3:  # noqa: PLR2004 - an image with channels
        forms += [(row[2], row[0], row[1]), row[:2]] if row[2] == 1 else [(row[2], row[0], row[1])]
    forms.append((int(np.prod(row)),))
    return tuple(Probe(inputs=(ProbeInput(shape=form),)) for form in dict.fromkeys(forms))


def _examine(channel: Channel, inspected: InspectedModel, task: OpenTask, data: OpenData) -> MetricScore:
    """The best score over the ways in which a notebook may have scaled its rows."""
    metric, targets = metric_named(task.metric), _targets(data.examples)
    read: list[tuple[float, Array]] = []
    problem = ""
    for given in _ways(inspected, task, data):
        try:
            answers = _as_metric_takes(_answer(channel, inspected, given), data.examples)
            read.append((metric.judge(answers, targets), answers))
        except (AnswerError, ValueError) as error:
            problem = problem or str(error)
    if not read:
        problem = problem or inspected.model.problem or "it takes no rows of these data"
        return MetricScore(task=task.id, metric=task.metric, problem=problem[:600])
    score, best = max(read, key=lambda pair: metric.rank(pair[0]))
    low, high = interval(lambda rows: metric.judge(best[rows], targets[rows]), len(targets)) or (score, score)
    return MetricScore(task=task.id, metric=task.metric, rows=len(targets), score=score, low=low, high=high)


def _ways(inspected: InspectedModel, task: OpenTask, data: OpenData) -> Iterator[Columns | Array]:
    """The held-out rows as columns by name, then as arrays in each scale."""
    if data.columns:
        yield data.columns
    if inspected.probe is None:
        return
    examples = data.examples
    for scale in task.scales or _usual_scales(examples):
        rows = examples.scaled(examples.held_out_inputs, scale)
        fitted = fit_inputs([_transposed(rows, inspected.probe)], inspected.probe.inputs)
        if fitted is not None:
            yield fitted[0]


def _usual_scales(examples: TrainTestSet) -> tuple[Scale, ...]:
    """Those of the data; of pixels also [-1, 1], as they are, and normalised by their own mean and deviation."""
    if examples.inputs.dtype != np.uint8:
        return examples.scales
    pixels = examples.inputs[:PIXELS_OF].astype(np.float32)
    normalised = (float(pixels.mean()), float(pixels.std()) or 1.0)
    return (*examples.scales, (127.5, 127.5), (0.0, 1.0), normalised)


def _transposed(rows: Array, probe: Probe) -> Array:
    """Images with their channels first, where the model takes them so."""
    wanted = probe.inputs[0].shape
    channels_first = rows.ndim == 4 and wanted == (rows.shape[3], *rows.shape[1:3])  # noqa: PLR2004 - images
    return np.ascontiguousarray(rows.transpose(0, 3, 1, 2)) if channels_first else rows


def _answer(channel: Channel, inspected: InspectedModel, given: Columns | Array) -> Array:
    """The model's first output for all rows."""
    rows = len(given) if isinstance(given, np.ndarray) else len(next(iter(given.values())))
    return np.concatenate(
        [_answer_batch(channel, inspected, given, slice(at, at + BATCH)) for at in range(0, rows, BATCH)]
    )


def _answer_batch(channel: Channel, inspected: InspectedModel, given: Columns | Array, rows: slice) -> Array:
    """What it answers for some rows; `AnswerError` if it raises, `ValueError` if the answer has another form."""
    arrays, texts, names = _as_question(given, rows)
    frame = channel.ask(
        "probe",
        arrays,
        model=inspected.index,
        inputs=max(len(names), 1),
        columns=names,
        texts=texts,
        convention=asdict(inspected.convention),
    )
    answer = parse(ProbeAnswer, frame)
    if answer.problem or not frame.arrays:
        raise AnswerError(answer.problem or "it returned nothing")
    output = frame.arrays.get("0")
    count = len(given[rows]) if isinstance(given, np.ndarray) else len(next(iter(given.values()))[rows])
    if output is None or output.ndim < 1 or len(output) != count:
        raise ValueError("it should answer once for each row")
    if not np.isfinite(output).all():
        raise ValueError("its answers have numbers that aren't finite")
    return np.asarray(output, np.float64)


def _as_question(given: Columns | Array, rows: slice) -> tuple[dict[str, Array], dict[str, list[str]], list[str]]:
    """Arrays and texts by place, and the names of columns."""
    if isinstance(given, np.ndarray):
        return {"0": given[rows]}, {}, []
    arrays, texts = {}, {}
    for place, values in enumerate(given.values()):
        if values.dtype.kind in "iufb":
            arrays[str(place)] = values[rows]
        else:
            texts[str(place)] = [str(value) for value in values[rows]]
    return arrays, texts, list(given)


def _targets(examples: TrainTestSet) -> Array:
    """The right answers, in the form that a metric takes."""
    targets = examples.held_out_targets
    return targets if examples.kind == "classes" else targets.reshape(len(targets), -1)


def _as_metric_takes(answers: Array, examples: TrainTestSet) -> Array:
    """Answers in the form that a metric takes; `ValueError` if they have another."""
    targets = examples.held_out_targets
    if examples.kind == "classes":
        return as_probabilities(answers, int(max(examples.targets.max(), targets.max())) + 1)
    if answers.size != targets.size:
        raise ValueError(f"its answers have the shape {answers.shape}, and the right ones {targets.shape}")
    return answers.reshape(len(targets), -1)


def as_probabilities(answers: Array, classes: int) -> Array:
    """Answers as probabilities by class: logits, one number of two classes, or class numbers; else `ValueError`."""
    flat = answers.reshape(len(answers), -1)
    if flat.shape[1] == classes:
        sums = flat.sum(axis=1)
        if flat.min() >= 0 and np.allclose(sums, 1, atol=1e-2):
            return np.asarray(flat / sums[:, None])
        powers = np.exp(flat - flat.max(axis=1, keepdims=True))
        return np.asarray(powers / powers.sum(axis=1, keepdims=True))
    if flat.shape[1] == 1 and classes == TWO:
        one = flat[:, 0]
        if one.min() < 0 or one.max() > 1:
            one = 1 / (1 + np.exp(-one))
        return np.stack([1 - one, one], axis=1)
    if flat.shape[1] == 1 and np.array_equal(flat, flat.round()) and flat.min() >= 0 and flat.max() < classes:
        return np.asarray(np.eye(classes)[flat[:, 0].astype(int)])
    raise ValueError(f"its answers have {flat.shape[1]} numbers a row, and there are {classes} classes")
