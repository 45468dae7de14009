"""Masters for the tests: cells as (kind, source, metadata)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat

from suite.authoring.proposal.master import Master, read_master

MAKERS = {
    "code": nbformat.v4.new_code_cell,
    "markdown": nbformat.v4.new_markdown_cell,
    "raw": nbformat.v4.new_raw_cell,
}


def write_master(folder: Path, *cells: tuple[str, str] | tuple[str, str, dict[str, Any]], name: str = "own") -> Path:
    """A notebook of these cells."""
    made = []
    for kind, source, *rest in cells:
        cell = MAKERS[kind](source)
        cell.metadata.update(rest[0] if rest else {})  # type: ignore[arg-type]
        made.append(cell)
    path = folder / f"{name}.ipynb"
    path.write_text(nbformat.writes(nbformat.v4.new_notebook(cells=made)), "utf-8")
    return path


def master_of(folder: Path, *cells: tuple[str, str] | tuple[str, str, dict[str, Any]]) -> Master:
    """The same, read."""
    return read_master(write_master(folder, *cells))


def code(*sources: str) -> list[tuple[str, str]]:
    """Code cells."""
    return [("code", source) for source in sources]


TOTAL = """def total(values):
    # BEGIN SOLUTION
    result = (values ** 2).sum()
    # END SOLUTION
    return result"""
SOFTMAX = """def softmax(scores):
    ### BEGIN SOLUTION
    shifted = np.exp(scores - scores.max(axis=1, keepdims=True))
    return shifted / shifted.sum(axis=1, keepdims=True)
    ### END SOLUTION"""
TEST_SOFTMAX = """assert np.allclose(softmax(np.zeros((2, 4))), 0.25)
### BEGIN HIDDEN TESTS
softmax(np.ones((3, 5)) * -2.5)
### END HIDDEN TESTS"""

OTTER = [
    ("raw", "# ASSIGNMENT CONFIG\nname: hw01"),
    ("markdown", "# Sums\n## Squares"),
    ("raw", "# BEGIN QUESTION\nname: q1\npoints: 3"),
    ("markdown", "Write `total`."),
    ("raw", "# BEGIN SOLUTION"),
    (
        "code",
        TOTAL,
    ),
    ("raw", "# END SOLUTION"),
    ("raw", "# BEGIN TESTS"),
    ("code", "import numpy as np\nassert total(np.arange(4.0)) == 14"),
    ("code", "# HIDDEN\nassert total(np.ones(5)) == 5"),
    ("raw", "# END TESTS"),
    ("raw", "# END QUESTION"),
    ("raw", "# BEGIN QUESTION\nname: q2\npoints: 2\nmanual: true"),
    ("raw", "# BEGIN SOLUTION"),
    ("markdown", "It grows."),
    ("raw", "# END SOLUTION"),
    ("raw", "# END QUESTION"),
    ("raw", "# BEGIN QUESTION\nname: q3"),
    ("raw", "# BEGIN SOLUTION"),
    ("code", "answer = 6 * 7  # SOLUTION"),
    ("raw", "# END SOLUTION"),
    ("raw", "# END QUESTION"),
]
"""Otter's own example in short: a function, a question for a person, a value."""


def nbgrader(grade_id: str, **values: Any) -> dict[str, Any]:
    """The metadata of a cell."""
    return {"nbgrader": {"grade_id": grade_id, "grade": False, "solution": False, "locked": False} | values}


NBGRADER = [
    ("markdown", "# Homework\n\n## Softmax"),
    ("code", "import numpy as np"),
    (
        "code",
        SOFTMAX,
        nbgrader("softmax", solution=True),
    ),
    (
        "code",
        TEST_SOFTMAX,
        nbgrader("test_softmax", grade=True, points=4),
    ),
    ("code", "classes = 10", nbgrader("classes", solution=True)),
    ("code", "assert classes > 1", nbgrader("test_classes", grade=True, points=1)),
]
"""A source notebook of nbgrader: a function with tests, a whole cell that is a solution."""
