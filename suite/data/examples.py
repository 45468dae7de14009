"""Turns a dataset's rows into what a model reads, or makes rows where the exercise has none: on the host alone."""

from __future__ import annotations

import string
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from suite.assignments import AccuracySettings, ModelAccuracy
from suite.data.dataset import DatasetPart
from suite.data.prepare import Prepared
from suite.data.train_test_set import Array, TrainTestSet

VOCABULARY = 20_000  # counts the padding, 0, and the unknown word, 1
VOCABULARY_ROWS = 10_000  # whose words are counted, in a second; the rarer ones of a larger set are unknown
WORDS = 20  # of a text: AG News has as many in 19 of 20 titles with their descriptions, so hardly any row is padded
MADE_ROWS = 4000  # to learn from, where the host makes them
NOISE = 0.1  # around 0 and 1, so that made rows differ and no table holds them
SYMBOLS, STEPS, BITS = 5, 3, 4
PUNCTUATION = str.maketrans("", "", string.punctuation)


def lessons(settings: AccuracySettings, prepared: Prepared) -> dict[str, TrainTestSet]:
    """A lesson for each model that the assignment examines; those that read alike share theirs."""
    made: dict[tuple[str, str], TrainTestSet] = {}
    found = {}
    for model_id, model in settings.models.items():
        key = model.dataset, model.reads
        if key not in made:
            made[key] = _lesson(model, prepared, settings.hidden_rows)
        lesson = made[key]
        scales = model.scales if model.reads == "images" else lesson.scales
        found[model_id] = replace(lesson, scales=scales)
    return found


def _lesson(model: ModelAccuracy, prepared: Prepared, hidden_rows: int) -> TrainTestSet:
    if model.reads in ("symbols", "bits"):
        make = symbols if model.reads == "symbols" else bits
        taught, hidden = make(MADE_ROWS, 1), make(hidden_rows, 2)
        return TrainTestSet(
            kind="classes" if model.reads == "symbols" else "steps",
            inputs=taught[0],
            targets=taught[1],
            hidden_inputs=hidden[0],
            hidden_targets=hidden[1],
        )
    train, hidden_part = prepared.parts[model.dataset]["train"], prepared.hidden[model.dataset]
    if model.reads == "images":
        return TrainTestSet(
            kind="classes",
            inputs=train["x"],
            targets=train["y"].astype(np.int64),
            hidden_inputs=hidden_part["x"],
            hidden_targets=hidden_part["y"].astype(np.int64),
        )
    numbers = _number_words(train)
    return TrainTestSet(
        kind="classes",
        inputs=_as_numbers(train, numbers),
        targets=train["label"].astype(np.int64),
        hidden_inputs=_as_numbers(hidden_part, numbers),
        hidden_targets=hidden_part["label"].astype(np.int64),
    )


def symbols(rows: int, seed: int) -> tuple[Array, Array]:
    """Three symbols in the cycle of five, one-hot with noise, and the number of the next: the exercise's rule."""
    generator = np.random.default_rng(seed)
    first = generator.integers(0, SYMBOLS, rows)
    series = (first[:, None] + np.arange(STEPS)) % SYMBOLS
    return _noisy(np.eye(SYMBOLS)[series], generator), ((first + STEPS) % SYMBOLS).astype(np.int64)


def bits(rows: int, seed: int) -> tuple[Array, Array]:
    """Four bits with noise, and of each whether it equals the one before; the first answer is 0 and never counts."""
    generator = np.random.default_rng(seed)
    values = generator.integers(0, 2, (rows, BITS))
    equal = np.concatenate([np.zeros((rows, 1)), values[:, 1:] == values[:, :-1]], axis=1)
    return _noisy(values[:, :, None], generator), equal[:, :, None].astype(np.float32)


def _noisy(values: Array, generator: np.random.Generator) -> Array:
    return (values + generator.uniform(-NOISE, NOISE, values.shape)).astype(np.float32)


def _texts(part: DatasetPart, rows: int | None = None) -> list[list[str]]:
    """The words of each title and description, in lower case and without punctuation."""
    pairs = zip(part["title"][:rows], part["description"][:rows], strict=True)
    return [b" ".join(pair).decode("utf-8", "replace").lower().translate(PUNCTUATION).split() for pair in pairs]


def _number_words(part: DatasetPart) -> Mapping[str, int]:
    """Numbers of the most frequent words, from 2 on."""
    counts = Counter(word for text in _texts(part, VOCABULARY_ROWS) for word in text)
    return {word: number for number, (word, _) in enumerate(counts.most_common(VOCABULARY - 2), 2)}


def _as_numbers(part: DatasetPart, numbers: Mapping[str, int]) -> np.ndarray[Any, Any]:
    """`(rows, WORDS)` int64, filled up with 0."""
    table = np.zeros((len(part["title"]), WORDS), np.int64)
    for row, text in enumerate(_texts(part)):
        first = text[:WORDS] or ["-"]
        table[row, : len(first)] = [numbers.get(word, 1) for word in first]
    return table
