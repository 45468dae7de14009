"""A wrong setting is told with its line, what was expected, what was seen and an example."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from suite import assignments
from suite.errors import AssignmentError
from tests.conftest import ROOT

ONE_TASK = """\
title = "A network"

[[tasks]]
id = "stack10"
probes = [{ inputs = [{ shape = [28, 28] }] }]
"""
OPEN = """
[[tasks]]
kind = "open"
id = "free"
dataset = "{data}"
metric = "{metric}"
cutoffs = [[0.5, 1]]
"""
WRONG = {
    "misspelt": (
        ONE_TASK + "\n[limits]\nmemory_mb = 1\n",
        "line 8, limits, memory_mb: there is no such key; did you mean memory_mib?",
    ),
    "misspelt at the top": ("titel = 'A'\n" + ONE_TASK, "line 1, titel: there is no such key; did you mean title?"),
    "missing": (
        ONE_TASK.replace("probes", "# probes"),
        (
            "line 3, tasks, number 1, probes: this key is missing (Inputs that a model may expect, "
            "tried in this order); for example probes = [{ inputs = [{ shape = [28, 28] }] }]"
        ),
    ),
    "no task": ("title = 'A'\n", "tasks: this key is missing"),
    "text for a number": (
        ONE_TASK + "\n[budgets.quick]\nepochs = 'one'\n",
        'line 8, budgets, quick, epochs: should be a whole number, and is "one"',
    ),
    "below zero": (
        ONE_TASK + "\n[checks]\nruns = { points = -1 }\n",
        "line 8, checks, runs, points: should be a number of at least 0.0, and is -1",
    ),
    "number for a text": (
        ONE_TASK.replace('"stack10"', "7"),
        "line 4, tasks, number 1, id: should be a text in quotes, and is 7",
    ),
    "unknown choice": (
        ONE_TASK + 'answers = "any"\n',
        "line 6, tasks, number 1, answers: should be one of 'exact' or 'logits or probabilities'",
    ),
    "unknown budget": (ONE_TASK + "\n[budgets.fast]\nepochs = 1\n", "line 7, budgets, fast"),
    "no probe": (
        ONE_TASK.replace("[{ inputs = [{ shape = [28, 28] }] }]", "[]"),
        "line 5, tasks, number 1, probes: should be at least 1 of them, and is []",
    ),
    "two tasks of one id": (
        ONE_TASK + ONE_TASK.partition("\n\n")[2].join(["\n", ""]),
        "several tasks with the id stack10",
    ),
    "nothing to measure": (
        ONE_TASK + "\n[checks]\naccuracy = { points = 1 }\n",
        "the check accuracy has no model to measure",
    ),
    "unknown model": (
        ONE_TASK + "\n[accuracy.models.other]\ndataset = 'mnist'\n",
        "[accuracy.models] names what no task accepts: other",
    ),
    "unknown scorer": (
        ONE_TASK + OPEN.format(data="mnist", metric="macro_f1"),
        "line 7, tasks, number 2: scikit-learn has no scorer 'macro_f1'; did you mean f1_macro?",
    ),
    "not TOML": ("title = A network\n", "isn't TOML: Invalid value (at line 1, column 9)"),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_setting_is_told_in_words(name: str, tmp_path: Path) -> None:
    """Each message names place and remedy, and nothing of the library that validates."""
    text, expected = WRONG[name]
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "assignment.toml").write_text(text, "utf-8")
    with pytest.raises(AssignmentError) as caught:
        assignments.load("own", tmp_path)
    assert expected in str(caught.value)
    assert "assignment.toml" in str(caught.value)
    assert "pydantic" not in str(caught.value)
    assert "errors.pydantic" not in str(caught.value)


def test_a_wrong_part_is_told_once(tmp_path: Path) -> None:
    """Not also as a list that has become too short by it."""
    (tmp_path / "own").mkdir()
    only = "title = 'A'\n" + OPEN.format(data="mnist", metric="macro_f1")
    (tmp_path / "own" / "assignment.toml").write_text(only, "utf-8")
    with pytest.raises(AssignmentError) as caught:
        assignments.load("own", tmp_path)
    assert str(caught.value).count("\n") == 1


def test_open_tasks_need_rows_that_are_held_back(tmp_path: Path) -> None:
    """And a column with the right answers, before anything runs."""
    (tmp_path / "own").mkdir()
    toml = "title = 'A'\n[data.wine]\nfile = 'wine.csv'\n" + OPEN.format(data="wine", metric="accuracy")
    (tmp_path / "own" / "assignment.toml").write_text(toml, "utf-8")
    (tmp_path / "own" / "wine.csv").write_text("a,kind\n1,0\n2,1\n3,0\n4,1\n", "utf-8")
    with pytest.raises(AssignmentError, match="say which column holds the right answers"):
        assignments.load("own", tmp_path)


def test_only_what_differs_has_to_be_given(tmp_path: Path) -> None:
    """A short file has titles, budgets, limits and points; one number of a budget leaves the others."""
    folder = tmp_path / "own"
    shutil.copytree(ROOT / "reference" / "stacked_rnn", folder)
    (folder / "assignment.toml").write_text(ONE_TASK + "\n[budgets.quick]\nepochs = 3\n", "utf-8")
    found = assignments.load("own", tmp_path)
    assert found.title.es == "A network"
    assert found.tasks[0].title.en == "stack10"
    assert found.tasks[0].accepts == ("stack10",)
    assert (found.budgets["quick"].epochs, found.budgets["quick"].train_rows) == (3, 2000)
    assert list(found.checks) == ["runs", "shapes", "parameters", "function"]
