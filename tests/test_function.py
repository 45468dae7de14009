"""The functional proof, end to end: what is proved, what is disproved, and what forgeries gain."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import Graded, grade
from tests.functions import DIFFERENT, EQUAL, FORGED, LEARNS_OTHERWISE

RUNS, SHAPES, PARAMETERS, FUNCTION = 2, 3, 5, 5


@pytest.fixture(scope="module")
def proved(tmp_path_factory: pytest.TempPathFactory) -> Graded:
    """All of them, graded as one class."""
    folder = tmp_path_factory.mktemp("class")
    sources = EQUAL | {name: source for name, (source, _) in DIFFERENT.items()} | LEARNS_OTHERWISE | FORGED
    for name, source in sources.items():
        (folder / f"{name}.py").write_text(source, "utf-8")
    return grade(tmp_path_factory.mktemp("report"), folder)


def _points(result: dict[str, Any]) -> dict[str, float]:
    return {verdict["check"]: verdict["points"] for verdict in result["verdicts"]}


def _function(result: dict[str, Any]) -> dict[str, Any]:
    return next(verdict for verdict in result["verdicts"] if verdict["check"] == "function")


@pytest.mark.parametrize("name", EQUAL)
def test_equal_functions_are_proved(proved: Graded, name: str) -> None:
    """However a model is written, it is proved to be the oracle's equal."""
    verdict = _function(proved.results[name])
    assert (verdict["outcome"], verdict["points"]) == ("pass", FUNCTION), verdict["message"]
    assert proved.results[name]["score"] >= RUNS + FUNCTION


@pytest.mark.parametrize("name", DIFFERENT)
def test_other_functions_lose_the_function_only(proved: Graded, name: str) -> None:
    """An honest mistake that counts don't show costs the check that shows it, and the layer at fault is named."""
    result, words = proved.results[name], DIFFERENT[name][1]
    assert words in _function(result)["message"]
    assert _function(result)["outcome"] == "fail"
    points = _points(result)
    assert (points["runs"], points["parameters"], points["function"]) == (RUNS, PARAMETERS, 0)


@pytest.mark.parametrize("name", LEARNS_OTHERWISE)
def test_right_function_that_learns_otherwise(proved: Graded, name: str) -> None:
    """Training that is cut shows in the weights after the steps, and costs half of the check."""
    verdict = _function(proved.results[name])
    assert verdict["points"] == FUNCTION / 2
    assert "learns otherwise" in verdict["message"]


@pytest.mark.parametrize("name", FORGED)
def test_forgeries_gain_nothing(proved: Graded, name: str) -> None:
    """Tensors that nothing depends on count for nothing, wherever the submission lies about them."""
    points = _points(proved.results[name])
    assert points | {"runs": 0} == {"runs": 0, "shapes": 0, "parameters": 0, "function": 0}
