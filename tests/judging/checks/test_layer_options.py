"""Options of layers that differ are named, where both layers were seen to compute with them."""

from __future__ import annotations

import pytest

from suite.assignments import ExpectedLayer, ModelTask
from suite.judging.checks.layer_kinds import is_recurrent
from suite.judging.checks.layer_options import other_options, say_options
from suite.records import Layer

TASK = {"id": "t", "title": {"en": "T", "es": "T"}, "accepts": ["m"], "probes": [{"inputs": [{"shape": [4]}]}]}
EXACT = ModelTask.model_validate(TASK)
EITHER = ModelTask.model_validate(TASK | {"answers": "logits or probabilities"})


def _layer(formula: str | None, kind: str = "Conv2D") -> Layer:
    return Layer(name="a", kind=kind, weights=(), output_shape=None, formula=formula)


def _expected(formula: str | None) -> ExpectedLayer:
    return ExpectedLayer(kind="Conv2D", parameters=1, output_shape=None, weights=(), formula=formula)


@pytest.mark.parametrize(
    ("seen", "expected", "found"),
    [
        ("Conv2D, padding=valid, groups=1", "Conv2D, padding=same, groups=1", {"padding": ("valid", "same")}),
        ("Conv2D, padding=valid", "Conv1D, padding=same", {}),
        ("Dense, activation=relu", "Dense, units=3, activation=tanh", {"activation": ("relu", "tanh")}),
        ("", "Dense, activation=tanh", {}),
        (None, None, {}),
    ],
)
def test_what_both_name_is_compared(seen: str | None, expected: str | None, found: dict[str, tuple[str, str]]) -> None:
    assert other_options(_expected(expected), _layer(seen), EXACT) == found


def test_logits_or_probabilities() -> None:
    """Where either is accepted, either activation is right."""
    layers = _expected("Dense, activation=softmax"), _layer("Dense, activation=linear")
    assert other_options(*layers, EITHER) == {}
    assert other_options(*layers, EXACT)


def test_words() -> None:
    assert say_options({"padding": ("valid", "same"), "strides": ("1×1", "2×2")}) == (
        "padding=valid, strides=1×1",
        "padding=same, strides=2×2",
    )


@pytest.mark.parametrize(
    ("kind", "formula", "recurrent"),
    [
        ("LSTM", None, True),
        ("MyCell", "SimpleRNN, activation=tanh", True),
        ("ResidualBlock", "", False),
        ("MultiHeadAttention", None, False),
        ("LSTM", "Dense, activation=tanh", False),
    ],
)
def test_only_what_is_known_to_be_recurrent_is_called_so(kind: str, formula: str | None, recurrent: bool) -> None:  # noqa: FBT001 - pytest passes by name
    assert is_recurrent(_layer(formula, kind)) is recurrent
