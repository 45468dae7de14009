"""One model against one reference: the same weights in both, the same inputs, the same training steps."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import islice
from math import prod
from typing import Any, TypeAlias

import numpy as np

from suite.assignments import ProofSettings
from suite.evidence.interview.inspection import InspectedModel
from suite.evidence.proof.distance import Samples, difference, nearest
from suite.evidence.proof.experiment import Ask, Batch, ModelError, Side
from suite.evidence.proof.random_tensors import Array, by_shape
from suite.evidence.proof.training_mode import compare_statistics
from suite.evidence.proof.weight_blocks import decompositions
from suite.evidence.proof.weight_layouts import Shape
from suite.evidence.proof.weight_mappings import WeightMapping
from suite.evidence.proof.weight_pairing import PairingSearch, TooManyCallsError
from suite.records import Movement, OutputForm, Proof

Answers: TypeAlias = tuple[int, ...]
"""Positions of a model's outputs that correspond to the reference's, in the reference's order."""
LIKELIEST = 2  # mappings that are tried before the weights are paired: nearly all models have one of them
MAX_RATES, SLOWER = 8, 0.1  # learning rates that are tried, each so much of the one before
FARTHEST = 1.0  # that a weight may move, as a share of the largest weight: in a deep network some run away
SAMPLES = 8  # sets of weights by which logits show: with one set all lie between 0 and 1 in up to half of the cases
MAX_CUTS = 6  # ways of cutting the weights into blocks that are tried; each shows in one call whether it can be right


@dataclass(frozen=True, slots=True, kw_only=True)
class SameOutputs:
    """A model that gives a reference's outputs."""

    comparison: ModelComparison
    """Both models, ready to be asked."""
    mapping: WeightMapping
    """The right mapping of the reference's tensors to the model's."""
    answers: Answers
    """The model's outputs that are the reference's."""
    form: OutputForm
    """How the outputs were compared."""

    @property
    def copied(self) -> bool:
        """Whether a copy of the model answers, and not its own process."""
        return self.comparison.own.copied

    def asking(self, ask: Ask) -> SameOutputs:
        """The same with another process that answers for the model; nothing in it runs as a graph."""
        return self._with(traced=False, traced_calls=False, copied=False, ask=ask)

    def of(self, ask: Ask, index: int) -> SameOutputs:
        """The same of a model that computes alike."""
        return self._with(ask=ask, index=index)

    def _with(self, **changed: Any) -> SameOutputs:
        """The same with something else about the model's side."""
        own = replace(self.comparison.own, **changed)
        return replace(self, comparison=replace(self.comparison, own=own))

    def restore(self, arrays: Sequence[Array]) -> list[Array]:
        """The reference's weights that compute what the model does with `arrays`."""
        return self.mapping.restore(arrays, [slot.shape for slot in self.comparison.reference.slots])

    def held(self, inspected: InspectedModel) -> list[Array]:
        """The reference's weights that compute what the model does with its own, as it held them when inspected."""
        values = {slot.number: each for slot, each in zip(inspected.slots, inspected.values, strict=True)}
        return self.restore([values[slot.number].astype(np.float32) for slot in self.comparison.own.slots])

    def compare_own(
        self, inspected: InspectedModel, own: Sequence[Array] = (), reference: Sequence[Array] = ()
    ) -> float | None:
        """How far the model's answers are, with its own weights, from those that they give in the reference.

        On the given inputs of both, or those of the first call. `None` if that can't be told: the model raises, or its
        weights are no numbers.
        """
        comparison = self.comparison
        try:
            answers = replace(comparison.own, slots=()).predict([], [own or comparison.calls[0]])
        except ModelError:
            return None
        expected = comparison.reference.predict(self.held(inspected), [reference or comparison.reference_calls[0]])
        return comparison.compare(answers, expected, 1)[0]

    @property
    def own_logits(self) -> bool:
        """Whether the model's outputs are made into probabilities before they are compared."""
        return self.form in ("own logits", "both")

    @property
    def reference_logits(self) -> bool:
        """Whether the reference's outputs are."""
        return self.form in ("reference logits", "both")


