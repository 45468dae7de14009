"""Students get placeholders for solutions, and neither hidden tests nor markers nor outputs."""

from __future__ import annotations

from pathlib import Path

import pytest

from suite.authoring.proposal.program import Program, read_statements
from suite.authoring.proposal.student import student_notebook, without_solution
from suite.authoring.proposal.tasks import ProposedTask
from tests.authoring.proposal.notebooks import NBGRADER, OTTER, code, master_of


def _sources(folder: Path, cells: list[tuple[str, str]], *tasks: ProposedTask) -> list[str]:
    master = master_of(folder, *cells)
    return [cell.source for cell in student_notebook(master, Program(read_statements(master)), tasks, "en").cells]


def test_otter(tmp_path: Path) -> None:
    assert _sources(tmp_path, OTTER) == [  # type: ignore[arg-type]
        "# Sums\n## Squares",
        "Write `total`.",
        "def total(values):\n    ...  # your code here\n    return result",
        "import numpy as np\nassert total(np.arange(4.0)) == 14",
        "answer = ...",
    ]


def test_nbgrader(tmp_path: Path) -> None:
    sources = _sources(tmp_path, NBGRADER)  # type: ignore[arg-type]
    assert sources[2:5] == [
        "def softmax(scores):\n    ...  # your code here",
        "assert np.allclose(softmax(np.zeros((2, 4))), 0.25)",
        "...  # your code here",
    ]


def test_a_plain_notebook_keeps_data_and_training(tmp_path: Path) -> None:
    cells = code(
        "import lib\nSIZE = 3",
        "class Net:\n    pass",
        "data = lib.load()",
        "# The model\nmodel = Net()\nmodel.add(SIZE)\nmodel.fit(data)",
    )
    task = ProposedTask(kind="model", id="model", title="", variable="model", cell=3)
    assert _sources(tmp_path, cells, task) == [
        "import lib\nSIZE = 3",
        "...  # your code here",
        "data = lib.load()",
        "# The model\n...  # your code here\nmodel.fit(data)",
    ]


@pytest.mark.parametrize(
    ("source", "solution", "expected"),
    [
        ("x = 1  # SOLUTION\ny = 2 # SOLUTION NO PROMPT", {1, 2}, "x = ..."),
        (
            '"""# BEGIN PROMPT\nx = 0\n"""; # END PROMPT\n# BEGIN SOLUTION\nx = 1\n# END SOLUTION',
            {5},
            "x = 0\n...  # hier",
        ),
        ("if a:\n    ### BEGIN SOLUTION\n    b\n    c\n    ### END SOLUTION\nd", {3, 4}, "if a:\n    ...  # hier\nd"),
        ("assert a\n### BEGIN HIDDEN TESTS\nassert b\n### END HIDDEN TESTS", set(), "assert a"),
    ],
)
def test_a_cell(source: str, solution: set[int], expected: str) -> None:
    assert without_solution(source, solution, "hier") == expected
