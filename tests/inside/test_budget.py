"""The budget's caps on constants, in a cell's syntax tree."""

from __future__ import annotations

import ast

import pytest

from suite.inside.worker.budget import CapConstants


@pytest.mark.parametrize(
    ("source", "capped"),
    [
        ("EPOCHS = 64", "EPOCHS = 2"),
        ("EPOCHS: int = 64", "EPOCHS: int = 2"),
        ("def f():\n    EPOCHS = 64", "def f():\n    EPOCHS = 2"),
        ("EPOCHS = 1", "EPOCHS = 1"),
        ("EPOCHS = True", "EPOCHS = True"),
        ("EPOCHS = '64'", "EPOCHS = '64'"),
        ("BATCH = 64", "BATCH = 64"),
        ("model.EPOCHS = 64", "model.EPOCHS = 64"),
    ],
)
def test_named_constants_are_capped(source: str, capped: str) -> None:
    """Only integers above the cap, only under the names that the assignment lists."""
    noted: list[str] = []
    tree = CapConstants(["EPOCHS"], 2, noted).visit(ast.parse(source))
    assert ast.unparse(tree) == capped
    assert noted == (["EPOCHS = 64 → 2"] if source != capped else [])


def test_no_cap_changes_nothing() -> None:
    """The full budget, 0 epochs, leaves a notebook as it is."""
    tree = CapConstants(["EPOCHS"], 0, []).visit(ast.parse("EPOCHS = 64"))
    assert ast.unparse(tree) == "EPOCHS = 64"
