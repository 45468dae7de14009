"""Answers of a process: one that isn't of the documented form is a `FrameError`, whatever it holds instead."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest

from suite.codec import MAGIC, PREFIX, Frame, decode
from suite.errors import FrameError
from suite.evidence.interview.answers import (
    Answer,
    Description,
    ExperimentAnswer,
    ProbeAnswer,
    TimedAnswer,
    TrainingAnswer,
    Weights,
    parse,
)
from suite.evidence.interview.inspection import describe
from suite.evidence.interview.training_answers import as_observations
from suite.records import Run

MODEL = {
    "name": "model",
    "framework": "torch",
    "class_name": "Net",
    "cell": 1,
    "finished": True,
    "called_with": [2, 28, 28],
    "answered_with": 2,
    "words": 0,
}
TRAINING = {
    "cell": 1,
    "models": [0],
    "optimizer": "Adam",
    "rate": 0.1,
    "loss": "",
    "steps": 3,
    "effective": 3,
    "test_steps": 0,
    "first_loss": 2.0,
    "last_loss": None,
    "diverged": False,
}
OBSERVATIONS = {
    "trainings": [TRAINING],
    "remarks": [{"kind": "logits", "cell": 1, "model": 0, "count": 2}],
    "states": [{"built": True, "finite": True, "successor": None}],
}
WEIGHT = {"key": "w0", "name": "weight", "trainable": True}
LAYER = {"name": "fc", "kind": "Linear", "options": {"units": 3}, "weights": [WEIGHT], "buffers": []}
VALID: dict[type[Answer], dict[str, Any]] = {
    Description: {
        "models": [MODEL],
        "shell_lines": ["!ls"],
        "capped": [],
        "versions": {"torch": "2"},
        "observations": OBSERVATIONS,
    },
    ProbeAnswer: {"problem": "", "calls": [["fc", [2, None]]]},
    Weights: {"layers": [LAYER]},
    ExperimentAnswer: {"problem": "", "layers": ["fc"]},
    TrainingAnswer: {"steps": 1, "moved": True, "curves": {"loss": [1.0, None]}},
    TimedAnswer: {"problem": "", "threads": 1, "device": "cpu", "device_seconds": 0.5, "device_bytes": 1},
}
ODD = (
    *('"x"', '"' + "x" * 5000 + '"', '"\\ud800"', "null", "true", "[]", "{}", "[[[]]]", '{"a": 1}'),
    *("-2", "-1", "0.5", "1e999", "NaN", "Infinity", "1" + "0" * 30, "9" * 5000, "[" * 900 + "]" * 900),
)
"""JSON that could stand in the place of any value."""


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every container in a value, with each of its keys or positions."""
    for key in list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        yield value, key
        yield from _places(value[key])


def _read(kind: type[Answer], written: str) -> Answer:
    """What the host reads of the bytes of an answer."""
    header = f'{{"body": {written}, "arrays": []}}'.encode("utf-8", "surrogatepass")
    stream = iter((PREFIX.pack(MAGIC, len(header), 0), header, b""))
    return parse(kind, decode(lambda _: next(stream), 0))


@pytest.mark.parametrize("kind", VALID)
def test_any_value_in_any_place(kind: type[Answer]) -> None:
    """It is read, or refused by the one error for that; what is read can be kept even if no cell has ever run."""
    body = {"number": 1, **VALID[kind]}
    assert _read(kind, json.dumps(body)) == parse(kind, Frame(body=body))
    run = Run(cells=(), notebook="", seconds=0, sandbox="")
    for holder, key in list(_places(body)):
        kept, holder[key] = holder[key], "HERE"
        written = json.dumps(body)
        holder[key] = kept
        for odd in ODD:
            with suppress(FrameError):
                answer = _read(kind, written.replace('"HERE"', odd, 1))
                if isinstance(answer, Description):
                    as_observations(answer.observations, run)
                    assert all(describe(header, run, "").cell == 0 for header in answer.models)


@pytest.mark.parametrize("kind", VALID)
def test_missing_and_further_keys(kind: type[Answer]) -> None:
    """An answer has all of its keys and no others."""
    body = {"number": 1, **VALID[kind]}
    for key in body:
        with pytest.raises(FrameError, match="invalid answer"):
            parse(kind, Frame(body={other: value for other, value in body.items() if other != key}))
    with pytest.raises(FrameError, match="invalid answer"):
        parse(kind, Frame(body=body | {"score": 18}))
