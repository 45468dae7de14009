"""What a framework must do with a model for the functional proof: take weights, answer, and learn by plain SGD."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

from suite.inside.frameworks.views import Array

Batch: TypeAlias = tuple[Sequence[Any], Sequence[Array]]
"""Inputs and targets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepOptions:
    """How to learn."""

    rate: float
    """Of plain SGD."""
    softmax: bool
    """The outputs are logits: their probabilities are held against the targets."""
    traced: bool
    """Through a graph, where the framework has them."""
    answers: tuple[int, ...]
    """Places of the outputs that are held against the targets; what else a model returns doesn't count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingGoal:
    """What a model is trained towards."""

    kind: str
    """`classes`: the number of a class a row; `steps`: 0 or 1 at each step, of which the first doesn't count."""
    logits: bool
    """Whether the model answers logits instead of probabilities."""
    traced: bool
    """Through a graph, where the framework has them."""


class Learner(Protocol):
    """One framework."""

    def swap(self, handle: Any, values: Any) -> Any:
        """Put values into a tensor and return those that it held, in a form that `swap` takes back."""

    def read(self, handle: Any) -> Array:
        """The values of a tensor, as an array of its own."""

    def reset(self, model: Any) -> None:
        """Let a model that keeps a state between calls forget it, where it says how."""

    def call(self, model: Any, inputs: Sequence[Any], *, traced: bool) -> list[Array]:
        """All outputs, float32, for arrays or lists of texts; through a graph where asked for and possible.

        Where the model holds a layer that turns texts into numbers, an array stands for what that layer returns.
        """

    def call_layer(self, layer: Any, inputs: Sequence[Array], *, nested: bool) -> list[Array]:
        """All outputs, float32, of a layer by itself, given an input, and states: `nested` in one argument."""

    def step(self, model: Any, handles: Sequence[Any], batch: Batch, rule: StepOptions) -> None:
        """Move the tensors of one step of SGD, without momentum, down the mean squared error, summed over the outputs.

        The model computes as it does for inference, so that dropout and batch statistics draw nothing at random.
        """

    def slope(
        self, model: Any, handles: Sequence[Any], batch: Batch, goal: TrainingGoal
    ) -> tuple[float, list[Array | None]]:
        """The mean cross-entropy of a batch, and its gradient for each tensor; `None` for one that isn't trained.

        As in `step` the model computes as it does for inference.
        """

    def move(self, handle: Any, by: Array) -> None:
        """Add to a tensor."""

    def undisturbed(self) -> AbstractContextManager[object]:
        """For many small steps in a row: on one thread, where that can be chosen; several would wait for each other."""
