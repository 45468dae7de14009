"""The records of how well models predict: what was counted, never what it means."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

Mode: TypeAlias = Literal["as_submitted", "retrain"]
Scorer: TypeAlias = Literal["reference", "own answers", "proof"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorBin:
    """Rows with answers of about one size, and how far these are from the right ones."""

    answer: float
    """Mean of the answers."""
    low: float
    """A tenth of the errors, answer minus right answer, are smaller."""
    middle: float
    """Half of them are."""
    high: float
    """Nine tenths are."""
    rows: int
    """How many there are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Breakdown:
    """How answers to held-out rows differ from the right ones: numbers of many rows together, never a row."""

    confusion: tuple[tuple[int, ...], ...] = ()
    """Rows of each class, by the class that was answered."""
    errors: tuple[ErrorBin, ...] = ()
    """Of numbers, from the smallest answers to the largest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Accuracy:
    """One of a submission's models examined on held-out rows."""

    task: str
    """Id of the task in which it was examined."""
    model_id: str
    """The reference that the task accepts."""
    mode: Mode
    """With the weights that came with the submission, or after the host's training from fresh ones."""
    scorer: Scorer = "reference"
    """Who answered: a reference that holds the model's weights, or the model itself; `proof`: nobody, as what the model
    learns follows from its proof."""
    right: int = 0
    """Held-out rows answered right."""
    rows: int = 0
    """Held-out rows; 0 if there was no answer."""
    metric: str = "accuracy"
    """What was measured."""
    smaller_is_better: bool = False
    """Whether it is an error."""
    value: float | None = None
    """Its value, where it isn't the share of rows answered right."""
    interval: tuple[float, float] | None = None
    """Its 95 % interval, by resampling the rows."""
    apart: float | None = None
    """Difference of the model's own answers from the reference's, as a share of the largest; `None` if not tried."""
    learned_apart: float | None = None
    """How far the host's first steps lead from where they lead the reference from the same start on the same batches:
    largest difference of the losses, as a share of the first, or of the weights after a few steps that are only
    compared, as a share of what the reference moves; `None` if it wasn't compared."""
    losses: tuple[float, ...] = ()
    """Losses of the host's training, one per step."""
    trainings: int = 1
    """How often the host trained; this is the best result."""
    audited: bool = False
    """Whether what it learns followed from its proof, and the host trained it all the same, drawn by lot."""
    problem: str = ""
    """What the model raised."""
    breakdown: Breakdown | None = None
    """Where it errs; `None` where there is no score, or answers of another form."""

    @property
    def score(self) -> float:
        """The value of the metric."""
        return self.right / self.rows if self.value is None else self.value

    @property
    def rank(self) -> float:
        """The score, such that more is better."""
        return -self.score if self.smaller_is_better else self.score


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingClaim:
    """What a submission's process claims about a model's training."""

    steps: int | None
    """Optimizer steps on its weights; `None` if nothing counted them."""
    moved: bool | None
    """Whether its weights changed after it was first seen; `None` if it had none then."""
    curves: dict[str, tuple[float | None, ...]] = field(default_factory=dict)
    """Keras's history: the values of each metric, one per epoch."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CurveBand:
    """Between which losses 95 % of a reference's trainings are before each step."""

    runs: int
    """Number of trainings."""
    low: tuple[float, ...]
    """The 2.5 % quantile, one per step."""
    high: tuple[float, ...]
    """The 97.5 % quantile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """A series of values to be drawn."""

    name: str
    """Name of the metric; untrusted text if `claimed`."""
    values: tuple[float | None, ...]
    """In order."""
    claimed: bool
    """Whether the submission reports it, one per epoch, or the host's training gave it, one per step."""
    band: CurveBand | None = None
    """The reference's trainings by the same settings, with as many steps; `None` where these aren't known."""
