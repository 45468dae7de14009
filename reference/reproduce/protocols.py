"""What the notebooks reported, and under which protocol: one literal table.

Training follows it in `train_keras.py` and `train_torch.py`; what came of it is for `store.py` to keep, `table.py`
to show and `gaps.py` to explain.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Framework = Literal["keras", "torch"]
Metric = Literal["accuracy", "val_accuracy", "predictions"]

FRAMEWORKS: dict[Framework, str] = {"keras": "Keras", "torch": "PyTorch"}
SEED = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A figure that a notebook reported."""

    metric: Metric
    """Training accuracy is the mean over the epoch's batches as they were trained on, as Keras reports it."""
    epoch: int
    """After which it was read, counted from 1."""
    original: float | str | None
    """What the notebook saw; None where it saved nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A training run of a notebook."""

    id: str
    """Name of the row."""
    model: str
    """Of the reference, as in `build_<model>`."""
    assignment: str
    """Folder under `reference/`."""
    dataset: str
    """Name in `suite.data`; `sequences` are the four that the notebook writes out."""
    reads: Literal["images", "title", "title and description", "symbols"]
    """What an example is."""
    scale: tuple[float, float] = (0.0, 255.0)
    """Of images: subtracted, and divided by."""
    optimizer: Literal["adam", "sgd", "rmsprop"]
    """With its rate in Keras, .01 for SGD and .001 for the others; PyTorch's Adam has the same."""
    batch: int
    """Rows in a batch."""
    shuffle: bool = True
    """Whether each epoch draws its own order; a `tf.data` pipeline without `shuffle` doesn't."""
    logits: bool = False
    """Whether the model answers logits instead of probabilities."""
    validation: Literal["none", "last tenth", "test part"]
    """Where the validation accuracy comes from."""
    notebook: Framework
    """Whose initialisers and optimizer constants both editions take."""
    original_rows: int
    """Rows that the notebook trained on."""
    readings: tuple[Reading, ...]
    """What it reported."""


FIGURES = (
    Figure(
        id="stack10",
        model="stack10",
        assignment="stacked_rnn",
        dataset="fashion_mnist",
        reads="images",
        optimizer="adam",
        batch=32,
        validation="none",
        notebook="keras",
        original_rows=60_000,
        readings=(
            Reading(metric="accuracy", epoch=1, original=0.533),
            Reading(metric="accuracy", epoch=25, original=0.788),
        ),
    ),
    Figure(
        id="stack8",
        model="stack8",
        assignment="stacked_rnn",
        dataset="fashion_mnist",
        reads="images",
        scale=(127.5, 127.5),
        optimizer="adam",
        batch=8192,
        logits=True,
        validation="last tenth",
        notebook="torch",
        original_rows=54_000,
        readings=(Reading(metric="val_accuracy", epoch=64, original=None),),
    ),
    Figure(
        id="stack8, batch 1024",
        model="stack8",
        assignment="stacked_rnn",
        dataset="fashion_mnist",
        reads="images",
        scale=(127.5, 127.5),
        optimizer="adam",
        batch=1024,
        logits=True,
        validation="last tenth",
        notebook="torch",
        original_rows=54_000,
        readings=(Reading(metric="val_accuracy", epoch=64, original=0.70),),
    ),
    Figure(
        id="mnist_lstm",
        model="mnist_lstm",
        assignment="rnn_guide",
        dataset="mnist",
        reads="images",
        optimizer="sgd",
        batch=64,
        logits=True,
        validation="test part",
        notebook="keras",
        original_rows=60_000,
        readings=(
            Reading(metric="val_accuracy", epoch=1, original=0.83),
            Reading(metric="val_accuracy", epoch=2, original=0.92),
        ),
    ),
    Figure(
        id="news_rnn",
        model="news_rnn",
        assignment="news_rnn",
        dataset="ag_news",
        reads="title",
        optimizer="adam",
        batch=16,
        shuffle=False,
        validation="test part",
        notebook="keras",
        original_rows=120_000,
        readings=(Reading(metric="val_accuracy", epoch=1, original=0.7995),),
    ),
    Figure(
        id="news_rnn_masked",
        model="news_rnn_masked",
        assignment="news_rnn",
        dataset="ag_news",
        reads="title and description",
        optimizer="adam",
        batch=16,
        shuffle=False,
        validation="test part",
        notebook="keras",
        original_rows=120_000,
        readings=(Reading(metric="val_accuracy", epoch=1, original=0.8822),),
    ),
    Figure(
        id="news_lstm",
        model="news_lstm",
        assignment="news_rnn",
        dataset="ag_news",
        reads="title and description",
        optimizer="adam",
        batch=8,
        shuffle=False,
        validation="test part",
        notebook="keras",
        original_rows=120_000,
        readings=(Reading(metric="val_accuracy", epoch=1, original=0.8870),),
    ),
    Figure(
        id="next_symbol",
        model="next_symbol",
        assignment="sequence_theory",
        dataset="sequences",
        reads="symbols",
        optimizer="rmsprop",
        batch=32,
        validation="none",
        notebook="keras",
        original_rows=4,
        readings=(Reading(metric="predictions", epoch=100, original="4, 5, 1, 2"),),
    ),
)


def all_readings(figure: Figure, rows: int) -> list[Reading]:
    """The notebook's readings; on a sample each of them again, after as many optimizer steps as the notebook took."""
    readings = list(figure.readings)
    if rows < figure.original_rows:
        more = figure.original_rows / rows
        readings += [
            Reading(metric=each.metric, epoch=round(each.epoch * more), original=each.original)
            for each in figure.readings
        ]
    return readings


def epochs(figure: Figure, rows: int) -> int:
    """How many to train on so many rows, for every reading to be taken."""
    return max(reading.epoch for reading in all_readings(figure, rows))


def protocol(figure: Figure) -> str:
    """What a run depends on beside its data, in words; a stored run under another protocol doesn't count."""
    order = "shuffled" if figure.shuffle else "in the order of the file"
    validation = "" if figure.validation == "none" else f", validation on its {figure.validation}"
    scaled = f", pixels (x - {figure.scale[0]:g}) / {figure.scale[1]:g}" if figure.reads == "images" else ""
    return (
        f"{figure.optimizer}, batch {figure.batch}, {order}{validation}{scaled}, "
        f"started as {FRAMEWORKS[figure.notebook]} does, seed {SEED}"
    )
