"""Functions and values of real notebooks, called in the sandbox beside the reference's."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Graded, grade, run_suite

pytestmark = pytest.mark.slow
TOML = """
title = "Functions"
checks.runs.points = 0
checks.results.points = 6

[[tasks]]
kind = "function"
id = "loss"
given_as = "torch"
gradients = true
arguments = [{ shape = ["n", 3] }, { shape = ["n", 3] }]
sizes = { n = [1, 4] }

[[tasks]]
kind = "function"
id = "root"
arguments = [{ low = -2, high = 2 }]
calls = 10
seconds = 2

[[tasks]]
kind = "function"
id = "Scale"
made_with = { factor = 3 }
arguments = [{ shape = [4] }]

[[tasks]]
kind = "value"
id = "shapes"
names = ["shapes", "formas"]
"""
REFERENCE = """
import math
import numpy as np
import torch

def loss(x, y):
    return ((x - y) ** 2).mean()

def root(x):
    if x < 0:
        raise ValueError("negative")
    return math.sqrt(x)

class Scale:
    def __init__(self, factor):
        self.factor = factor
    def __call__(self, x):
        return self.factor * x

shapes = {"train": (60000, 28, 28), "classes": 10}
"""
QUOTES = str.maketrans("", "", "“”")
"""Marks round what a submission wrote."""
WRONG = {
    "detached": (
        "return ((x - y) ** 2).mean()",
        "return ((x - y) ** 2).mean() + 0 * x.detach().sum() - ((x - y) ** 2).mean() + ((x.detach() - y) ** 2).mean()",
        "loss",
        "gradient for argument 1",
    ),
    "summed": ("mean()", "sum()", "loss", "% of the largest number away"),
    "nan": ("return math.sqrt(x)", "return float('nan')", "root", "only one of them has finite numbers"),
    "not_raised": ('raise ValueError("negative")', "return 0.0", "root", "should raise ValueError"),
    "text": ("return math.sqrt(x)", "return str(math.sqrt(x))", "root", "It is '"),
    "endless": ("return math.sqrt(x)", "while True: pass", "root", "takes longer than 2 s"),
    "in_place": ("return self.factor * x", "x *= self.factor; return x.copy()", "Scale", "changes its argument 1"),
    "renamed": ("shapes = {", "shape = {", "shapes", "it has shape"),
    "other_shape": ("(60000, 28, 28)", "(60000, 784)", "shapes", "shapes['train'] should be"),
    "exits": ("return math.sqrt(x)", "import os; os._exit(0)", "root", "ended"),
}


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Graded:
    """The reference itself, and each mistake in a file of its own."""
    folder = tmp_path_factory.mktemp("assignments") / "own"
    folder.mkdir()
    (folder / "assignment.toml").write_text(TOML, "utf-8")
    (folder / "functions.py").write_text(REFERENCE, "utf-8")
    papers = tmp_path_factory.mktemp("class")
    (papers / "right.py").write_text(REFERENCE.replace("shapes =", "formas ="), "utf-8")
    for name, (old, new, *_) in WRONG.items():
        assert old in REFERENCE
        (papers / f"{name}.py").write_text(REFERENCE.replace(old, new), "utf-8")
    return grade(tmp_path_factory.mktemp("report"), papers, "--assignments", folder.parent, assignment="own")


def test_right_work_has_its_points(graded: Graded) -> None:
    """Under the second of two accepted names, too."""
    right = graded.results["right"]
    assert right["score"] == right["max_score"] == 6, [verdict["message"] for verdict in right["verdicts"]]


@pytest.mark.parametrize("name", WRONG)
def test_wrong_work_is_told_what_differs(name: str, graded: Graded) -> None:
    """It loses points in its task, and the message names the difference."""
    _, _, task, said = WRONG[name]
    result = graded.results[name]
    verdicts = {verdict["task"]: verdict for verdict in result["verdicts"] if verdict["check"] == "results"}
    assert result["score"] < 6
    assert verdicts[task]["points"] < verdicts[task]["max_points"]
    told = f"{verdicts[task]['message']} {result['summary']['values']}".translate(QUOTES)
    assert said in told, told
    assert name == "exits" or result["score"] >= 4.5  # other tasks keep their points


def test_assignment_without_its_functions_is_refused(tmp_path: Path) -> None:
    """Before anything runs."""
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "assignment.toml").write_text(TOML, "utf-8")
    (tmp_path / "a.py").write_text("x = 1\n", "utf-8")
    done = run_suite(
        "grade", "-a", "own", "--assignments", tmp_path, "--report", tmp_path / "report", tmp_path / "a.py"
    )
    assert done.returncode == 2
    assert "need a file functions.py" in done.stderr
