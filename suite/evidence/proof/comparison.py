"""One model against one reference: the same weights in both, the same inputs, the same training steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import prod

import numpy as np

from suite.assignments import ProofSettings
from suite.evidence.proof.distance import difference, nearest
from suite.evidence.proof.experiment import Batch, ModelError, Side
from suite.evidence.proof.random_tensors import Array
from suite.evidence.proof.weight_mappings import WeightMapping, apply, diverges
from suite.records import Movement, OutputForm, Proof


@dataclass(frozen=True, slots=True, kw_only=True)
class MappingFound:
    """The weight mapping under which the outputs differ least."""

    tried: int
    """Number of mappings tried; if `equal`, the last one is the right one."""
    difference: float | None
    """Largest difference of an output, as a share of the reference's largest; `None` if none can be compared."""
    form: OutputForm
    """How the outputs were compared."""
    equal: bool
    """Whether the difference is small enough."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SameOutputs:
    """A model that gives a reference's outputs."""

    comparison: ModelComparison
    """Both models, ready to be asked."""
    mapping: WeightMapping
    """The right mapping of the reference's tensors to the model's."""
    form: OutputForm
    """How the outputs were compared."""

    @property
    def own_logits(self) -> bool:
        """Whether the model's outputs are made into probabilities before they are compared."""
        return self.form in ("own logits", "both")

    @property
    def reference_logits(self) -> bool:
        """Whether the reference's outputs are."""
        return self.form in ("reference logits", "both")


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
    answers: tuple[int, ...]
    """Positions of the model's outputs that correspond to the reference's."""
    squashable: bool
    """Whether logits are accepted for probabilities and the other way round."""
    settings: ProofSettings
    """Which differences count as equal."""

    def prove(self, generator: np.random.Generator) -> tuple[Proof, SameOutputs | None]:
        """Compare outputs, then what both learn; where outputs differ, find the layer at fault."""
        weights = self.reference.draw_weights(generator)
        expected = self.expect(weights)
        proof = Proof(task=self.task, model_id=self.model_id, mappings=len(self.mappings))
        try:
            found = self.find_mapping(weights, expected)
        except MappingError as error:
            return replace(proof, mappings=error.tried, problem=str(error)), None
        proof = replace(proof, difference=found.difference, form=found.form)
        if not found.equal:
            return self._blame(proof, weights), None
        mapping = self.mappings[found.tried - 1]
        filled = sum(prod(slot.shape) for slot in self.own.slots if slot.place is not None)
        same = SameOutputs(comparison=self, mapping=mapping, form=found.form)
        like = expected[: len(expected) // self.settings.calls]
        return self._learn(replace(proof, mappings=found.tried, filled=filled), same, weights, like, generator), same

    def expect(self, weights: Sequence[Array]) -> list[Array]:
        """The reference's outputs for all calls that are compared."""
        return self.reference.predict(weights, self.reference_calls[: self.settings.calls])

    def find_mapping(self, weights: Sequence[Array], expected: Sequence[Array]) -> MappingFound:
        """Try the mappings in order until the outputs agree; otherwise return the nearest one.

        Raises `MappingError` where the model raises.
        """
        enough = self.settings.outputs_of_largest
        best = MappingFound(tried=len(self.mappings), difference=None, form="same", equal=False)
        for number, mapping in enumerate(self.mappings, 1):
            try:
                outputs = self._predict(mapping, weights)
            except ModelError as error:
                raise MappingError(number, str(error)) from error
            apart, form = nearest(outputs, expected, enough, squashable=self.squashable)
            if apart is not None and apart <= enough:
                return MappingFound(tried=number, difference=apart, form=form, equal=True)
            if apart is not None and (best.difference is None or apart < best.difference):
                best = replace(best, difference=apart, form=form)
        return best

    def _predict(self, mapping: WeightMapping, weights: Sequence[Array]) -> list[Array]:
        """The model's outputs that are compared, for all calls."""
        calls = self.calls[: self.settings.calls]
        outputs = self.own.predict(apply(mapping, weights), calls)
        size = len(outputs) // len(calls)
        return [outputs[size * call + place] for call in range(len(calls)) for place in self.answers if place < size]

    def _learn(
        self,
        proof: Proof,
        same: SameOutputs,
        weights: Sequence[Array],
        like: Sequence[Array],
        generator: np.random.Generator,
    ) -> Proof:
        """Train both by the same steps; by one only if biases are joined or split, as weights differ after it."""
        steps = 1 if diverges(same.mapping) else self.settings.steps
        targets = [[np.asarray(generator.random(a.shape), np.float32) for a in like] for _ in range(steps)]
        start = apply(same.mapping, weights)
        try:
            after = self.own.train(
                start,
                _batches(self.calls, targets),
                answers=self.answers,
                rate=self.settings.rate,
                softmax=same.own_logits,
            )
        except ModelError as error:
            return replace(proof, problem=str(error))
        moved = self.reference.train(
            weights,
            _batches(self.reference_calls, targets),
            answers=range(len(like)),
            rate=self.settings.rate,
            softmax=same.reference_logits,
        )
        if not all(np.isfinite(array).all() for array in after):
            return replace(proof, problem="weights after a training step are no numbers")
        movements = self._movements(same.mapping, weights, moved, start, after)
        return replace(proof, steps=steps, movements=tuple(movements))

    def _movements(
        self,
        mapping: WeightMapping,
        weights: Sequence[Array],
        moved: Sequence[Array],
        start: Sequence[Array],
        after: Sequence[Array],
    ) -> list[Movement]:
        """How each of the model's tensors changed, beside how the reference's did."""
        moves = [late.astype(np.float64) - early for late, early in zip(moved, weights, strict=True)]
        found = []
        for link in mapping:
            carried = link.carry_movement([moves[n] for n in link.reference])
            for place, expected in zip(link.own, carried, strict=True):
                seen = after[place].astype(np.float64) - start[place]
                found.append(
                    Movement(
                        tensor=self.own.slots[place].name,
                        difference=float(np.abs(seen - expected).max(initial=0)),
                        movement=float(np.abs(expected).max(initial=0)),
                        value=float(np.abs(start[place]).max(initial=0)),
                    )
                )
        return found

    def _blame(self, proof: Proof, weights: Sequence[Array]) -> Proof:
        """Find the first layer whose output differs, if both models have the same number of layers."""
        if len(self.layers) != len(self.reference_layers):
            return proof
        try:
            heard = self.own.listen(apply(self.mappings[0], weights), self.calls[0])
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


class MappingError(ModelError):
    """The model raised an exception under a mapping."""

    def __init__(self, tried: int, problem: str) -> None:
        super().__init__(problem)
        self.tried = tried


def _batches(calls: Sequence[Sequence[Array]], targets: Sequence[Sequence[Array]]) -> list[Batch]:
    """Pair the last inputs with the targets."""
    inputs = calls[len(calls) - len(targets) :]
    return [Batch(inputs=given, targets=wanted) for given, wanted in zip(inputs, targets, strict=True)]
