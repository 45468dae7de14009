"""Records how a notebook trains, for diagnoses: it doesn't change what is computed and has no effect on marks.

The hooks of each framework report what happens; this module stores and counts it.
"""

from __future__ import annotations

import math
import weakref
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from suite.inside.worker.model_tracker import ModelTracker, TrackedModel

MAX_TRAININGS = 256
MAX_REMARKS = 256
KEPT_LOSSES = 10  # at the start and at the end: single batches are noisy


LiveObject: TypeAlias = Callable[[], Any]
"""Returns an object while it exists: models that a notebook deletes, as in a search over many, aren't kept."""


@dataclass(slots=True, kw_only=True)
class OptimizerNotes:
    """What one optimizer did in one cell."""

    cell: int
    optimizer: LiveObject
    kind: str
    weights: list[LiveObject]
    loss: str = ""
    rate: float | None = None
    steps: int = 0
    effective: int = 0
    test_steps: int = 0
    first: list[Any] = field(default_factory=list)
    last: deque[Any] = field(default_factory=lambda: deque(maxlen=KEPT_LOSSES))

    def live(self) -> set[int]:
        """The `id`s of the weights that still exist."""
        return {id(weight) for reference in self.weights if (weight := reference()) is not None}

    def add_loss(self, loss: Any) -> None:
        """Store a loss: the first ones and the last ones are kept."""
        if len(self.first) < KEPT_LOSSES:
            self.first.append(loss)
        self.last.append(loss)


class NotebookTraining:
    """Everything recorded while the cells ran."""

    def __init__(self, tracker: ModelTracker) -> None:
        self._tracker = tracker
        self._trainings: list[OptimizerNotes] = []
        self._latest: dict[int, OptimizerNotes] = {}
        self._remarks: dict[tuple[str, int], tuple[Any, int]] = {}
        self._closed = False

    @property
    def is_closed(self) -> bool:
        """Whether the notebook has ended, so that the grader's own calls aren't recorded."""
        return self._closed

    @property
    def cell(self) -> int:
        """Number of the running cell."""
        return self._tracker.cell

    def optimizer(self, optimizer: Any, weights: Callable[[], list[Any]]) -> OptimizerNotes | None:
        """The notes on an optimizer in the running cell; `None` if there are too many already."""
        known = self._latest.get(id(optimizer))
        if known is not None and known.cell == self.cell and known.optimizer() is optimizer:
            return known
        if len(self._trainings) == MAX_TRAININGS:
            return None
        kind = type(optimizer).__name__
        held = [_refer(weight) for weight in weights()]
        training = OptimizerNotes(cell=self.cell, optimizer=_refer(optimizer), kind=kind, weights=held)
        self._latest[id(optimizer)] = training
        self._trainings.append(training)
        return training

    def remark(self, kind: str, model: Any = None) -> None:
        """Count an event in the running cell."""
        key = kind, self._tracker.cell
        first, count = self._remarks.get(key, (model, 0))
        if count or len(self._remarks) < MAX_REMARKS:
            self._remarks[key] = first, count + 1

    def has_trained(self, weights: Sequence[Any]) -> bool:
        """Whether an optimizer that holds one of these weights has taken a step."""
        wanted = {id(weight) for weight in weights}
        return any(training.steps and wanted & training.live() for training in self._trainings)

    def progress(self) -> int:
        """A number that changes with every step of an optimizer, those in graphs included."""
        found = sum(training.steps for training in self._trainings)
        for training in self._latest.values():
            with suppress(Exception):  # an optimizer of another framework, or of the submission's own
                found += int(training.optimizer().iterations)
        return found

    def close(self) -> None:
        """Stop recording."""
        self._closed = True

    def tell(self, models: Sequence[TrackedModel]) -> dict[str, Any]:
        """Everything as plain JSON; models are given by their index in this list."""
        held = [{id(weight) for weight in self._weights(entry)} for entry in models]
        return {
            "trainings": [_plain(training, held) for training in self._trainings],
            "remarks": [
                {"kind": kind, "cell": cell, "model": _place(model, models), "count": count}
                for (kind, cell), (model, count) in self._remarks.items()
            ],
            "states": [self._state(entry, models) for entry in models],
        }

    def _weights(self, entry: TrackedModel) -> list[Any]:
        return entry.framework.adapter.weights(entry.model)

    def _state(self, entry: TrackedModel, models: Sequence[TrackedModel]) -> dict[str, Any]:
        adapter = entry.framework.adapter
        successor = _place(self._tracker.bound_to(entry.name), models)
        return {
            "built": adapter.is_built(entry.model),
            "finite": adapter.is_finite(entry.model),
            "successor": None if successor is not None and models[successor] is entry else successor,
        }


def _refer(thing: Any) -> LiveObject:
    """A weak reference, or a strong one if weak ones aren't possible."""
    try:
        return weakref.ref(thing)
    except TypeError:
        return lambda: thing


def _place(model: Any, models: Sequence[TrackedModel]) -> int | None:
    """Index of a model in the list; `None` if it isn't in it."""
    return next((place for place, entry in enumerate(models) if entry.model is model), None)


def _plain(training: OptimizerNotes, held: Sequence[set[int]]) -> dict[str, Any]:
    """One optimizer's notes as JSON; losses are read only now, as reading one waits for its computation."""
    given = training.live()
    first, last = [float(loss) for loss in training.first], [float(loss) for loss in training.last]
    return {
        "cell": training.cell,
        "models": [place for place, weights in enumerate(held) if weights & given],
        "optimizer": training.kind[:300],
        "rate": training.rate if training.rate is not None and math.isfinite(training.rate) else None,
        "loss": training.loss[:300],
        "steps": training.steps,
        "effective": training.effective,
        "test_steps": training.test_steps,
        "first_loss": _mean(first),
        "last_loss": _mean(last),
        "diverged": not all(map(math.isfinite, (*first, *last))),
    }


def _mean(losses: Sequence[float]) -> float | None:
    """Mean of the losses; `None` if there are none or one isn't finite."""
    mean = sum(losses) / len(losses) if losses else math.inf
    return mean if math.isfinite(mean) else None
