"""The rows that a figure is trained on, through the doors of `suite.data`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from reference.reproduce.protocols import Figure
from suite.data import find

ADAPT_ROWS = 2000  # titles that the notebook's vectorizer sees, for every one of its models
SYMBOLS = 5
SEQUENCES = ((0, 1, 2), (1, 2, 3), (2, 3, 4), (3, 4, 0))
NEXT = (3, 4, 0, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Examples:
    """Inputs and labels: images `(rows, 28, 28)` float32, symbols `(4, 3, 5)` float32, or a list of texts."""

    x: Any
    """To train on."""
    y: np.ndarray
    """`(rows,)` int64."""
    valid_x: Any = None
    """To validate on; None for no validation."""
    valid_y: np.ndarray | None = None
    """The same."""
    vocabulary: Sequence[str] = ()
    """Texts from which the vectorizer takes its words."""
    source: str
    """Where they come from, in words."""


def load(figure: Figure, environment: Mapping[str, str]) -> Examples:
    """Find the figure's data and bring it into the form that its notebook gave it."""
    if figure.reads == "symbols":
        one_hot = np.eye(SYMBOLS, dtype=np.float32)
        return Examples(x=one_hot[np.array(SEQUENCES)], y=np.array(NEXT), source="the notebook's 4 sequences")
    found = find(figure.dataset, environment)
    read = _images if figure.reads == "images" else _texts
    (x, y), (test_x, test_y) = (read(figure, found.parts[part]) for part in ("train", "test"))
    vocabulary = [each.decode() for each in found.parts["train"]["title"][:ADAPT_ROWS]] if read is _texts else ()
    source = f"{figure.dataset} ({found.door})"
    if figure.validation == "test part":
        return Examples(x=x, y=y, valid_x=test_x, valid_y=test_y, vocabulary=vocabulary, source=source)
    if figure.validation == "none":
        return Examples(x=x, y=y, source=source)
    cut = len(y) - len(y) // 10
    return Examples(x=x[:cut], y=y[:cut], valid_x=x[cut:], valid_y=y[cut:], source=source)


def _images(figure: Figure, part: Mapping[str, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    shift, divisor = figure.scale
    return (part["x"].astype(np.float32) - np.float32(shift)) / np.float32(divisor), part["y"].astype(np.int64)


def _texts(figure: Figure, part: Mapping[str, np.ndarray]) -> tuple[list[str], np.ndarray]:
    titles = [each.decode() for each in part["title"]]
    if figure.reads == "title":
        return titles, part["label"]
    return [f"{t} {d.decode()}" for t, d in zip(titles, part["description"], strict=True)], part["label"]
