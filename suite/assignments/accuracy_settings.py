"""How accuracy is measured and judged: table `[accuracy]` of an assignment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from suite.assignments.settings import Budget, Count, Positive, Settings
from suite.records import Mode

Share = Annotated[float, Field(ge=0, le=1)]


RETRAIN: Mapping[Budget, Mode] = {"quick": "retrain", "standard": "retrain", "full": "retrain"}


class Protocol(Settings):
    """How the host trains a model."""

    optimizer: Literal["sgd", "adam", "rmsprop"]
    rate: Positive
    """Learning rate."""
    batch: Count
    """Rows in a batch."""
    rows: Count
    """Rows drawn from the training part, afresh for each model; fewer where there are fewer."""
    epochs: Count
    """Times that each of them is learnt from."""


class ModelAccuracy(Settings):
    """How one model of the assignment is taught and examined."""

    reads: str = ""
    """How the rows are read, as the dataset says: `images`, `words`; or the name of a dataset that the host makes."""
    dataset: str = ""
    """Where examples come from; empty where the host makes them."""
    logits: bool = False
    """Whether the reference answers logits instead of probabilities."""
    scales: tuple[tuple[float, Positive], ...] = ((0.0, 255.0),)
    """What a notebook may subtract from pixels and divide them by; the host teaches with the first. The best counts."""
    retrain: Protocol | None = None
    """Instead of the assignment's."""
    floor: Share = 0.0
    """Accuracy of the model as submitted, on real data, below which nothing passes, whatever the calibration says."""


class AccuracySettings(Settings):
    """Defaults stand beside their reasons; which models are examined, an assignment says."""

    models: dict[str, ModelAccuracy] = Field(default_factory=dict)
    modes: dict[Budget, Mode] = Field(default_factory=lambda: dict(RETRAIN))
    """What is judged under each budget."""
    retrain: Protocol = Protocol(optimizer="adam", rate=0.01, batch=128, rows=2000, epochs=3)
    """What a model learns by when it is trained again: the least that lifts the references well above chance."""
    reference: Protocol = Protocol(optimizer="adam", rate=0.001, batch=128, rows=10000, epochs=5)
    """What the models as submitted are expected to learn no less than; its rows and epochs are cut to the budget."""
    held_out_rows: Count = 1000
    """Of the test part, at most half of it, that no sandbox is given: they tell accuracies that lie .03 apart."""
    trainings: Count = 3
    """At most, where a model stays below the bound: a training can get stuck by its start, as 1 of 557 did, and the
    best counts. A right model misses three times in a row about once in 10 million."""
    claimed_share: Share = 0.0
    """Of the points for the answers of a model that isn't proved: they can come from a stored copy of the test set."""
    own_answers: Positive = 0.05
    """Of the largest output: how far a model's own answers may lie from those of its weights. Half precision, in
    which a model may be kept, is off by .02; weights that lie elsewhere by 1."""


def protocol_of(settings: AccuracySettings, model_id: str) -> Protocol:
    """What a model is trained again by."""
    return settings.models[model_id].retrain or settings.retrain
