"""How well models predict is measured and judged so: table `[accuracy]` of an assignment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from suite.assignments.settings import Budget, Count, Positive, Settings
from suite.errors import Words
from suite.records import Mode

Share = Annotated[float, Field(ge=0, le=1)]


NamedScale = Literal["standard", "min-max", "as it is"]
"""`standard`: mean 0 and deviation 1 over the rows that may be handed out; `min-max`: these rows fill [0, 1]."""
Scale = NamedScale | tuple[float, Positive]

RETRAIN: Mapping[Budget, Mode] = {"quick": "retrain", "standard": "retrain", "full": "retrain"}


class Protocol(Settings):
    """How the host trains a model."""

    optimizer: Literal["sgd", "adam", "rmsprop"]
    rate: Positive
    """Learning rate."""
    batch: Count
    """Rows in a batch."""
    rows: Count
    """Random rows of the training part, chosen anew for each model; all of them if there are fewer."""
    epochs: Count
    """Passes over these rows."""


class ModelAccuracy(Settings):
    """How one model of the assignment is trained and tested."""

    reads: str = ""
    """Input format, as the dataset names it: `images` or `words`; or the name of a dataset that the host generates."""
    dataset: str = ""
    """Name of the dataset; empty if the host generates the examples."""
    logits: bool = False
    """Whether the reference returns logits instead of probabilities."""
    scales: tuple[Scale, ...] = Field(default=(), json_schema_extra={"usually": "by the data"})
    """How a notebook may scale what it reads: (subtract, divide) or, column by column of a table, `"standard"`,
    `"min-max"` or `"as it is"`. The host trains with the first; the best counts. Usually `[[0, 255]]` for pixels, and
    all three for tables."""
    channels_first: bool = False
    """Whether it takes images as PyTorch's convolutions do, `(channels, height, width)`."""
    retrain: Protocol | None = None
    """Replaces the assignment's own `retrain` protocol for this model."""
    metric: str = Field(default="", json_schema_extra={"usually": "accuracy, or r2 for numbers"}, examples=["f1_macro"])
    """What is measured: a scorer of scikit-learn by name, such as `accuracy`, `f1_macro`, `roc_auc`, `r2`, `mae` or
    `rmse`; or a function of the assignment's own, `metrics.py:name`, which takes answers (probabilities of classes, or
    numbers) and targets, both arrays with a row an example."""
    smaller_is_better: bool = False
    """Of an own function: whether it measures an error. Of scorers that is known."""
    reconstructs: bool = False
    """Whether the right answer is the input itself, as of an autoencoder; usually measured by `mse`."""
    floor: float | None = None
    """Least value (of an error: the largest) of the model as submitted, on real data, that can pass, whatever the
    calibration says."""
    cutoffs: tuple[tuple[float, Share], ...] = Field(default=(), examples=[[[0.5, 0], [0.8, 1]]])
    """(value, share of the points) pairs, between which the share is interpolated, instead of all or nothing; for
    models as submitted, on real data."""

    @model_validator(mode="after")
    def _agree(self) -> ModelAccuracy:
        if self.cutoffs and self.floor is not None:
            raise ValueError(Words("points follow from a floor or from cutoffs, not from both; keep one"))
        shares = [share for _, share in sorted(self.cutoffs)]
        if shares not in (sorted(shares), sorted(shares, reverse=True)):
            raise ValueError(
                Words(
                    "cutoffs should be (value, share) pairs whose shares rise, or fall, with the value; for example "
                    "cutoffs = [[0.5, 0], [0.8, 1]]"
                )
            )
        return self


class AccuracySettings(Settings):
    """Each default is given with its reason; the assignment says which models are measured."""

    models: dict[str, ModelAccuracy] = Field(default_factory=dict)
    modes: dict[Budget, Mode] = Field(default_factory=lambda: dict(RETRAIN))
    """What is judged under each budget: the model as submitted, or the same model trained again by the host."""
    retrain: Protocol = Protocol(optimizer="adam", rate=0.01, batch=128, rows=2000, epochs=3)
    """For training a model again: the shortest training that brings the references well above random guessing."""
    reference: Protocol = Protocol(optimizer="adam", rate=0.001, batch=128, rows=10000, epochs=5)
    """The least training expected of models as submitted; its rows and epochs are cut to the budget."""
    held_out_rows: Count = 1000
    """Test rows kept from notebooks, at most half of the test part; enough to see a difference of .03 in accuracy."""
    trainings: Count = 3
    """At most, for a model below the bound; the best counts. Training can get stuck because of its initial weights, as
    1 of 557 did. A right model misses the bound three times in a row about once in 10 million."""
    audit: Share = 0.02
    """Share of the models, drawn by lot, that the host trains although their proof says what they learn. A training
    costs as much as grading three submissions, so a tenth of them was a quarter of a class's time. A trick that 150
    models share shows with 95 %; 1 trains all."""
    claimed_share: Share = 0.0
    """Share of the points for a model that isn't proved: its answers can come from a stored copy of the test set. On
    an assignment's own data, whose held-out rows nobody has, its answers count in full."""
    learned_apart: Positive = 0.05
    """How far the losses of the host's first training steps may be from the reference's, as a share of the first loss,
    and the weights after them, as a share of what the reference moves. Rounding makes 1e-4; weights that are put back
    while a model computes make .1 and more."""

    @model_validator(mode="before")
    @classmethod
    def _fill_modes(cls, given: Any) -> Any:
        """Training again under the budgets of which nothing is said."""
        if isinstance(given, dict) and isinstance(given.get("modes"), dict):
            return given | {"modes": dict(RETRAIN) | given["modes"]}
        return given


def protocol_of(settings: AccuracySettings, model_id: str) -> Protocol:
    """The protocol by which a model is trained again."""
    return settings.models[model_id].retrain or settings.retrain
