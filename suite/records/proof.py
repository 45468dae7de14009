"""The record of one proof: how far a model's answers lie from a reference's, both with the host's weights."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

OutputForm: TypeAlias = Literal["same", "own logits", "reference logits", "both"]
"""What was made into probabilities before outputs were compared: nothing, one side's outputs, or both."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """One tensor after the same training steps in both models."""

    tensor: str
    """The submission's layer and tensor, such as `rnn1.weight_hh_l0`."""
    difference: float
    """Largest difference between the two movements."""
    movement: float
    """Largest movement of a number of the reference's tensor."""
    value: float
    """Largest number of the tensor: what its rounding is a share of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """One of a submission's models held against one reference."""

    task: str
    """Id of the task in which the reference is accepted."""
    model_id: str
    """The reference."""
    mappings: int
    """Ways tried of laying the reference's weights into the model; 0 where none fits by shape."""
    difference: float | None = None
    """Largest difference of an output, as a share of the reference's largest; `None` where none could be compared."""
    form: OutputForm = "same"
    """How the outputs were compared."""
    layer: int | None = None
    """The first layer that answers something else, counted from 1; `None` where it can't be told."""
    steps: int = 0
    """Training steps that were compared; 0 where none were."""
    movements: tuple[Movement, ...] = ()
    """One a tensor, after those steps."""
    filled: int = 0
    """Numbers in the model's own tensors that stand for the reference's; 0 where the outputs never agreed."""
    problem: str = ""
    """What the model raised when it was to answer or to learn."""
