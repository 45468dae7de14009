"""Three wrong notebooks are told what is wrong, the mended one that nothing is; in the terminal and by the API."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

import suite
from suite.checking.self_check import Checked, self_check
from suite.checking.telling import as_text, tell
from suite.errors import UsageError
from suite.sandbox import Sandbox, choose
from tests.checking.notebooks import CHECK, HALF, MENDED, NET, WRONG, write_told, write_work
from tests.conftest import run_suite

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    chosen, _ = choose("auto")
    yield chosen
    chosen.close()


def _check(folder: Path, cells: tuple[str, ...], sandbox: Sandbox, public: str = "outputs") -> Checked:
    write_told(folder, public)
    return self_check(write_work(folder, cells), None, sandbox)


def _say(checked: Checked) -> str:
    return "\n".join(line for line, _ in as_text(tell(checked, "en"), "en"))


@pytest.mark.parametrize(("cells", "said"), WRONG.values(), ids=WRONG)
def test_a_wrong_notebook(tmp_path: Path, sandbox: Sandbox, cells: tuple[str, ...], said: str) -> None:
    shown = _say(_check(tmp_path, cells, sandbox))
    assert said in shown
    assert "✗" in shown


def test_the_mended_one(tmp_path: Path, sandbox: Sandbox) -> None:
    """The cell with which it was checked does nothing in the check."""
    shown = _say(_check(tmp_path, MENDED, sandbox))
    assert "✗" not in shown
    assert "All 4 code cells ran" in shown
    assert "The model returns (None, 3), as it should." in shown
    assert "half is there and can be called" in shown
    assert "which also checks: parameters, function." in shown


def test_what_is_not_told_is_not_judged(tmp_path: Path, sandbox: Sandbox) -> None:
    """Another width inside shows where the count is told, and not where only outputs are."""
    wider = NET.replace("Linear(6, 5)", "Linear(6, 7)").replace("Linear(5, 3)", "Linear(7, 3)")
    cells = (wider, "net = Net()", HALF, CHECK)
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    assert "✗" not in _say(_check(tmp_path / "one", cells, sandbox))
    assert "has 73 parameters, expected 53" in _say(_check(tmp_path / "two", cells, sandbox, "parameters"))


def test_references_that_are_handed_out_compare(tmp_path: Path, sandbox: Sandbox) -> None:
    """A function of other values, which only a reference shows."""
    shown = _say(_check(tmp_path, (*MENDED[:2], "def half(x):\n    return x / 3", CHECK), sandbox, "references"))
    assert "✗ half" in shown
    assert "should be" in shown


def test_the_model_of_the_name_that_was_asked_for_counts(tmp_path: Path, sandbox: Sandbox) -> None:
    """Of several with the same input."""
    cells = (
        NET,
        "net = nn.Sequential(nn.Linear(6, 4))\nother = nn.Linear(6, 5)\ntest = nn.Sequential(nn.Linear(6, 2))",
    )
    assert "✗ A net: The model returns (None, 4)" in _say(_check(tmp_path, (*cells, HALF), sandbox))


def test_files_and_folders_beside_the_notebook(tmp_path: Path, sandbox: Sandbox) -> None:
    (tmp_path / "rows").mkdir()
    (tmp_path / "rows" / "train.csv").write_text("1\n2\n")
    (tmp_path / "own_layers.py").write_text("WIDTH = 5\n")
    cells = ("from own_layers import WIDTH\nassert open('rows/train.csv').read() == '1\\n2\\n'", *MENDED)
    assert "All 5 code cells ran" in _say(_check(tmp_path, cells, sandbox))


def test_in_the_terminal_and_from_python(tmp_path: Path) -> None:
    write_told(tmp_path)
    path = write_work(tmp_path, WRONG["other outputs"][0])
    done = run_suite("check", path, "--lang", "es", "--json")
    assert done.returncode == 1, done.stderr
    said = " ".join(done.stderr.split())
    assert "✗ Una red: El modelo devuelve (None, 4); se esperaba (None, 3)." in said
    (told,) = json.loads(done.stdout)["results"]
    assert (told["evidence"], told["sandbox"] is None) == (None, False)
    result = suite.check(path)
    assert isinstance(result, suite.Result)
    assert [each.points for each in result.verdicts if each.task == "net"] == [0]


def test_a_notebook_that_is_not_there(tmp_path: Path, sandbox: Sandbox) -> None:
    with pytest.raises(UsageError, match=r"nothing\.ipynb"):
        self_check(tmp_path / "nothing.ipynb", None, sandbox)
