"""An assignment's own data as what a model is trained and tested with."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from suite.assignments import OwnData
from suite.assignments.data_files import IMAGE
from suite.data.train_test_set import SCALES_OF_IMAGES, SCALES_OF_TABLES, Array, TrainTestSet
from suite.data.words import as_numbers, number_words, split_words


def own_set(own: OwnData) -> TrainTestSet:
    """The rows that may be handed out for training, and the held-out ones for testing."""
    given, held_out = np.sort(own.order), own.held_out_rows
    targets = [own.rows.columns[name] for name in own.targets]
    answers = [own.held_out.columns[name] for name in own.targets]
    if own.targets_are == "classes":
        classes = np.unique(targets[0])
        known, right = (
            np.searchsorted(classes, column.astype(classes.dtype)).astype(np.int64)
            for column in (targets[0], answers[0])
        )
    else:
        known, right = (_stack(columns) for columns in (targets, answers))
    images = own.inputs == (IMAGE,)
    inputs, hidden = _inputs(own)
    return TrainTestSet(
        kind="classes" if own.targets_are == "classes" else "values",
        inputs=inputs[given],
        targets=known[given],
        held_out_inputs=hidden[held_out],
        held_out_targets=right[held_out],
        scaled_by_model=inputs.dtype.kind != "i",
        scales=SCALES_OF_IMAGES if images else SCALES_OF_TABLES,
    )


def _inputs(own: OwnData) -> tuple[Array, Array]:
    """What a model takes, for all rows of both files."""
    columns = [[part.columns[name] for name in own.inputs] for part in (own.rows, own.held_out)]
    if own.inputs == (IMAGE,):
        sides = [_images(part[0], own.settings.image_size) for part in columns]
    elif columns[0][0].dtype.kind == "U":
        texts = [[split_words(text) for text in part[0]] for part in columns]
        numbers = number_words([texts[0][row] for row in own.order], own.settings.vocabulary)
        sides = [as_numbers(part, numbers, own.settings.words) for part in texts]
    elif columns[0][0].ndim > 1:
        sides = [part[0] for part in columns]
    else:
        sides = [_stack(part) for part in columns]
        usual = np.nanmedian(sides[0][own.order], axis=0)
        sides = [np.where(np.isnan(side), usual, side) for side in sides]
    return sides[0], sides[1]


def _stack(columns: list[Array]) -> Array:
    """Columns of numbers side by side, `(rows, columns)` float32; one array with more dimensions as it is."""
    if len(columns) == 1 and columns[0].ndim > 1:
        return columns[0].astype(np.float32)
    return np.stack(columns, axis=1).astype(np.float32)


def _images(paths: Array, size: tuple[int, int] | None) -> Array:
    """Pixels, `(rows, height, width, channels)` uint8: grey where all images are, else in colour."""
    from PIL import Image

    found = []
    for path in paths:
        with Image.open(Path(path)) as image:
            brought = image.resize((size[1], size[0])) if size and image.size != (size[1], size[0]) else image.copy()
            found.append(brought)
    grey = all(image.mode in {"L", "1"} for image in found)
    pixels = [np.asarray(image.convert("L" if grey else "RGB")) for image in found]
    return np.stack([each[..., None] if grey else each for each in pixels])
