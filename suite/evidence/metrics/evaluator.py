"""Measures how well models predict held-out rows, which no submission sees: by accuracy or another metric.

A model whose outputs were proved is the reference with other names for its weights. So its weights are copied into the
reference, which answers: held-out rows never enter the submission's process, and a stored copy of them gains nothing.
A model that isn't proved answers for itself, and what comes of that is only a claim. The host trains a model only where
its proof leaves open what it learns, and a share of the others as an audit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf
from typing import TypeAlias

import numpy as np

from suite.assignments import Assignment, Metric, ModelAccuracy, protocol_of
from suite.data import TrainTestSet
from suite.data.train_test_set import Array
from suite.errors import FrameError
from suite.evidence.interview.channel import Channel
from suite.evidence.interview.inspection import InspectedModel
from suite.evidence.interview.probe_inputs import AUDITS, METRICS, stream
from suite.evidence.metrics.implication import learns_as_reference
from suite.evidence.metrics.lesson import REHEARSAL, draw_lesson, fit
from suite.evidence.metrics.scoring import Score, score
from suite.evidence.proof.comparison import SameOutputs
from suite.evidence.proof.experiment import ModelError, Side, on_channel
from suite.evidence.proof.prover import ProvedModel
from suite.evidence.proof.references import References
from suite.frameworks import framework_named
from suite.records import Accuracy, FrameworkName, Mode

NOISE = 0.05  # standard deviation of the noise added to them, so that they can't be looked up in a table
Enough: TypeAlias = Callable[[str, FrameworkName], float | None]
"""The metric's value, by model and framework, from which on training isn't repeated; `None` if unknown."""


class _UnfitError(Exception):
    """A model takes other inputs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluator:
    """Measures models in the tasks of one assignment under one budget."""

    assignment: Assignment
    """What is asked for, and how accuracy is measured."""
    references: References
    """The reference models, which answer for proved models."""
    examples: Mapping[str, TrainTestSet]
    """Training rows and held-out rows for each model."""
    metrics: Mapping[str, Metric]
    """What is measured of each model."""
    mode: Mode
    """Whether models are judged as they were submitted, or after the host's training only."""
    enough: Enough
    """From which value on a training isn't repeated."""
    seed: int | None
    """Seed of all random numbers; `None` for unseeded ones."""

    def measure(self, channel: Channel, proved: ProvedModel) -> tuple[Accuracy, ...]:
        """How well a model predicts in each task whose reference it equals, or else by its own answers."""
        return tuple(self._measure(channel, proved, stream(self.seed, METRICS, proved.inspected.index)))

    def _measure(self, channel: Channel, proved: ProvedModel, generator: np.random.Generator) -> Iterator[Accuracy]:
        at = "", ""
        done: dict[ModelAccuracy, list[Accuracy]] = {}
        try:
            for same in proved.equals:
                at = same.comparison.task, same.comparison.model_id
                if at[1] not in self.examples:
                    continue
                settings = self.assignment.accuracy.models[at[1]]
                if settings not in done:  # measured once: a layer and a loop over its cell equal two references
                    done[settings] = list(self._measure_equal(channel, proved.inspected, same, generator))
                yield from (replace(accuracy, task=at[0], model_id=at[1]) for accuracy in done[settings])
            for task, model_id in self._claims(proved):
                at = task, model_id
                yield from self._measure_claim(channel, proved.inspected, task, model_id)
        except FrameError as error:  # what was proved before stays proved
            for mode in ("as_submitted", "retrain"):
                yield Accuracy(task=at[0], model_id=at[1], mode=mode, problem=str(error)[:600])

    def _mode(self, inspected: InspectedModel) -> Mode:
        """A model whose weights were handed in is judged by them."""
        return "as_submitted" if inspected.model.laid else self.mode

    def _claims(self, proved: ProvedModel) -> list[tuple[str, str]]:
        """ModelTask and reference for which a model that equals no reference is measured by its own answers."""
        inspected = proved.inspected
        speak = self.references.speak(inspected.model.framework)
        if proved.equals or inspected.probe is None or self._mode(inspected) != "as_submitted" or not speak:
            return []
        return [
            (task.id, model_id)
            for task in self.assignment.model_tasks
            for model_id in task.accepts
            if model_id in self.examples
        ]

    def _measure_equal(
        self, channel: Channel, inspected: InspectedModel, same: SameOutputs, generator: np.random.Generator
    ) -> Iterator[Accuracy]:
        """Accuracy of a model whose outputs equal the reference's.

        What is measured of itself, and what is trained, is the submission's own model, whatever answered in the proof.
        """
        comparison, itself = same.comparison, same.asking(on_channel(channel))
        examples = self.examples[comparison.model_id].within(comparison.words)
        submitted = self._mode(inspected) == "as_submitted"
        proof = inspected.model.find_proof(comparison.task, comparison.model_id)
        if submitted or not same.copied or proof is None:
            apart = self._compare_own(inspected, itself, examples, generator)
        else:  # a copy's answers are those of its weights on all rows
            apart = proof.own_apart
        if submitted:
            found = Accuracy(task=comparison.task, model_id=comparison.model_id, mode="as_submitted", apart=apart)
            yield self._scored(found, comparison.reference, same.held(inspected), examples)
        if inspected.model.laid:  # the host's training would say nothing of the weights that were handed in
            return
        for found in self._after_training(inspected, itself, examples, generator, apart):
            yield replace(found, apart=apart)

    def _after_training(
        self,
        inspected: InspectedModel,
        same: SameOutputs,
        examples: TrainTestSet,
        generator: np.random.Generator,
        apart: float | None,
    ) -> Iterator[Accuracy]:
        """What it learns in the host's training: as its proof says or, for a random share and in doubt, by training."""
        comparison = same.comparison
        known = self.enough(comparison.model_id, inspected.model.framework) is not None
        proof = inspected.model.find_proof(comparison.task, comparison.model_id)
        implied = known and proof is not None and learns_as_reference(proof, same, self.assignment.proof, apart)
        learned_apart = self._rehearse(inspected, same, examples, generator) if implied else None
        implied = implied and (learned_apart is None or learned_apart <= self.assignment.accuracy.learned_apart)
        audited = implied and stream(self.seed, AUDITS, inspected.index).random() < self.assignment.accuracy.audit
        if implied and not audited:
            found = Accuracy(task=comparison.task, model_id=comparison.model_id, mode="retrain", scorer="proof")
            yield replace(found, learned_apart=learned_apart)
            return
        yield from (
            replace(found, audited=audited) for found in self._train_again(inspected, same, examples, generator)
        )

    def _rehearse(
        self, inspected: InspectedModel, same: SameOutputs, examples: TrainTestSet, generator: np.random.Generator
    ) -> float | None:
        """How far a few steps on real rows lead from the reference's; `None` where these cost too much."""
        framework, model_id = inspected.model.framework, same.comparison.model_id
        if framework_named(framework).slow_eagerly:
            return None
        settings = self.assignment.accuracy
        short = protocol_of(settings, model_id).model_copy(update=REHEARSAL)
        reference = self.references.find(framework, model_id)
        lesson = draw_lesson(settings, short, inspected, same, reference, examples, generator)
        try:
            return inf if lesson is None else lesson.rehearse()
        except ModelError:
            return inf

    def _train_again(
        self, inspected: InspectedModel, same: SameOutputs, examples: TrainTestSet, generator: np.random.Generator
    ) -> Iterator[Accuracy]:
        """The best of several trainings from fresh weights; usually one, as most reach what is enough."""
        enough = self.enough(same.comparison.model_id, inspected.model.framework)
        best: Accuracy | None = None
        for number in range(1, self.assignment.accuracy.trainings + 1):
            found = self._train_once(inspected, same, examples, generator)
            if found is None:
                return
            metric = self.metrics[same.comparison.model_id]
            better = best is None or found.problem or found.rank > best.rank
            best = replace(found if better or best is None else best, trainings=number)
            if found.problem or enough is None or metric.reaches(found.score, enough):
                break
        if best is not None:
            yield best

    def _train_once(
        self, inspected: InspectedModel, same: SameOutputs, examples: TrainTestSet, generator: np.random.Generator
    ) -> Accuracy | None:
        """One training in the submission's process, scored by the reference; `None` if the inputs don't fit."""
        comparison, settings = same.comparison, self.assignment.accuracy
        protocol = protocol_of(settings, comparison.model_id)
        reference = self.references.find(inspected.model.framework, comparison.model_id)
        lesson = draw_lesson(settings, protocol, inspected, same, reference, examples, generator)
        if lesson is None:
            return None
        found = Accuracy(task=comparison.task, model_id=comparison.model_id, mode="retrain")
        try:
            weights, losses = lesson.teach()
        except ModelError as error:
            return replace(found, problem=str(error))
        found = replace(found, learned_apart=lesson.compare(losses), losses=tuple(losses))
        return self._scored(found, comparison.reference, weights, examples)

    def _measure_claim(
        self, channel: Channel, inspected: InspectedModel, task: str, model_id: str
    ) -> Iterator[Accuracy]:
        """Accuracy of a model that isn't proved, by its own answers."""
        examples = self.examples[model_id]
        reference = self.references.find(inspected.model.framework, model_id)
        if inspected.model.outputs != reference.inspected.model.outputs:
            return
        own = Side(ask=on_channel(channel), index=inspected.index, slots=(), convention=inspected.convention)
        found = Accuracy(task=task, model_id=model_id, mode="as_submitted", scorer="own answers")

        def predict(inputs: Array) -> Array:
            fitted = fit(inputs, inspected)
            if fitted is None:
                raise _UnfitError
            return own.predict([], [[fitted]])[0]

        try:
            measured = score(predict, examples, self.metrics[model_id], logits=None, trained=False)
        except _UnfitError:
            return
        except (ModelError, ValueError, IndexError) as error:
            yield replace(found, problem=str(error)[:600])
            return
        yield self._filled(found, measured)

    def _scored(self, found: Accuracy, side: Side, weights: Sequence[Array], examples: TrainTestSet) -> Accuracy:
        """The record with the score that a reference has with these weights."""
        logits = self.assignment.accuracy.models[found.model_id].logits
        metric, trained = self.metrics[found.model_id], found.mode == "retrain"
        try:
            measured = score(
                lambda inputs: side.predict(weights, [[inputs]])[0], examples, metric, logits=logits, trained=trained
            )
        except ValueError as error:  # numbers of which the metric makes none
            return replace(found, problem=str(error)[:600])
        return self._filled(found, measured)

    def _filled(self, found: Accuracy, measured: Score) -> Accuracy:
        """The record with a score."""
        metric = self.metrics[found.model_id]
        return replace(
            found,
            rows=measured.rows,
            right=measured.right,
            metric=metric.name,
            smaller_is_better=metric.smaller_is_better,
            value=None if measured.interval is None else measured.value,
            interval=measured.interval,
            breakdown=measured.breakdown,
        )

    def _compare_own(
        self, inspected: InspectedModel, same: SameOutputs, examples: TrainTestSet, generator: np.random.Generator
    ) -> float | None:
        """Difference between the model's own answers and those of its weights, on real rows with noise."""
        count = len(same.comparison.calls[0][0])  # as in the proof's calls, whose graph then serves
        rows = generator.integers(0, len(examples.inputs), count)
        inputs = examples.scaled(examples.inputs[rows], examples.scales[0])
        if inputs.dtype.kind == "f":
            noisy = inputs + np.asarray(generator.normal(0, NOISE, inputs.shape), np.float32)
            inputs = np.clip(noisy, inputs.min(), inputs.max())
        fitted = fit(inputs, inspected)
        return None if fitted is None else same.compare_own(inspected, [fitted], [inputs])
