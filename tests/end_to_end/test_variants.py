"""An assignment with variants, from the class list to the marks: each student is judged by the own one."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import pytest

from tests.conftest import Graded, grade, run_suite, write_notebook

pytestmark = pytest.mark.slow
TOML = """
title = "Networks of several sizes"
runtime = "torch"

[variants.values]
units = [3, 5, 7]
seed = { low = 1, high = 999 }

[[tasks]]
id = "net"
accepts = ["net_{units}"]
probes = [{ inputs = [{ shape = [4] }] }]
"""
REFERENCE = """
from torch import nn

def build_net(units):
    return nn.Sequential(nn.Linear(4, units), nn.Tanh(), nn.Linear(units, 2))
"""
HANDOUT = (
    "import torch\nunits = 3\nseed = 1\ntorch.manual_seed(seed)",
    "net = torch.nn.Sequential(torch.nn.Linear(4, units), torch.nn.Tanh(), torch.nn.Linear(units, 2))",
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The assignment, frozen, and a notebook for each of six students."""
    folder = tmp_path_factory.mktemp("variants")
    (folder / "nets").mkdir()
    (folder / "nets" / "assignment.toml").write_text(TOML, "utf-8")
    (folder / "nets" / "model_torch.py").write_text(REFERENCE, "utf-8")
    done = run_suite("freeze", "nets", "--assignments", folder)
    assert done.returncode == 0, done.stderr
    write_notebook(folder / "work.ipynb", HANDOUT)
    lines = [f"{number}X,Student {letter},{letter}@x.es" for number, letter in enumerate("ABCDEF", 10)]
    (folder / "class.csv").write_text("\n".join(["NIA,Full name,Email", *lines]), "utf-8")
    given = "--roster", folder / "class.csv", "--out", folder / "notebooks"
    done = run_suite("variants", folder / "work.ipynb", "-a", "nets", "--assignments", folder, *given)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="module")
def units(folder: Path) -> dict[str, str]:
    """Who has how many units, by the table."""
    with (folder / "notebooks" / "variants.csv").open(encoding="utf-8-sig", newline="") as stream:
        return {line["name"]: line["units"] for line in csv.DictReader(stream)}


@pytest.fixture(scope="module")
def graded(folder: Path, units: dict[str, str]) -> Graded:
    """Who has the first student's units and who hasn't, both with the first one's notebook; and a stranger."""
    handed_in, first = folder / "class", folder / "notebooks" / "10x" / "work.ipynb"
    handed_in.mkdir()
    shutil.copy(first, handed_in / "Student A.ipynb")
    shutil.copy(first, handed_in / f"{_other(units)}.ipynb")
    shutil.copy(first, handed_in / "stranger.ipynb")
    return grade(
        folder / "report", handed_in, "--assignments", folder, "--roster", folder / "class.csv", assignment="nets"
    )


def _other(units: dict[str, str]) -> str:
    return next(name for name, value in units.items() if value != units["Student A"])


def test_the_references_of_all_variants_are_recorded(folder: Path) -> None:
    """Each as an own model."""
    expected = json.loads((folder / "nets" / "expected.json").read_text("utf-8"))
    assert sorted(expected["models"]) == ["net_3", "net_5", "net_7"]
    assert expected["models"]["net_5"]["torch"]["parameters"] == 4 * 5 + 5 + 5 * 2 + 2


def test_the_own_notebook_earns_everything(graded: Graded, units: dict[str, str]) -> None:
    """And the page says which variant it is."""
    result = graded.results["Student A"]
    assert result["score"] == result["max_score"]
    said = f"This student's variant: units = {units['Student A']}, seed = "
    assert any(note.startswith(said) for note in result["notes"])


def test_somebody_elses_notebook_does_not(graded: Graded, units: dict[str, str]) -> None:
    """It is judged by the own variant, and the difference is said."""
    result = graded.results[_other(units)]
    assert result["score"] < result["max_score"]
    assert any("The notebook sets" in note and f"units = {units['Student A']}" in note for note in result["notes"])


def test_a_stranger_has_no_score(graded: Graded) -> None:
    """With a sentence that says what to do."""
    result = graded.results["stranger"]
    assert result["score"] is None
    assert result["summary"]["key"] == "variant_unknown"
    assert graded.code == 3


def test_judging_again_gives_the_same(folder: Path, graded: Graded) -> None:
    """The report keeps by what a student was found on the list."""
    before = {name: result["score"] for name, result in graded.results.items()}
    done = run_suite("report", folder / "report", "--assignments", folder)
    assert done.returncode in {0, 3}, done.stderr
    assert {name: result["score"] for name, result in graded.results.items()} == before
