"""Records of how a notebook trained: what the worker saw while the cells ran.

They are claims of a process that runs the submission's code. They earn no marks: only diagnoses read them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

RemarkKind: TypeAlias = Literal["probabilities", "scores", "logits", "dropout", "batch norm", "untrained"]
"""PyTorch's cross-entropy was given probabilities, or scores as it should be; a loss that expects probabilities
was given logits; dropout or batch statistics were active without gradients; a model was evaluated that had never been
trained."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OptimizerRun:
    """One optimizer at work in one cell."""

    cell: int
    """Index of the notebook cell."""
    models: tuple[int, ...]
    """Indices in `Evidence.models` of the models whose weights it was given."""
    optimizer: str
    """Its class, such as `Adam`."""
    rate: float | None
    """Its learning rate at the end; `None` if it isn't a plain number."""
    loss: str
    """The loss it was compiled with, if the framework knows it, such as `sparse_categorical_crossentropy`."""
    steps: int
    """Steps taken."""
    effective: int
    """Steps in which some weight had a gradient."""
    test_steps: int
    """Steps on a batch of a dataset's test part."""
    first_loss: float | None
    """Mean of the first ten losses, or the first epoch's."""
    last_loss: float | None
    """Mean of the last ten losses, or the last epoch's."""
    diverged: bool
    """Whether one of these losses was not a finite number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingRemark:
    """Something that happened in a cell."""

    kind: RemarkKind
    """What happened."""
    cell: int
    """Index of the notebook cell."""
    model: int | None
    """Index in `Evidence.models`; `None` if unknown."""
    count: int
    """How often it happened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FinalState:
    """A model's state when the notebook had ended, before any question."""

    built: bool
    """Whether its weights existed."""
    finite: bool
    """Whether all of them were finite numbers."""
    successor: int | None
    """The model that its variable held by then; `None` if it was still itself, or no model."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingObservations:
    """All that was observed of how a notebook trained."""

    trainings: tuple[OptimizerRun, ...] = ()
    """In the order in which they began."""
    remarks: tuple[TrainingRemark, ...] = ()
    """In the order in which they were first made."""
    states: tuple[FinalState, ...] = ()
    """One per model, in the order of `Evidence.models`; there may be more."""
