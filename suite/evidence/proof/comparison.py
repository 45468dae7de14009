"""One model against one oracle: the same weights in both, the same inputs, the same training steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import prod

import numpy as np

from suite.assignments import ProofSettings
from suite.evidence.proof.distance import FORMS, difference, nearest
from suite.evidence.proof.experiment import Batch, ModelError, Side
from suite.evidence.proof.random_tensors import Array, draw_weights
from suite.evidence.proof.weight_mappings import WeightMapping, lay, moves_apart
from suite.records import Movement, Proof


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelComparison:
    """A model that has a chance of being an oracle's equal."""

    own: Side
    """The submission's model, with the tensors to be loaded."""
    oracle: Side
    """The oracle."""
    model_id: str
    """Its name."""
    ways: Sequence[WeightMapping]
    """Of laying the oracle's weights into the model."""
    calls: Sequence[Sequence[Array]]
    """Inputs to compare on and then to train on, as the model wants them."""
    oracle_calls: Sequence[Sequence[Array]]
    """The same as the oracle wants them."""
    layers: tuple[str, ...]
    """Names of the model's layers, in order."""
    oracle_layers: tuple[str, ...]
    """Names of the oracle's."""
    answers: tuple[int, ...]
    """Which of the model's outputs stand for the oracle's, by their places."""
    squashable: bool
    """Whether logits may stand for probabilities and the other way round."""
    settings: ProofSettings
    """How far apart is equal, for stopping early."""

    def prove(self, generator: np.random.Generator) -> Proof:
        """Compare outputs in each way until one is equal, then what both learn; or find the layer at fault."""
        weights = draw_weights([(slot.name, slot.shape) for slot in self.oracle.slots], generator)
        compared = self.settings.calls
        expected = self.oracle.predict(weights, self.oracle_calls[:compared])
        best = Proof(model_id=self.model_id, mappings=len(self.ways))
        for number, way in enumerate(self.ways, 1):
            try:
                outputs = self._predict(way, weights)
            except ModelError as error:
                return Proof(model_id=self.model_id, mappings=number, problem=str(error))
            enough = self.settings.outputs_of_largest
            apart, form = nearest(outputs, expected, FORMS if self.squashable else FORMS[:1], enough)
            if apart is not None and apart <= enough:
                filled = sum(prod(slot.shape) for slot in self.own.slots if slot.place is not None)
                found = Proof(model_id=self.model_id, mappings=number, difference=apart, form=form, filled=filled)
                return self._learn(found, way, weights, expected[: len(expected) // compared], generator)
            if apart is not None and (best.difference is None or apart < best.difference):
                best = Proof(model_id=self.model_id, mappings=len(self.ways), difference=apart, form=form)
        return self._blame(best, weights)

    def _predict(self, way: WeightMapping, weights: Sequence[Array]) -> list[Array]:
        """Those outputs of the model that are compared, of all calls."""
        calls = self.calls[: self.settings.calls]
        outputs = self.own.predict(lay(way, weights), calls)
        size = len(outputs) // len(calls)
        return [outputs[size * call + place] for call in range(len(calls)) for place in self.answers if place < size]

    def _learn(
        self,
        found: Proof,
        way: WeightMapping,
        weights: Sequence[Array],
        like: Sequence[Array],
        generator: np.random.Generator,
    ) -> Proof:
        """Take training steps in both; one only where two biases for one make the weights part after it."""
        steps = 1 if moves_apart(way) else self.settings.steps
        targets = [[np.asarray(generator.random(a.shape), np.float32) for a in like] for _ in range(steps)]
        start = lay(way, weights)
        try:
            after = self.own.train(
                start,
                _batches(self.calls, targets),
                answers=self.answers,
                rate=self.settings.rate,
                softmax=found.form in ("own logits", "both"),
            )
        except ModelError as error:
            return replace(found, problem=str(error))
        moved = self.oracle.train(
            weights,
            _batches(self.oracle_calls, targets),
            answers=range(len(like)),
            rate=self.settings.rate,
            softmax=found.form in ("oracle logits", "both"),
        )
        if not all(np.isfinite(array).all() for array in after):
            return replace(found, problem="weights after a training step are no numbers")
        return replace(found, steps=steps, movements=tuple(self._movements(way, weights, moved, start, after)))

    def _movements(
        self,
        way: WeightMapping,
        weights: Sequence[Array],
        moved: Sequence[Array],
        start: Sequence[Array],
        after: Sequence[Array],
    ) -> list[Movement]:
        """How each of the model's tensors moved, beside how the oracle's did."""
        moves = [late.astype(np.float64) - early for late, early in zip(moved, weights, strict=True)]
        found = []
        for link in way:
            for place, expected in zip(link.own, link.carry_movement([moves[n] for n in link.oracle]), strict=True):
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
        """Name the first layer that answers something else, where the two models' layers stand side by side."""
        if len(self.layers) != len(self.oracle_layers):
            return proof
        try:
            heard = self.own.listen(lay(self.ways[0], weights), self.calls[0])
        except ModelError:
            return proof
        expected = self.oracle.listen(weights, self.oracle_calls[0])
        for place, (ours, theirs) in enumerate(zip(self.layers, self.oracle_layers, strict=True), 1):
            after = self.layers[place : place + 1]
            if ours not in heard or theirs not in expected:
                return proof
            if after and after[0] in heard and np.array_equal(heard[ours], heard[after[0]]):
                continue  # a stack in one module tells its last layer's output only
            apart = difference([heard[ours]], [expected[theirs]])
            if apart is None or apart > self.settings.outputs_of_largest:
                return replace(proof, layer=place) if heard[ours].shape == expected[theirs].shape else proof
        return proof


def _batches(calls: Sequence[Sequence[Array]], targets: Sequence[Sequence[Array]]) -> list[Batch]:
    """The last inputs with the targets."""
    inputs = calls[len(calls) - len(targets) :]
    return [Batch(inputs=given, targets=wanted) for given, wanted in zip(inputs, targets, strict=True)]
