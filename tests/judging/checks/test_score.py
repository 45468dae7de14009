"""Points of open tasks: by cut-offs, within bounds."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from suite.assignments import OpenTask
from suite.judging.checks.score import best_score, find_excess, share_of_points
from suite.records import Layer, MetricScore, Model, Weight

TASK: dict[str, Any] = {
    "kind": "open",
    "id": "small",
    "dataset": "mnist",
    "cutoffs": [[0.5, 0], [0.7, 0.5], [0.8, 1]],
    "parameters_at_most": 100,
    "layers_required": ["Conv2d"],
    "layers_forbidden": ["LSTM"],
    "frameworks": ["torch"],
}
SCORE = MetricScore(task="small", metric="accuracy", rows=10, score=0.9)


def _model(kind: str = "Conv2d", size: int = 100, framework: str = "torch", score: float = 0.9) -> Model:
    weights = (Weight(name="weight", shape=(size,), trainable=True),)
    return Model(
        name="net",
        framework=framework,
        class_name="Net",
        cell=0,
        finished=True,
        layers=(Layer(name="0", kind=kind, weights=weights, output_shape=None),),
        inputs=(),
        outputs=(),
        sample=(),
        scores=(replace(SCORE, score=score),),
    )


@pytest.mark.parametrize(
    ("score", "share"), [(0.4, 0), (0.5, 0), (0.6, 0.25), (0.7, 0.5), (0.75, 0.75), (0.8, 1), (0.95, 1)]
)
def test_points_between_cutoffs(score: float, share: float) -> None:
    """Interpolated, nothing below the worst, no more than the best."""
    assert share_of_points(OpenTask.model_validate(TASK), score) == pytest.approx(share)


@pytest.mark.parametrize(("score", "share"), [(5.0, 0), (3.0, 0.5), (1.0, 1), (2.0, 0.75)])
def test_errors_fall(score: float, share: float) -> None:
    """Of an error less is better."""
    task = OpenTask.model_validate(TASK | {"metric": "mae", "cutoffs": [[1, 1], [3, 0.5]]})
    assert share_of_points(task, score) == pytest.approx(share)


def test_one_cutoff_is_a_threshold() -> None:
    """All or nothing."""
    task = OpenTask.model_validate(TASK | {"cutoffs": [[0.8, 1]]})
    assert [share_of_points(task, score) for score in (0.79, 0.8, 0.9)] == [0, 1, 1]


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({}, None),
        ({"size": 101}, "score_parameters"),
        ({"kind": "Linear"}, "score_required"),
        ({"framework": "keras"}, "score_framework"),
    ],
)
def test_bounds(changes: dict[str, Any], key: str | None) -> None:
    """The bound that a model doesn't keep is named."""
    excess = find_excess(OpenTask.model_validate(TASK), _model(**changes))
    assert (excess.key if excess else None) == key


def test_the_best_within_the_bounds_counts() -> None:
    """However good a model beyond them is."""
    task = OpenTask.model_validate(TASK | {"layers_required": []})
    models = [_model(score=0.7), _model(score=0.8), _model(score=0.99, size=1000), _model(kind="LSTM", score=0.95)]
    found = best_score(task, models)
    assert found is not None
    assert found[1].score == 0.8
    assert best_score(task, models[2:]) is None
