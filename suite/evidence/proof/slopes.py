"""Tells of many tensors at once that a model's answer depends on them, by one gradient that is then checked.

A gradient is a claim, as a model may state one of its own. So the tensors that it says matter are moved a little, all
together and each by as much as is said to change the answer equally: if the answer changes by the sum, each has its
share in it. What isn't confirmed so is to be tried tensor by tensor.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import sqrt

import numpy as np

from suite.evidence.proof.experiment import Inputs, ModelError, Side
from suite.evidence.proof.random_tensors import Array

LEAST = 3e-3  # effect that a tensor's other draw must promise: 30 times the proof's tolerance
STEP = 2e-3  # share of the way to it: a change of 6e-6 at least, ten times what rounding does, and nearly linear
CHECKS = 4  # directions besides the one in which all effects add up, where one feigned effect may hide another
SHARE = 0.5  # of one tensor's effect, by which the sum may be off; in networks of 50 tensors it was by up to 0.35


@dataclass(frozen=True, slots=True, kw_only=True)
class SlopeCheck:
    """A model with some weights and inputs, and how its answer changes when the weights do."""

    side: Side
    """The model."""
    weights: Sequence[Array]
    """What its tensors hold."""
    ways: Mapping[int, Array]
    """For each place among the slots, how far it is to another draw."""
    inputs: Inputs
    """What it is called with."""
    generator: np.random.Generator
    """Draws directions."""
    factors: Sequence[Array] = ()
    """By which the outputs are weighted and summed to one number; changes of 1 are as large as the outputs."""

    def confirmed(self) -> set[int]:
        """The places whose tensors have an effect for certain; none if the model has no gradients."""
        try:
            outputs = self.side.predict(self.weights, [self.inputs])
            if not outputs or not all(array.size and np.isfinite(array).all() for array in outputs):
                return set()
            check = replace(self, factors=[_factors(array, self.generator) for array in outputs])
            slopes = self.side.slopes(self.weights, self.inputs, check.factors)
            effects = {place: float(np.vdot(slopes[place], self.ways[place])) for place in self.ways if place in slopes}
            clear = {place: each for place, each in effects.items() if LEAST < abs(each) < np.inf}
            return check.check(list(clear), clear, check.sum(outputs))
        except ModelError:
            return set()

    def check(self, group: Sequence[int], effects: Mapping[int, float], before: float) -> set[int]:
        """Those of a group that have the effects which their gradients promise; halves are checked where a whole fails.

        A single tensor isn't checked: to try it as it is costs less.
        """
        if len(group) <= 1:
            return set()
        share = STEP * min(abs(effects[place]) for place in group)
        ways = [np.ones(len(group)), *(self.generator.choice((-1.0, 1.0), len(group)) for _ in range(CHECKS))]
        moves = (
            {place: share * sign / effects[place] for place, sign in zip(group, signs, strict=True)} for signs in ways
        )
        if all(
            abs(self._answer(move) - before - share * signs.sum()) <= SHARE * share
            for signs, move in zip(ways, moves, strict=True)
        ):
            return set(group)
        middle = len(group) // 2
        return self.check(group[:middle], effects, before) | self.check(group[middle:], effects, before)

    def sum(self, outputs: Sequence[Array]) -> float:
        """The weighted sum of outputs; not a number if their shapes are others than before."""
        if [array.shape for array in outputs] != [array.shape for array in self.factors]:
            return float("nan")
        return sum(float((o * f).sum(dtype=np.float64)) for o, f in zip(outputs, self.factors, strict=True))

    def _answer(self, moves: Mapping[int, float]) -> float:
        """The weighted sum of the outputs, after tensors were moved by parts of their ways."""
        weights = [
            array + np.float32(moves[place]) * self.ways[place] if place in moves else array
            for place, array in enumerate(self.weights)
        ]
        return self.sum(self.side.predict(weights, [self.inputs]))


def _factors(outputs: Array, generator: np.random.Generator) -> Array:
    """Random factors, with which numbers that are as large as the outputs add up to about 1."""
    largest = max(float(np.abs(outputs).max()), 1e-30)
    return np.asarray(generator.normal(0, 1 / (largest * sqrt(outputs.size)), outputs.shape), np.float32)
