"""What students are told: as much of the references as the assignment says, and enough to be checked by it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from suite.assignments import Assignment, Expected, Public, load, load_expected
from suite.checking.public_file import find_public, read_public, write_public
from suite.errors import AssignmentError
from tests.conftest import ROOT


def _own(level: Public, name: str = "stacked_rnn", root: Path = ROOT / "reference") -> tuple[Assignment, Expected]:
    found = load(name, root)
    return found.model_copy(update={"public": level}), load_expected(found)


def _read(tmp_path: Path, level: Public) -> tuple[Assignment, Expected, bool]:
    path = tmp_path / "a.check.json"
    path.write_text(write_public(*_own(level), "es"), "utf-8")
    (tmp_path / "inside").mkdir()
    found = read_public(path, tmp_path / "inside")
    assert found.language == "es"
    return found.assignment, found.expected, found.compares


def test_outputs_tell_neither_layers_nor_counts(tmp_path: Path) -> None:
    """Nor golden values, a reference or anything of data that are held back."""
    assignment, expected, compares = _read(tmp_path, "outputs")
    model = expected.models["stack10"]["keras"]
    assert (model.outputs, model.layers, model.parameters, model.golden) == (((None, 10),), (), 0, ())
    assert list(assignment.checks) == ["runs", "shapes"]
    assert not compares
    assert not assignment.accuracy.models
    assert list((tmp_path / "inside").iterdir()) == []
    assert "SimpleRNN" not in (tmp_path / "a.check.json").read_text("utf-8")


def test_parameters_tell_the_whole_count(tmp_path: Path) -> None:
    assignment, expected, _ = _read(tmp_path, "parameters")
    model = expected.models["stack10"]["keras"]
    assert (
        model.parameters == load_expected(load("stacked_rnn", ROOT / "reference")).models["stack10"]["keras"].parameters
    )
    assert model.layers == ()
    assert "parameters" in assignment.checks


def test_layers_tell_each_layer(tmp_path: Path) -> None:
    _, expected, compares = _read(tmp_path, "layers")
    assert expected.models["stack10"]["keras"].layers
    assert not compares


def test_references_are_handed_out(tmp_path: Path) -> None:
    assignment, _, compares = _read(tmp_path, "references")
    assert compares
    assert set(assignment.frameworks) == {"keras", "torch"}
    assert "function" in assignment.checks
    assert (tmp_path / "inside" / "model_torch.py").is_file()


def test_what_only_grading_checks_is_named() -> None:
    told = json.loads(write_public(*_own("outputs"), "en"))
    assert told["later"] == ["parameters", "function", "accuracy"]
    assert told["schema_version"] == 1


def test_functions_need_no_file(tmp_path: Path) -> None:
    """Their reference stays with the instructor."""
    path = tmp_path / "a.check.json"
    path.write_text(write_public(*_own("outputs", "numpy_functions", ROOT / "reference" / "gallery"), "en"), "utf-8")
    assert "results" in read_public(path, tmp_path).assignment.checks


def test_an_open_task_alone_cannot_be_checked() -> None:
    """It is scored on held-out rows."""
    with pytest.raises(AssignmentError, match="held-out rows"):
        write_public(*_own("outputs", "under_50k", ROOT / "reference" / "gallery"), "en")


def test_the_file_beside_a_notebook(tmp_path: Path) -> None:
    """Of its name, else the only one; never a guess."""
    notebook = tmp_path / "p3.ipynb"
    with pytest.raises(AssignmentError, match="found: none"):
        find_public(notebook)
    (tmp_path / "other.check.json").touch()
    assert find_public(notebook).name == "other.check.json"
    (tmp_path / "third.check.json").touch()
    with pytest.raises(AssignmentError, match=r"other\.check\.json, third\.check\.json"):
        find_public(notebook)
    (tmp_path / "p3.check.json").touch()
    assert find_public(notebook).name == "p3.check.json"


@pytest.mark.parametrize("content", ["", "[]", '{"schema_version": 2}', '{"name": "x"}'])
def test_a_file_that_is_not_whole(tmp_path: Path, content: str) -> None:
    path = tmp_path / "a.check.json"
    path.write_text(content)
    with pytest.raises(AssignmentError, match="isn't what this version reads"):
        read_public(path, tmp_path)


def test_a_name_in_the_file_leads_nowhere_else(tmp_path: Path) -> None:
    """A reference's name is a file's, whatever folders it names."""
    told = json.loads(write_public(*_own("references"), "en"))
    told["references"]["../../escaped.py"] = "x = 1"
    path = tmp_path / "a.check.json"
    path.write_text(json.dumps(told))
    (tmp_path / "one" / "two").mkdir(parents=True)
    read_public(path, tmp_path / "one" / "two")
    assert not (tmp_path / "escaped.py").exists()
