"""Each student's notebook has the student's values, and nothing else is changed."""

from __future__ import annotations

import csv
from pathlib import Path

import nbformat
import pytest

from suite.authoring.variants import TABLE, with_values, write_variants
from suite.errors import UsageError
from suite.grading.roster import read_roster
from suite.grading.variants import written_values
from tests.assignments.test_variants import STACKS
from tests.conftest import write_notebook

CELLS = ("%matplotlib inline\nunits = 1  # años\ndepth = 1; seed = (\n    1\n)", "print('á', units)\nunits = 4")


def test_the_first_binding_changes_and_nothing_else(tmp_path: Path) -> None:
    """Comments, later bindings and other cells stay."""
    write_notebook(tmp_path / "work.ipynb", CELLS)
    given = nbformat.read(tmp_path / "work.ipynb", as_version=4)
    changed = with_values(given, {"units": 24, "depth": 2, "seed": 7})
    assert changed["cells"][0]["source"] == "%matplotlib inline\nunits = 24  # años\ndepth = 2; seed = (\n    7\n)"
    assert changed["cells"][1]["source"] == CELLS[1]
    assert given["cells"][0]["source"] == CELLS[0]


def test_everybody_on_the_list_gets_a_notebook(tmp_path: Path) -> None:
    """By the list's number, account or address; names that no system takes are made safe, and no cell is a formula."""
    write_notebook(tmp_path / "work.ipynb", CELLS)
    (tmp_path / "class.csv").write_text(
        "DNI,Nombre completo,Email\n11X,=cmd(),a@x.es\n../12,Ana Gil,b@x.es\n,Eva Sol,c@x.es\n,Óscar Paz,\n"
        "11x,Twice,\n",
        "utf-8",
    )
    rows = read_roster(tmp_path / "class.csv").rows
    assert write_variants(STACKS, tmp_path / "work.ipynb", rows, tmp_path / "out") == 4
    with (tmp_path / "out" / TABLE).open(encoding="utf-8-sig", newline="") as stream:
        table = list(csv.DictReader(stream))
    assert [line["folder"] for line in table] == ["11x", "12", "c x.es", "oscar paz"]
    assert table[0]["name"] == "'=cmd()"
    for line, key in zip(table, ("11x", "../12", "c@x.es", "oscar paz"), strict=True):
        written = written_values((tmp_path / "out" / line["folder"] / "work.ipynb").read_text("utf-8"))
        assert written == STACKS.variants.draw("stacks", key)  # type: ignore[union-attr]
        assert {name: line[name] for name in written} == {name: str(value) for name, value in written.items()}


@pytest.mark.parametrize(("cells", "said"), [(["units = 1\ndepth = 2"], "no line seed"), ([], "no line units")])
def test_a_notebook_without_a_line_is_refused(tmp_path: Path, cells: list[str], said: str) -> None:
    """Before anything is written."""
    write_notebook(tmp_path / "work.ipynb", cells)
    with pytest.raises(UsageError, match=said):
        write_variants(STACKS, tmp_path / "work.ipynb", (), tmp_path / "out")
    (tmp_path / "no.ipynb").write_text("{}")
    with pytest.raises(UsageError, match="can't be read as a notebook"):
        write_variants(STACKS, tmp_path / "no.ipynb", (), tmp_path / "out")
    assert not (tmp_path / "out").exists()