@dataclass(frozen=True, slots=True, kw_only=True)
class MappingFound:
    """The weight mapping under which the outputs differ least."""

    tried: int = 0
    """Number of mappings tried."""
    difference: float | None = None
    """Largest difference of an output, as a share of the reference's largest; `None` if none can be compared."""
    form: OutputForm = "same"
    """How the outputs were compared."""
    same: SameOutputs | None = None
    """The model, if the difference is small enough."""
    all_tried: bool = True
    """Whether no other mapping is likely to make the outputs equal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelComparison:
    """A model to be compared with a reference."""

    own: Side
    """The submission's model, with the tensors to be loaded."""
    reference: Side
    """The reference model."""
    task: str
    """Id of the task that accepts it."""
    model_id: str
    """The reference's name."""
    mappings: Sequence[WeightMapping]
    """Possible mappings of the reference's tensors to the model's, most likely first."""
    calls: Sequence[Sequence[Array]]
    """Inputs to compare on and then to train on, as the model wants them."""
    reference_calls: Sequence[Sequence[Array]]
    """The same inputs as the reference wants them."""
    layers: tuple[str, ...]
    """Names of the model's layers, in order."""
    reference_layers: tuple[str, ...]
    """Names of the reference's layers."""
    layer_shapes: Sequence[Sequence[Shape]]
    """Shapes of the reference's tensors by layer."""
    orders: Sequence[Answers]
    """The model's outputs that may be the reference's, their own order first."""
    words: int
    """Word indices are drawn below this; 0 if none are read."""
    own_vocabulary: bool
    """Whether the model has numbered its words itself."""
    squashable: bool
    """Whether logits are accepted for probabilities and the other way round."""
    settings: ProofSettings
    """Which differences count as equal."""
    samples: Samples = ((), ())
    """Answers of both with other weights, where single numbers may be logits or probabilities."""

    def prove(self, generator: np.random.Generator) -> tuple[Proof, SameOutputs | None]:
        """Compare outputs, then what both learn; where outputs differ, find the layer at fault.

        A model that raises gets a second attempt with inputs in the range of the data.
        """
        sampled = self._with_samples(generator)
        proof, same = sampled._prove(generator)
        if same is not None or not proof.problem:
            return proof, same
        milder = replace(sampled, calls=_within_range(self.calls), reference_calls=_within_range(self.reference_calls))
        again, same = milder._prove(generator)
        return (proof, None) if again.problem else (again, same)

    def _with_samples(self, generator: np.random.Generator) -> ModelComparison:
        """With answers that tell logits from probabilities, if single numbers are answered and either is accepted."""
        if not self.squashable:
            return self
        weights = [self.reference.draw_weights(generator) for _ in range(SAMPLES)]
        theirs = self.reference.predict(weights[0], self.reference_calls[:1])
        if len(theirs) != 1 or theirs[0].shape[-1:] != (1,):
            return self
        ours: list[Array] = []
        for each in weights:
            theirs += self.reference.predict(each, self.reference_calls[:1])
            try:
                ours += self.own.predict(self._guess(each, generator), self.calls[:1])
            except ModelError:
                continue
        alike = [array for array in ours if array.shape == theirs[0].shape and np.isfinite(array).all()]
        return replace(self, samples=(alike, [array for array in theirs if np.isfinite(array).all()]))

    def _guess(self, weights: Sequence[Array], generator: np.random.Generator) -> Sequence[Array]:
        """Weights for the model: the reference's by the likeliest mapping or, where there is none, others."""
        if self.mappings:
            return self.mappings[0].apply(weights)
        return by_shape([slot.shape for slot in self.own.slots], generator)

    def _prove(self, generator: np.random.Generator) -> tuple[Proof, SameOutputs | None]:
        """One attempt with the given inputs."""
        weights = self.reference.draw_weights(generator)
        proof = Proof(task=self.task, model_id=self.model_id, mappings=len(self.mappings))
        expected = self.expect(weights)
        try:
            found = self.find_mapping(weights, expected, generator)
        except MappingError as error:
            return replace(proof, mappings=error.tried, problem=str(error)), None
        proof = replace(proof, difference=found.difference, form=found.form, all_tried=found.all_tried)
        if found.same is None:
            return self._blame(proof, weights), None
        filled = sum(prod(slot.shape) for slot in self.own.slots if slot.place is not None)
        statistics = compare_statistics(
            self.own, self.reference, found.same.mapping, weights, self.calls[0], self.reference_calls[0]
        )
        proof = replace(proof, mappings=found.tried, filled=filled, statistics=statistics)
        like = expected[: len(expected) // self.settings.calls]
        learnt = self._learn(proof, found.same, weights, like, generator)
        for _ in range(self.settings.lessons - 1):
            if not self.settings.may_be_rounding(learnt):
                break
            learnt = self._learn(proof, found.same, self.reference.draw_weights(generator), like, generator)
        return learnt, found.same

    def expect(self, weights: Sequence[Array]) -> list[Array]:
        """The reference's outputs for all calls that are compared."""
        return self.reference.predict(weights, self.reference_calls[: self.settings.calls])

    def find_mapping(
        self, weights: Sequence[Array], expected: Sequence[Array], generator: np.random.Generator
    ) -> MappingFound:
        """Try the likeliest mappings, then pair the weights by what they do; where that can't tell, try all mappings.

        Without equal outputs, the nearest. Raises `MappingError` where the model raises.
        """
        best = MappingFound()
        try:
            best = self._try_all(self.mappings[:LIKELIEST], weights, expected, best)
            if not best.same:
                best = self._pair(weights, expected, best, generator)
            if best.same or best.all_tried:
                return best
            best = self._try_all(self.mappings[LIKELIEST:], weights, expected, best)
            return replace(best, all_tried=0 < len(self.mappings) < self.settings.max_mappings)
        except ModelError as error:
            raise MappingError(best.tried + 1, str(error)) from error

    def _try_all(
        self,
        mappings: Sequence[WeightMapping],
        weights: Sequence[Array],
        expected: Sequence[Array],
        best: MappingFound,
    ) -> MappingFound:
        """The best one of `best` and some mappings, up to the first that makes the outputs equal."""
        for mapping in mappings:
            best = self._try(mapping, weights, expected, best)
            if best.same:
                break
        return best

    def _try(
        self, mapping: WeightMapping, weights: Sequence[Array], expected: Sequence[Array], best: MappingFound
    ) -> MappingFound:
        """The better one of `best` and a mapping."""
        outputs = self.own.predict(mapping.apply(weights), self.calls[: self.settings.calls])
        apart, form, answers = self.compare(outputs, expected, self.settings.calls)
        best = replace(best, tried=best.tried + 1)
        if apart is None or (best.difference is not None and apart >= best.difference):
            return best
        same = SameOutputs(comparison=self, mapping=mapping, answers=answers, form=form)
        enough = apart <= self.settings.outputs_of_largest
        return replace(best, difference=apart, form=form, same=same if enough else None)

    def _pair(
        self, weights: Sequence[Array], expected: Sequence[Array], best: MappingFound, generator: np.random.Generator
    ) -> MappingFound:
        """Pair the weights by what they do, in each way of cutting them into blocks."""
        search = PairingSearch(
            reference=lambda arrays: self.reference.predict(arrays, self.reference_calls[:1]),
            own=lambda arrays: self.own.predict(arrays, self.calls[:1]),
            compare=lambda outputs, wanted: self.compare(outputs, wanted, 1)[0],
            tensors=tuple(self.reference.drawn_tensors),
            own_shapes=tuple(slot.shape for slot in self.own.slots),
            own_roles=tuple(slot.said for slot in self.own.slots),
            enough=self.settings.outputs_of_largest,
            generator=generator,
        )
        cuts = list(islice(decompositions(self.layer_shapes, search.own_shapes), MAX_CUTS + 1))
        best = replace(best, all_tried=0 < len(cuts) <= MAX_CUTS)
        for blocks in cuts[:MAX_CUTS]:
            try:
                mapping = search.pair(blocks, self.settings.pairing_calls)
            except TooManyCallsError:
                best = replace(best, all_tried=False)
                continue
            if mapping is not None:
                best = self._try(mapping, weights, expected, best)
                if best.same:
                    return best
        return best

    def compare(
        self, outputs: Sequence[Array], expected: Sequence[Array], calls: int
    ) -> tuple[float | None, OutputForm, Answers]:
        """How far the model's outputs for some calls are from the reference's, in the order that fits them best."""
        size, enough = len(outputs) // calls, self.settings.outputs_of_largest
        best: tuple[float | None, OutputForm, Answers] = None, "same", self.orders[0]
        for answers in self.orders:
            chosen = [outputs[size * call + place] for call in range(calls) for place in answers if place < size]
            apart, form = nearest(chosen, expected, enough, squashable=self.squashable, samples=self.samples)
            if apart is not None and (best[0] is None or apart < best[0]):
                best = apart, form, answers
            if apart is not None and apart <= enough:
                break
        return best

    def _learn(
        self,
        proof: Proof,
        same: SameOutputs,
        weights: Sequence[Array],
        like: Sequence[Array],
        generator: np.random.Generator,
    ) -> Proof:
        """Train both by the same steps, at the same time: the model at once with the rate that nearly all models bear.

        By one only if biases are joined or split, as weights differ after it, or if none of the model's code is the
        notebook's, which might do something else in the second.
        """
        steps = 1 if same.mapping.diverges or self.own.traceable else self.settings.steps
        targets = [[np.asarray(generator.random(a.shape), np.float32) for a in like] for _ in range(steps)]
        start, batches = same.mapping.apply(weights), _batches(self.calls, targets)

        def train(rate: float) -> list[Array]:
            return self.own.train(start, batches, answers=same.answers, rate=rate, softmax=same.own_logits)

        with ThreadPoolExecutor(1) as beside:
            first = beside.submit(train, self.settings.rate)
            rate, moved = self._teach(same, weights, targets)
        try:
            after = first.result() if rate == self.settings.rate else train(rate)
        except ModelError as error:
            return replace(proof, problem=str(error))
        if not all(np.isfinite(array).all() for array in after):
            return replace(proof, problem="weights after a training step are no numbers")
        movements = self._movements(same.mapping, weights, moved, start, after)
        return replace(proof, steps=steps, movements=tuple(movements))

    def _teach(
        self, same: SameOutputs, weights: Sequence[Array], targets: Sequence[Sequence[Array]]
    ) -> tuple[float, list[Array]]:
        """The reference's weights after training, and a learning rate with which no weight runs away.

        Of rates that are too large, the first step alone tells how many may be passed over.
        """

        def teach(rate: float, steps: int) -> list[Array]:
            batches, answers = _batches(self.reference_calls, targets)[:steps], range(len(targets[0]))
            return self.reference.train(weights, batches, answers=answers, rate=rate, softmax=same.reference_logits)

        rates = [self.settings.rate * SLOWER**tried for tried in range(MAX_RATES)]
        farthest = FARTHEST * max(map(_largest, weights))
        rate, moved = rates[0], teach(rates[0], len(targets))
        if _farthest(moved, weights) <= farthest:  # false for what is no number
            return rate, moved
        first = _farthest(teach(rates[0], 1), weights) / rates[0]
        for rate in rates[1:]:
            if rate > rates[-1] and farthest < first * rate < np.inf:
                continue
            moved = teach(rate, len(targets))
            if _farthest(moved, weights) <= farthest:
                break
        return rate, moved

    def _movements(
        self,
        mapping: WeightMapping,
        weights: Sequence[Array],
        moved: Sequence[Array],
        start: Sequence[Array],
        after: Sequence[Array],
    ) -> list[Movement]:
        """How each of the model's tensors changed, beside how the reference's did."""
        moves = [late - early for late, early in zip(moved, weights, strict=True)]
        return [
            Movement(
                tensor=slot.name,
                difference=_largest(late - early - expected),
                movement=_largest(expected),
                value=_largest(early),
            )
            for slot, early, late, expected in zip(
                self.own.slots, start, after, mapping.carry_movements(moves), strict=True
            )
        ]

    def _blame(self, proof: Proof, weights: Sequence[Array]) -> Proof:
        """Find the first layer whose output differs, if both models have the same number of layers."""
        if len(self.layers) != len(self.reference_layers) or not self.mappings:
            return proof
        try:
            heard = self.own.listen(self.mappings[0].apply(weights), self.calls[0])
        except ModelError:
            return proof
        expected = self.reference.listen(weights, self.reference_calls[0])
        for place, (ours, theirs) in enumerate(zip(self.layers, self.reference_layers, strict=True), 1):
            after = self.layers[place : place + 1]
            if ours not in heard or theirs not in expected:
                return proof
            if after and after[0] in heard and np.array_equal(heard[ours], heard[after[0]]):
                continue  # a module that stacks layers shows only the last one's output
            apart = difference([heard[ours]], [expected[theirs]])
            if apart is None or apart > self.settings.outputs_of_largest:
                return replace(proof, layer=place) if heard[ours].shape == expected[theirs].shape else proof
        return proof


def _within_range(calls: Sequence[Sequence[Array]]) -> list[list[Array]]:
    """The inputs in [0, 1], as data are: a model may refuse others, and need not answer them. Word indices stay."""
    return [[np.minimum(np.abs(a), 1) if a.dtype.kind == "f" else a for a in call] for call in calls]


def _largest(values: Array) -> float:
    return float(np.abs(values).max(initial=0))


def _farthest(after: Sequence[Array], before: Sequence[Array]) -> float:
    """The longest way that a number moved; no number if some isn't one."""
    return float(np.max([_largest(late - early) for late, early in zip(after, before, strict=True)]))


class MappingError(ModelError):
    """The model raised an exception under a mapping."""

    def __init__(self, tried: int, problem: str) -> None:
        super().__init__(problem)
        self.tried = tried


def _batches(calls: Sequence[Sequence[Array]], targets: Sequence[Sequence[Array]]) -> list[Batch]:
    """Pair the last inputs with the targets."""
    inputs = calls[len(calls) - len(targets) :]
    return [Batch(inputs=given, targets=wanted) for given, wanted in zip(inputs, targets, strict=True)]
