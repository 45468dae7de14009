"""Measures accuracy: whose weights an oracle answers hidden rows with, and how many of its answers are right.

A model whose outputs were proved is the oracle with other names for its weights. So the weights are laid into the
oracle, which answers: hidden rows never enter the submission's process, and a stored copy of them gains nothing. The
answers of a model that isn't proved are its own, and a claim.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np

from suite.assignments import AccuracySettings, protocol_of
from suite.data.train_test_set import Array, TrainTestSet, count_right
from suite.evidence.interview.inspection import InspectedModel
from suite.evidence.metrics.initial_weights import draw_fresh
from suite.evidence.metrics.training_batches import draw_course, score
from suite.evidence.proof.comparison import ModelComparison
from suite.evidence.proof.distance import FORMS, nearest
from suite.evidence.proof.experiment import ModelError, Side
from suite.evidence.proof.random_tensors import fit_inputs
from suite.evidence.proof.weight_mappings import WeightMapping, lay, restore
from suite.records import Accuracy, Framework, Mode

COMPARED_ROWS = 4  # on which a model's own answers are held against those of its weights
Enough: TypeAlias = Callable[[str, Framework], float | None]
"""The accuracy, by model and framework, at which a model need not be trained once more; `None` where none is known."""
NOISE = 0.05  # on those rows, so that no table holds them


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvedModel:
    """A model whose outputs are an oracle's."""

    examined: InspectedModel
    """The model."""
    oracle: InspectedModel
    """Its equal."""
    contest: ModelComparison
    """Both, ready to be asked."""
    way: WeightMapping
    """Of laying the oracle's weights into the model: the one that was found right."""
    logits: bool
    """Whether the model answers logits."""

    @property
    def held(self) -> list[Array]:
        """What the tensors of the mapping held when the model came, float32."""
        values = {slot.number: each for slot, each in zip(self.examined.slots, self.examined.values, strict=True)}
        return [values[slot.number].astype(np.float32) for slot in self.contest.own.slots]

    def restore(self, arrays: Sequence[Array]) -> list[Array]:
        """The oracle's weights that compute what the model does with these."""
        return restore(self.way, arrays, [slot.shape for slot in self.contest.oracle.slots])


class Evaluator:
    """Examines models in the tasks of one assignment under one budget."""

    def __init__(
        self,
        settings: AccuracySettings,
        lessons: Mapping[str, TrainTestSet],
        mode: Mode,
        enough: Enough = lambda *_: None,
    ) -> None:
        self._settings = settings
        self._lessons = lessons
        self._mode = mode
        self._enough = enough

    def examines(self, model_id: str) -> bool:
        """Whether there is anything to ask in that model's task."""
        return model_id in self._lessons

    def proved(self, proven: ProvedModel, generator: np.random.Generator) -> Iterator[Accuracy]:
        """A model whose outputs are the oracle's."""
        model_id = proven.contest.model_id
        lesson, contest = self._lessons[model_id], proven.contest
        if self._mode == "as_submitted":
            weights = proven.restore(proven.held)
            right = self._score(contest.oracle, weights, lesson, model_id)
            found = Accuracy(model_id=model_id, mode="as_submitted", right=right, rows=len(lesson.hidden_targets))
            yield self._compare(found, proven, weights, generator)
        yield from self._train_again(proven, generator)

    def _train_again(self, proven: ProvedModel, generator: np.random.Generator) -> Iterator[Accuracy]:
        """The best of some trainings from fresh weights; one is the rule, as most reach what is enough."""
        enough = self._enough(proven.contest.model_id, proven.examined.model.framework)
        best: Accuracy | None = None
        for number in range(1, self._settings.trainings + 1):
            found = self._train_once(proven, generator)
            if found is None:
                return
            best = replace(found if best is None or found.right > best.right else best, trainings=number)
            if found.problem or enough is None or found.right >= enough * found.rows:
                break
        if best is not None:
            yield best

    def _train_once(self, proven: ProvedModel, generator: np.random.Generator) -> Accuracy | None:
        """One training in the submission's process, scored through the oracle; `None` where the inputs don't fit."""
        model_id, contest = proven.contest.model_id, proven.contest
        lesson = self._lessons[model_id]
        course = draw_course(lesson, protocol_of(self._settings, model_id), generator, logits=proven.logits)
        start = lay(proven.way, draw_fresh(proven.oracle, generator))
        inputs = _fit(course.inputs, proven.examined)
        if inputs is None:
            return None
        found = Accuracy(model_id=model_id, mode="retrain")
        try:
            after, losses = replace(contest.own, traced=True).fit(start, replace(course, inputs=inputs))
        except ModelError as error:
            return replace(found, problem=str(error))
        logits = self._settings.models[model_id].logits
        right = score(contest.oracle, proven.restore(after), lesson, lesson.scales[0], logits=logits)
        return replace(found, right=right, rows=len(lesson.hidden_targets), losses=tuple(losses))

    def claimed(self, examined: InspectedModel, oracle: InspectedModel, own: Side) -> Iterator[Accuracy]:
        """A model that isn't proved, by its own answers; only what was trained in the submission is asked for."""
        model_id = oracle.model.name
        lesson = self._lessons[model_id]
        if self._mode != "as_submitted" or examined.model.outputs != oracle.model.outputs:
            return
        found = Accuracy(model_id=model_id, mode="as_submitted", scorer="own answers")
        right = []
        try:
            for scale in lesson.scales:
                fitted = _fit(lesson.scaled(lesson.hidden_inputs, scale), examined)
                if fitted is None:
                    return
                answers = own.predict([], [[fitted]])[0]
                squashed = bool(answers.size) and answers.min() >= 0 and answers.max() <= 1
                right.append(count_right(lesson.kind, answers, lesson.hidden_targets, logits=not squashed))
        except (ModelError, ValueError, IndexError) as error:
            yield replace(found, problem=str(error)[:600])
            return
        yield replace(found, right=max(right), rows=len(lesson.hidden_targets))

    def _score(self, side: Side, weights: Sequence[Array], lesson: TrainTestSet, model_id: str) -> int:
        """Right answers under the scale that suits the weights best."""
        logits = self._settings.models[model_id].logits
        return max(score(side, weights, lesson, scale, logits=logits) for scale in lesson.scales)

    def _compare(
        self, found: Accuracy, proven: ProvedModel, weights: Sequence[Array], generator: np.random.Generator
    ) -> Accuracy:
        """The same, with how far the model's own answers lie from those of its weights on inputs that no one knows."""
        contest = proven.contest
        lesson = self._lessons[contest.model_id]
        rows = generator.integers(0, len(lesson.inputs), COMPARED_ROWS)
        inputs = lesson.scaled(lesson.inputs[rows], lesson.scales[0])
        if inputs.dtype.kind == "f":
            inputs = inputs + np.asarray(generator.normal(0, NOISE, inputs.shape), np.float32)
        fitted = _fit(inputs, proven.examined)
        if fitted is None:
            return found
        try:
            answers = replace(contest.own, slots=()).predict([], [[fitted]])
        except ModelError as error:
            return replace(found, problem=str(error)[:600])
        expected = contest.oracle.predict(weights, [[inputs]])
        forms = FORMS if contest.squashable else FORMS[:1]
        apart, _ = nearest(answers, expected, forms, self._settings.own_answers)
        return replace(found, apart=apart)


def _fit(inputs: Array, examined: InspectedModel) -> Array | None:
    """Inputs in the shape that a model takes; `None` where they don't fit."""
    if examined.probe is None:
        return None
    fitted = fit_inputs([inputs], examined.probe.inputs)
    return None if fitted is None else fitted[0]
