"""Errors that follow from others are told from those that are causes."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from suite.judging.checks.error_causes import find_error_causes
from suite.judging.checks.runs import explain_cell, explain_error
from suite.records import CellOutcome, Outcome, Run
from suite.text.language import say
from tests.judging.runs import Cell, make_run, undefined


def _causes(run: Run) -> list[tuple[int, list[int], list[int]]]:
    """The index of each cause's cell, of those that miss something because of it, and of those that repeat it."""
    return [
        (error.cell.index, [cell.index for cell in error.missing], [cell.index for cell in error.repeated])
        for error in find_error_causes(run)
    ]


@pytest.mark.parametrize(
    "defining",
    [
        "x, y = load()",
        "def x(): pass",
        "class x: pass",
        "import numpy as x",
        "import x.y",
        "for x in load(): pass",
        "with load() as x: pass",
        "from pandas import *",
        "print(x := load())",
        "%%time\nx = load()",
        "x = = load()",
        "def x(:",
    ],
)
def test_a_missing_name_follows_from_the_cell_that_was_to_define_it(defining: str) -> None:
    """However the cell that stopped binds it, and also in a cell that isn't valid Python."""
    run = make_run("a = 1", (defining, "OSError", "gone"), undefined("x"), "print(a)")
    assert _causes(run) == [(1, [2], [])]


def test_consequences_have_consequences() -> None:
    """A chain of 37 cells has one cause."""
    chain: list[Cell] = [(f"x{n} = x{n - 1}", "NameError", f"name 'x{n - 1}' is not defined") for n in range(1, 38)]
    assert _causes(make_run(("x0 = load()", "OSError", "gone"), *chain)) == [(0, list(range(1, 38)), [])]


def test_a_name_that_no_cell_was_to_define_is_a_cause() -> None:
    """And so is one that only a later cell defines."""
    run = make_run(("y = load()", "OSError", "gone"), undefined("x"), ("x = load()", "OSError", "other"))
    assert _causes(run) == [(0, [], []), (1, [], []), (2, [], [])]


def test_a_file_that_was_not_written_is_missing() -> None:
    """A cell that reads what a stopped cell was to write follows from it."""
    missing = "[Errno 2] No such file or directory: 'model.pt'"
    run = make_run(
        ("torch.save(model, 'model.pt')", "NameError", "name 'model' is not defined"),
        ("torch.load('model.pt')", "FileNotFoundError", missing),
        ("open('other.pt')", "FileNotFoundError", missing.replace("model", "other")),
    )
    assert _causes(run) == [(0, [1], []), (2, [], [])]


def test_the_same_error_again_is_folded() -> None:
    """One sentence for as many cells as ask for a GPU."""
    no_gpu = ("x.cuda()", "AssertionError", "Torch not compiled with CUDA enabled")
    assert _causes(make_run(no_gpu, "pass", no_gpu)) == [(0, [], [2])]


def test_a_cell_that_a_tag_skips_is_no_error_itself() -> None:
    """The first cell that misses its names stands for it; the others are folded under that one."""
    run = make_run("x = 1\ny = 2", undefined("x"), undefined("y"))
    run = replace(run, cells=run.cells[1:])
    assert _causes(run) == [(1, [2], [])]


def test_consequences_are_said_in_one_sentence() -> None:
    """What is missing, which cells miss it, and which cell was to define it."""
    run = make_run("1", ("x, y = load()", "OSError", "gone"), undefined("x"), undefined("y"))
    (error,) = find_error_causes(run)
    first, followed = (say(message, "en") for message in explain_error(run, error))
    assert first == "Code cell 2 stopped with OSError: gone"
    assert "want of x, y, which code cell 2" in followed
    assert "(2): 3, 4." in followed


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ("No module named 'keras.foo'", "but keras, which is there, holds no such module"),
        ("No module named 'sklearn.a.b'", "but sklearn.a, which is there"),
        ("No module named 'tarea'", "If it is one of your own files, hand it in too"),
    ],
)
def test_missing_parts_of_packages_are_not_files_to_hand_in(message: str, said: str) -> None:
    """A dotted name means that what stands before its last dot was found."""
    cell = CellOutcome(
        index=0,
        outcome=Outcome.MISSING_DEPENDENCY,
        seconds=0.0,
        error_name="ModuleNotFoundError",
        error_message=message,
    )
    run = Run(cells=(cell,), notebook=json.dumps({"cells": []}), seconds=0.0, sandbox="")
    assert said in say(explain_cell(run, cell), "en")
