"""A class in which most attack the machine: the honest keep their marks, and the machine is as before."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from pathlib import Path

import pytest

from suite.sandbox import all_sandboxes
from tests.conftest import ROOT, Graded, tighten
from tests.grading.test_messy_class import NET
from tests.hostile.machine import ATTACKS, LIMITS, Attack
from tests.sandbox.conftest import as_notebook, unchanged_machine

pytestmark = [pytest.mark.slow, pytest.mark.nightly]  # the conformance suite has each attack alone

HONEST = ("a_first", "z_last")
NAMES = (
    "new\nline",
    "\x1b]0;title\x07\x1b[31mred",
    "\u202egpj.exe",
    "=1+1",
    "@sum",
    "<img src=x onerror=alert(1)>",
    "'; rm -rf $HOME #",
    "{{ 7 * 7 }}",
    "-rf",
    "n" * 249,
)
GRADE = """
import pathlib, sys
from suite import temporary
temporary.SOCKET_ROOT = pathlib.Path(sys.argv.pop(1))
from suite.cli import main
main()
"""  # the command `suite`, with its run folders in a folder of their own
STRONGEST = next(sandbox for sandbox in all_sandboxes() if not sandbox.unavailable())


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Graded:
    """All attacks, some honest submissions and some with hostile names, graded as one class."""
    if STRONGEST.name == "process":
        pytest.skip("the plain process stops accidents, not attacks")
    folder, slow = tmp_path_factory.mktemp("class"), tmp_path_factory.mktemp("slow")
    for attack in ATTACKS:
        (slow if attack.status == "timeout" else folder).joinpath(f"{attack.name}.ipynb").write_text(
            as_notebook(attack.source), "utf-8"
        )
    for name in HONEST:
        (folder / f"{name}.ipynb").write_text(as_notebook(NET, "model = Net()"), "utf-8")
    for name in NAMES:
        (folder / f"{name}.ipynb").touch()
    report = tmp_path_factory.mktemp("report")
    tight = tighten(tmp_path_factory.mktemp("tight"), wall_seconds=15, answer_seconds=5, **LIMITS)
    options = ("-a", "stacked_rnn", "--assignments", tight)
    with unchanged_machine(STRONGEST) as parent:
        done = subprocess.run(
            [sys.executable, "-c", GRADE, parent, "grade", slow, folder, "-j", "6", *options, "--report", report],
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
            cwd=ROOT,
            env=os.environ | {"COLUMNS": "100", "TMPDIR": str(parent)},
        )
    return Graded(code=done.returncode, stdout=done.stdout, stderr=done.stderr, report=report)


@pytest.mark.parametrize("name", HONEST)
def test_honest_keep_their_marks(attacked: Graded, name: str) -> None:
    """Whoever else is in the class, right work gets full marks."""
    result = attacked.results[name]
    assert (result["status"], result["score"]) == ("pass", result["max_score"]), result["message"]


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_attack_ends_as_recorded(attacked: Graded, attack: Attack) -> None:
    """Each attack has its status and message, and gains nothing."""
    attack.expect(attacked.results[attack.name])


def test_nobody_is_lost(attacked: Graded) -> None:
    """Everyone has a mark: no attack is taken for a failure of the grader."""
    assert len(attacked.results) == len(ATTACKS) + len(HONEST) + len(NAMES)
    assert all(result["score"] is not None for result in attacked.results.values())
    assert attacked.code == 0


@pytest.mark.parametrize("name", NAMES)
def test_hostile_names_are_names(attacked: Graded, name: str) -> None:
    """A file may be called anything: it is judged under that name."""
    result = attacked.results[name]
    assert result["status"] == "error"
    assert "is empty" in result["message"]


def test_terminal_and_table_stay_whole(attacked: Graded) -> None:
    """No escape, control or direction mark reaches the terminal; each submission is one row without a formula."""
    for stream in (attacked.stdout, attacked.stderr):
        assert not {char for char in stream if not char.isprintable()} - {"\n"}
    with (attacked.report / "grades.csv").open(encoding="utf-8", newline="") as table:
        rows = list(csv.reader(table))
    assert len(rows) == len(attacked.results) + 1
    assert all(len(row) == len(rows[0]) for row in rows)
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]


def test_pages_have_plain_names_and_no_markup(attacked: Graded) -> None:
    """Each submission has a page of its own, and no name became a tag or a template."""
    pages = list((attacked.report / "submissions").iterdir())
    assert len(pages) == len(attacked.results)
    index = (attacked.report / "index.html").read_text("utf-8")
    for html in (index, *(page.read_text("utf-8") for page in pages)):
        assert "<img src=x" not in html
        assert not {"\x1b", "\x07", "\u202e"} & set(html)
    assert "{{ 7 * 7 }}" in index
    assert {path.parent for path in attacked.report.rglob("*.html")} == {
        attacked.report,
        Path(attacked.report, "submissions"),
    }
