"""The functional proof, end to end: what is proved, what is disproved, and what forgeries gain."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import Graded, asked_names, grade, mostly_nightly
from tests.functions import DIFFERENT, EQUAL, FORGED, GUIDE, LEARNS_OTHERWISE, NEWS, WITHOUT_RECURRENCE

pytestmark = pytest.mark.slow

EQUAL_NAMES = mostly_nightly(
    EQUAL,
    (
        *("torch_stack_in_one", "torch_own_parameters", "torch_misleading_names"),
        *("keras_two_biases", "keras_sequential_logits", "keras_written_cell"),
    ),
)
TOLD = {"keras_relu_second", "keras_backwards"}
"""Mistakes of which the layer is told."""
DIFFERENT_NAMES = mostly_nightly(DIFFERENT, TOLD | {"torch_reversed", "torch_own_relu"})
RUNS, SHAPES, PARAMETERS, FUNCTION, ACCURACY = 2, 3, 5, 5, 3


@pytest.fixture(scope="module")
def proved(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Graded:
    """Those that a selected test is about, graded as one class."""
    sources = EQUAL | {name: source for name, (source, _) in DIFFERENT.items()}
    sources |= WITHOUT_RECURRENCE | LEARNS_OTHERWISE | FORGED
    asked = asked_names(request) | TOLD
    return _grade(tmp_path_factory, "stacked_rnn", {name: sources[name] for name in sources if name in asked})


def _points(result: dict[str, Any]) -> dict[str, float]:
    return {verdict["check"]: verdict["points"] for verdict in result["verdicts"]}


def _function(result: dict[str, Any]) -> dict[str, Any]:
    return next(verdict for verdict in result["verdicts"] if verdict["check"] == "function")


def _outcomes(result: dict[str, Any]) -> dict[str, str]:
    return {v["model"]: v["outcome"] for v in result["verdicts"] if v["check"] == "function"}


def _grade(factory: pytest.TempPathFactory, assignment: str, sources: dict[str, str]) -> Graded:
    folder = factory.mktemp("class")
    for name, source in sources.items():
        (folder / f"{name}.py").write_text(source, "utf-8")
    return grade(factory.mktemp("report"), folder, assignment=assignment)


@pytest.mark.parametrize("name", EQUAL_NAMES)
def test_equal_functions_are_proved(proved: Graded, name: str) -> None:
    """However a model is written, it is proved to be the reference's equal."""
    verdict = _function(proved.results[name])
    assert (verdict["outcome"], verdict["points"]) == ("pass", FUNCTION), verdict["message"]
    assert proved.results[name]["score"] >= RUNS + FUNCTION


@pytest.mark.parametrize("name", EQUAL_NAMES)
def test_equal_functions_learn_when_trained_again(proved: Graded, name: str) -> None:
    """However a right model is written, the host's training lifts it over the threshold."""
    verdict = next(v for v in proved.results[name]["verdicts"] if v["check"] == "accuracy")
    assert (verdict["outcome"], verdict["points"]) == ("pass", ACCURACY), verdict["message"]


@pytest.mark.parametrize("name", DIFFERENT_NAMES)
def test_other_functions_lose_the_function_only(proved: Graded, name: str) -> None:
    """An honest mistake that counts don't show costs the check that shows it, and the layer at fault is named."""
    result, words = proved.results[name], DIFFERENT[name][1]
    assert words in _function(result)["message"]
    assert _function(result)["outcome"] == "fail"
    points = _points(result)
    assert (points["runs"], points["parameters"], points["function"]) == (RUNS, PARAMETERS, 0)


def test_what_a_layer_computes_is_told(proved: Graded) -> None:
    """Beside the first layer at fault stands what it computes, in Keras's words, and what it should."""
    told = _function(proved.results["keras_relu_second"])["details"]
    assert any("Layer 2" in said and "activation=relu" in said and "activation=tanh" in said for said in told)
    told = _function(proved.results["keras_backwards"])["details"]
    assert any("Layer 3" in said and "go_backwards" in said for said in told)


@pytest.mark.parametrize("name", LEARNS_OTHERWISE)
def test_right_function_that_learns_otherwise(proved: Graded, name: str) -> None:
    """Training that is cut shows in the weights after the steps, and costs half of the check."""
    verdict = _function(proved.results[name])
    assert verdict["points"] == FUNCTION / 2
    assert "learns differently" in verdict["message"]


@pytest.mark.parametrize("name", FORGED)
def test_forgeries_gain_nothing(proved: Graded, name: str) -> None:
    """Tensors that nothing depends on count for nothing, wherever the submission lies about them."""
    points = _points(proved.results[name])
    assert points | {"runs": 0} == {"runs": 0, "shapes": 0, "parameters": 0, "function": 0, "accuracy": 0}


@pytest.mark.parametrize("name", WITHOUT_RECURRENCE)
def test_weights_that_are_never_used_are_not_counted(proved: Graded, name: str) -> None:
    """A network that never comes to its second step has no recurrent weights, whatever its layers hold."""
    result = proved.results[name]
    parameters = next(verdict for verdict in result["verdicts"] if verdict["check"] == "parameters")
    assert parameters["points"] == PARAMETERS / 5  # the linear layer's share
    assert "can change without changing" in parameters["message"]
    assert _points(result)["function"] == 0


@pytest.mark.nightly
def test_masks(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A forgotten mask is seen where padding is to be skipped, and a mask where it is to be read."""
    forgotten = NEWS
    right = f"{NEWS}both.masked = bilstm.masked = True"
    swapped = f"{NEWS}titles.masked = bilstm.masked = True"
    sources = {"forgotten": forgotten, "right": right, "swapped": swapped}
    results = _grade(tmp_path_factory, "news_rnn", sources).results
    every = {"news_rnn": "pass", "news_rnn_masked": "pass", "news_lstm": "pass", "news_bilstm": "pass"}
    assert _outcomes(results["right"]) == every
    assert _outcomes(results["forgotten"]) == every | {"news_rnn_masked": "fail", "news_bilstm": "fail"}
    assert _outcomes(results["swapped"]) == every  # told apart by what they compute, not by their order


@pytest.mark.nightly
def test_gates_and_states(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Gates may be in any order; a gate that lacks its activation, and a state that isn't carried on, are disproved."""
    mixed = GUIDE.replace("i, f, g, o =", "i, f, o, g =")
    wrong = GUIDE.replace("g.tanh()", "g.sigmoid()")
    forgetful = GUIDE.replace("self.lstm(x, self.state)", "self.lstm(x)")
    sources = {"right": GUIDE, "mixed": mixed, "wrong": wrong, "forgetful": forgetful}
    results = _grade(tmp_path_factory, "rnn_guide", sources).results
    found = {name: _outcomes(result) for name, result in results.items()}
    asked = ("embed_lstm", "stateful", "mnist_lstm")
    for name in ("right", "mixed"):
        assert [found[name][model] for model in asked] == ["pass", "pass", "pass"]
    assert [found["wrong"][model] for model in asked] == ["fail", "pass", "pass"]
    assert found["forgetful"]["stateful"] != "pass"
