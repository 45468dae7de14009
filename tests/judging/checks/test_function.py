"""Verdicts on stored distances: proved, disproved, claimed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from suite.records import Evidence, Model, Movement, Outcome, Proof, ProofStatus, Result
from tests.judging.checks.test_checks import RIGHT, _evidence, _points, assignment, expected, grade

__all__ = ["assignment", "expected", "grade"]  # fixtures

EQUAL = Proof(task="stack", model_id="stack10", mappings=1, difference=1e-7, steps=2)
MOVE = Movement(tensor="rnn.kernel", difference=0.0, movement=0.1, value=1.0)


def _with(*proofs: Proof, model: Model = RIGHT) -> Evidence:
    return _evidence(replace(model, proofs=proofs))


def _verdict(result: Result) -> Any:
    return next(verdict for verdict in result.verdicts if verdict.check == "function")


@pytest.mark.parametrize(
    ("proof", "standing", "points", "key"),
    [
        (EQUAL, ProofStatus.PROVED, 5, "function_pass"),
        (replace(EQUAL, movements=(MOVE,)), ProofStatus.PROVED, 5, "function_pass"),
        (replace(EQUAL, difference=1e-2), ProofStatus.DISPROVED, 0, "function_differs"),
        (replace(EQUAL, difference=1e-2, layer=3), ProofStatus.DISPROVED, 0, "function_layer_recurrent"),
        (replace(EQUAL, difference=None, problem="ValueError"), ProofStatus.DISPROVED, 0, "function_failed"),
        (replace(EQUAL, steps=0, problem="RuntimeError"), ProofStatus.DISPROVED, 2.5, "function_learning_failed"),
        (
            replace(EQUAL, movements=(replace(MOVE, difference=0.01),)),
            ProofStatus.DISPROVED,
            2.5,
            "function_learns_otherwise",
        ),
        (replace(EQUAL, difference=None), ProofStatus.CLAIMED, 0, "function_no_mapping"),
        (replace(EQUAL, model_id="another task's"), ProofStatus.CLAIMED, 0, "function_no_mapping"),
    ],
)
def test_verdicts(grade: Any, proof: Proof, standing: ProofStatus, points: float, key: str) -> None:
    """Outputs and training each are worth half; what wasn't compared is claimed."""
    result = grade(_with(proof))
    verdict = _verdict(result)
    assert (result.comparisons[0].proof_status, verdict.points, verdict.message.key) == (standing, points, key)
    assert (verdict.outcome is Outcome.INCONCLUSIVE) is (standing is ProofStatus.CLAIMED)


def test_wrong_counts_come_first(grade: Any) -> None:
    """A model whose weights can't fit fails, and is told to correct its counts."""
    verdict = _verdict(grade(_with(model=replace(RIGHT, layers=RIGHT.layers[1:]))))
    assert (verdict.outcome, verdict.message.key) == (Outcome.FAIL, "function_needs_counts")


def test_idle_tensors_are_not_counted(grade: Any) -> None:
    """A layer that nothing depends on counts neither for its parameters nor for its shape, nor in the total."""
    first = RIGHT.layers[0]
    idle = replace(first, weights=tuple(replace(weight, matters=False) for weight in first.weights))
    result = grade(_with(replace(EQUAL, difference=0.5), model=replace(RIGHT, layers=(idle, *RIGHT.layers[1:]))))
    assert _points(result) == pytest.approx(
        {"runs": 2, "shapes": 3 * 4 / 5, "parameters": 3, "function": 0, "accuracy": 0}
    )
    assert "layer_idle" in {d.key for v in result.verdicts for d in v.details}


def test_layers_in_doubt_are_not_counted(grade: Any) -> None:
    """A layer that was called by itself and computed nothing known earns neither counts nor its shape: a doubt."""
    doubtful = replace(RIGHT.layers[0], formula="")
    formulas = "SimpleRNN, activation=relu", "SimpleRNN, return_sequences=False", "Dense, activation=linear"
    known = tuple(replace(layer, formula=name) for layer, name in zip(RIGHT.layers[1:], formulas, strict=True))
    result = grade(_with(model=replace(RIGHT, layers=(doubtful, *known))))
    assert _points(result) == pytest.approx(
        {"runs": 2, "shapes": 3 * 4 / 5, "parameters": 3, "function": 0, "accuracy": 0}
    )
    told = {v.check: (v.outcome, v.message.key) for v in result.verdicts}
    assert told["shapes"] == told["parameters"] == (Outcome.INCONCLUSIVE, "layer_unproved")
    assert result.status is Outcome.INCONCLUSIVE


def test_a_mistake_weighs_more_than_a_doubt(grade: Any) -> None:
    """Whoever has a layer in doubt and a mistake is told the mistake."""
    doubtful = replace(RIGHT.layers[0], formula="")
    result = grade(_with(replace(EQUAL, difference=0.5), model=replace(RIGHT, layers=(doubtful, *RIGHT.layers[1:]))))
    assert (result.status, result.summary.key) == (Outcome.FAIL, "function_differs")


def test_made_up_layers_have_no_answer(grade: Any) -> None:
    """An output of the right shape is worth nothing where no layer counts."""
    layers = tuple(replace(layer, formula="") for layer in RIGHT.layers)
    assert _points(grade(_with(model=replace(RIGHT, layers=layers))))["shapes"] == 0
    hollow = tuple(replace(layer, weights=()) for layer in RIGHT.layers)
    assert _points(grade(_with(model=replace(RIGHT, layers=hollow))))["shapes"] == 0


def test_a_layer_of_another_kind_is_not_counted(grade: Any) -> None:
    """A dense layer of a recurrent layer's size and shape is right by chance, in neither check."""
    layers = (replace(RIGHT.layers[0], formula="Dense, activation=linear"), *RIGHT.layers[1:])
    result = grade(_with(model=replace(RIGHT, layers=layers)))
    told = {v.check: (v.outcome, v.message.key) for v in result.verdicts}
    assert told["shapes"] == told["parameters"] == (Outcome.FAIL, "layer_other")
    assert (_points(result)["shapes"], _points(result)["parameters"]) == pytest.approx((3 * 4 / 5, 3))
