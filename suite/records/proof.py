"""The record of one proof: how far a model's outputs differ from a reference's, both with the host's weights."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

OutputForm: TypeAlias = Literal["same", "own logits", "reference logits", "both"]
"""What was made into probabilities before outputs were compared: nothing, one side's outputs, or both."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """How one tensor changed in the same training steps in both models."""

    tensor: str
    """The submission's layer and tensor, such as `rnn1.weight_hh_l0`."""
    difference: float
    """Largest difference between the two movements."""
    movement: float
    """Largest change of a number in the reference's tensor."""
    value: float
    """Largest magnitude in the tensor, to which rounding errors are proportional."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatisticsMovement:
    """How far a running statistic of batches moved in one call in training mode."""

    tensor: str
    """The submission's layer and tensor, such as `bn.running_mean`."""
    share: float
    """Its movement along the reference's, as a share of that: 1 if both move alike, 0 if it stays."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """One of a submission's models compared with one reference."""

    task: str
    """Id of the task in which the reference is accepted."""
    model_id: str
    """The reference."""
    mappings: int
    """Mappings tried of the reference's weights to the model's; 0 if none fits by shape."""
    difference: float | None = None
    """Largest difference of an output, as a share of the reference's largest; `None` if none could be compared."""
    form: OutputForm = "same"
    """How the outputs were compared."""
    all_tried: bool = True
    """Whether no other mapping is likely to make the outputs equal; if not, nothing is disproved by a difference."""
    own_apart: float | None = None
    """Difference of the model's answers with its own weights from those that they give in the reference, as a share of
    the largest; `None` if it wasn't tried."""
    layer: int | None = None
    """The first layer whose output differs, counted from 1; `None` if unknown."""
    steps: int = 0
    """Training steps that were compared; 0 if none were."""
    movements: tuple[Movement, ...] = ()
    """One per tensor, after those steps."""
    filled: int = 0
    """Numbers in the model's own tensors that correspond to the reference's; 0 if the outputs never agreed."""
    statistics: tuple[StatisticsMovement, ...] = ()
    """One for each batch statistic of the reference, where outputs are equal."""
    reference_varies: bool | None = None
    """Whether the reference's answers are random in training mode; `None` if that isn't known."""
    problem: str = ""
    """What the model raised when predicting or training."""
