"""Draws the random inputs of a probe: what a model is called with, unknown to it beforehand."""

from __future__ import annotations

from typing import Any

import numpy as np

from suite.assignments import Probe, ProbeInput

PROBES, PROOF, METRICS, RESULTS, AUDITS = range(5)
"""First number of a random stream's `place`; the second is the model's."""
FEWEST_WORDS = 2
"""Of a vocabulary: the padding, and one to draw."""
WORDS = ("world", "game", "market", "oil", "team", "stocks", "court", "launch", "web", "win", "talks", "vote")


def stream(seed: int | None, *place: int) -> np.random.Generator:
    """A random stream for each `place`, so that no model can foresee another's inputs; unseeded if `seed` is `None`."""
    return np.random.default_rng(None if seed is None else np.random.SeedSequence(seed, spawn_key=place))


def draw(probe: Probe, generator: np.random.Generator) -> tuple[dict[str, np.ndarray[Any, Any]], dict[str, list[str]]]:
    """Return arrays and texts, each keyed by the position of its input among the arguments."""
    arrays: dict[str, np.ndarray[Any, Any]] = {}
    texts: dict[str, list[str]] = {}
    for place, given in enumerate(probe.inputs):
        if given.words:
            texts[str(place)] = [_sentence(given, row, generator) for row in range(probe.rows)]
        elif given.high:
            arrays[str(place)] = generator.integers(1, given.high, (probe.rows, *given.shape), dtype=np.int64)
        else:
            arrays[str(place)] = generator.random((probe.rows, *given.shape), dtype=np.float32)
    return arrays, texts


def _sentence(given: ProbeInput, row: int, generator: np.random.Generator) -> str:
    """Random words; the first row has the longest sentence, so that the padded length is known."""
    count = given.words if row == 0 else int(generator.integers(1, given.words + 1))
    return " ".join(generator.choice(WORDS, count))
