"""The class that every grader marks: copies of one right notebook, and the tests that a grader in its kernel runs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

CELLS = (
    "import keras\nfrom keras import layers",
    """model = keras.Sequential([
    keras.Input((28, 28)),
    layers.SimpleRNN(10, return_sequences=True),
    layers.SimpleRNN(10, return_sequences=True),
    layers.SimpleRNN(10),
    layers.Dense(10, activation="softmax"),
])""",
    "model.summary()",
)
"""What a student writes: a model, without training."""
TESTS = (
    'assert [type(layer).__name__ for layer in model.layers] == ["SimpleRNN"] * 3 + ["Dense"]',
    "assert [tuple(layer.output.shape) for layer in model.layers] == [(None, 28, 10)] * 2 + [(None, 10)] * 2",
    "assert model.count_params() == 390 + 210 + 210 + 110",
)
"""Layers, shapes and counts. Nothing in the kernel of a submission can prove more, so no peer does more."""


def code(source: str, **metadata: Any) -> dict[str, Any]:
    """A code cell."""
    return {"cell_type": "code", "metadata": metadata, "execution_count": None, "outputs": [], "source": source}


def write_notebook(path: Path, cells: Sequence[dict[str, Any]]) -> Path:
    """A notebook of these cells, with the kernel that notebook servers name."""
    path.parent.mkdir(parents=True, exist_ok=True)
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    path.write_text(json.dumps({"nbformat": 4, "nbformat_minor": 4, "metadata": kernel, "cells": cells}), "utf-8")
    return path


def names(copies: int) -> list[str]:
    """The names of the students."""
    return [f"student{number:03}" for number in range(copies)]
