"""Masters are read as they are: otter's markers, nbgrader's metadata, none at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from suite.authoring.proposal.master import AskedQuestion, MasterError, read_master
from tests.authoring.proposal.notebooks import NBGRADER, OTTER, code, master_of, nbgrader, write_master


def test_a_plain_notebook_has_headings_and_no_solutions(tmp_path: Path) -> None:
    master = master_of(tmp_path, ("markdown", "# Un *título*\n## Redes"), *code("x = 1"))
    assert (master.style, master.title) == ("plain", "Un título")
    assert [(cell.heading, cell.solution) for cell in master.code] == [("Redes", frozenset())]


def test_otter(tmp_path: Path) -> None:
    master = master_of(tmp_path, *OTTER)
    assert master.style == "otter"
    assert master.questions == (
        AskedQuestion(name="q1", points=3, manual=False),
        AskedQuestion(name="q2", points=2, manual=True),
        AskedQuestion(name="q3", points=1, manual=False),
    )
    solutions = {cell.question: set(cell.solution) for cell in master.cells if cell.solution}
    assert solutions == {"q1": {3}, "q3": {1}}
    assert [cell.part for cell in master.code if cell.question == "q1"] == ["solution", "tests", "tests"]


def test_nbgrader(tmp_path: Path) -> None:
    master = master_of(tmp_path, *NBGRADER)
    assert master.style == "nbgrader"
    assert master.questions == (
        AskedQuestion(name="softmax", points=4, manual=False),
        AskedQuestion(name="classes", points=1, manual=False),
    )
    assert [set(cell.solution) for cell in master.code] == [set(), {3, 4}, set(), {1}, set()]


def test_nbgrader_s_manual_answer(tmp_path: Path) -> None:
    cells = [
        ("code", "x = 1", nbgrader("x", solution=True)),
        ("markdown", "why", nbgrader("why", solution=True, grade=True, points=5)),
    ]
    assert master_of(tmp_path, *cells).questions[1] == AskedQuestion(name="why", points=5, manual=True)


WRONG = {
    "a line that is never closed": (code("# BEGIN SOLUTION\nx = 1"), "new_unclosed", 1),
    "a question that is never closed": ([("raw", "# BEGIN QUESTION\nname: q1"), *code("x = 1")], "new_unclosed", 1),
    "closed twice": (code("x = 0", "### BEGIN SOLUTION\nx = 1\n### END SOLUTION\n### END SOLUTION"), "new_unopened", 2),
    "closed in the wrong order": (
        [("raw", "# BEGIN QUESTION"), ("raw", "# BEGIN SOLUTION"), *code("x = 1"), ("raw", "# END QUESTION")],
        "new_unopened",
        4,
    ),
    "nothing between markers": (code("### BEGIN SOLUTION\n### END SOLUTION\nx = 1"), "new_no_solution", None),
    "no code": ([("markdown", "# Text")], "new_no_code", None),
}


@pytest.mark.parametrize(("cells", "key", "cell"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_said_with_its_cell(
    tmp_path: Path, cells: list[tuple[str, str]], key: str, cell: int | None
) -> None:
    with pytest.raises(MasterError) as raised:
        master_of(tmp_path, *cells)
    assert raised.value.problem.key == key
    assert raised.value.problem.values.get("cell") == cell


def test_no_notebook(tmp_path: Path) -> None:
    (tmp_path / "own.ipynb").write_text("{}", "utf-8")
    with pytest.raises(MasterError, match=r"own\.ipynb"):
        read_master(tmp_path / "own.ipynb")
    with pytest.raises(MasterError, match="no file"):
        read_master(tmp_path / "none.ipynb")


def test_files_beside_it_are_found_by_name_and_import(tmp_path: Path) -> None:
    for name in ("utils.py", "houses.csv", "other.csv", "unused.py"):
        (tmp_path / name).write_text("a\n1\n", "utf-8")
    path = write_master(tmp_path, *code("import pandas as pd\nfrom utils import a\npd.read_csv('houses.csv')"))
    assert [file.path for file in read_master(path).files] == ["houses.csv", "utils.py"]
