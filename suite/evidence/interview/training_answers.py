"""What the worker saw while the notebook ran, validated as it is parsed."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from suite.records import FinalState, OptimizerRun, RemarkKind, Run, TrainingObservations, TrainingRemark

MAX_ENTRIES = 256
Name = Annotated[str, StringConstraints(max_length=300)]
Place = Annotated[int, Field(ge=0, lt=MAX_ENTRIES)]
Count = Annotated[int, Field(ge=0, le=1 << 53)]
Cell = Annotated[int, Field(ge=-1, le=1 << 53)]
Number = Annotated[float, Field(allow_inf_nan=False)]


class _Observed(BaseModel):
    """Base: unknown keys are errors, and types aren't coerced."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class TrainingHeader(_Observed):
    """One optimizer in one cell; cells are numbered in the order in which they ran."""

    cell: Cell
    models: Annotated[list[Place], Field(max_length=MAX_ENTRIES)]
    optimizer: Name
    rate: Number | None
    loss: Name
    steps: Count
    effective: Count
    test_steps: Count
    first_loss: Number | None
    last_loss: Number | None
    diverged: bool


class RemarkHeader(_Observed):
    """Something that happened in a cell."""

    kind: RemarkKind
    cell: Cell
    model: Place | None
    count: Count


class StateHeader(_Observed):
    """A model's state when the notebook had ended."""

    built: bool
    finite: bool
    successor: Place | None


class ObservationsHeader(_Observed):
    """All trainings, remarks and final states."""

    trainings: Annotated[list[TrainingHeader], Field(max_length=MAX_ENTRIES)] = []
    remarks: Annotated[list[RemarkHeader], Field(max_length=MAX_ENTRIES)] = []
    states: Annotated[list[StateHeader], Field(max_length=MAX_ENTRIES)] = []


def place_of(run: Run, cell: int) -> int:
    """Position in the notebook of the cell that ran as number `cell`, from 0; the last one for any larger number."""
    return run.cells[min(cell, len(run.cells) - 1)].index if run.cells else 0


def as_observations(header: ObservationsHeader, run: Run) -> TrainingObservations:
    """Convert to records, with cells numbered by their position in the notebook."""
    return TrainingObservations(
        trainings=tuple(
            OptimizerRun(**(found.model_dump() | {"cell": place_of(run, found.cell), "models": tuple(found.models)}))
            for found in header.trainings
        ),
        remarks=tuple(
            TrainingRemark(**(found.model_dump() | {"cell": place_of(run, found.cell)})) for found in header.remarks
        ),
        states=tuple(FinalState(**found.model_dump()) for found in header.states),
    )
