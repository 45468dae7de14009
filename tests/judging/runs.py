"""Runs of notebooks made by hand: sources, and what each cell raised."""

from __future__ import annotations

import json

from suite.records import CellOutcome, Model, Outcome, Run

Cell = str | tuple[str, str, str]
"""A source that ran, or a source with the name and the message of what it raised."""
EMPTY_MODEL = Model(
    name="model",
    framework="torch",
    class_name="Net",
    cell=0,
    finished=True,
    layers=(),
    inputs=(),
    outputs=(),
    sample=(),
)
"""A model of which nothing was seen."""
OUTCOMES = {"ModuleNotFoundError": Outcome.MISSING_DEPENDENCY}


def make_run(*cells: Cell) -> Run:
    """A run of code cells, as the notebook runner records it."""
    outcomes, written = [], []
    for index, cell in enumerate(cells):
        source, name, message = (cell, "", "") if isinstance(cell, str) else cell
        outcome = OUTCOMES.get(name, Outcome.ERROR) if name else Outcome.PASS
        outcomes.append(CellOutcome(index=index, outcome=outcome, seconds=0.1, error_name=name, error_message=message))
        raised = {"output_type": "error", "ename": name, "evalue": message, "traceback": []}
        written.append({"cell_type": "code", "source": source, "outputs": [raised] if name else []})
    return Run(cells=tuple(outcomes), notebook=json.dumps({"cells": written}), seconds=1.0, sandbox="bubblewrap")


def undefined(name: str) -> tuple[str, str, str]:
    """A cell that fails because a name is missing."""
    return f"print({name})", "NameError", f"name '{name}' is not defined"
