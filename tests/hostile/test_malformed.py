"""Whatever one submission holds or sends costs itself alone: the class goes on, and no honest mark changes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from suite.files import remove_tree
from suite.grading.collect import read_class
from suite.sandbox import all_sandboxes
from suite.text.language import say
from tests.conftest import Graded, grade
from tests.hostile.malformed import HONEST, READ, RUN, Malformed

STRONGEST = next(sandbox for sandbox in all_sandboxes() if not sandbox.unavailable())


def _lay_out(folder: Path, malformed: dict[str, Malformed]) -> None:
    for files in HONEST.values():
        Malformed(status="pass", score=None, word="", files=files).lay_out(folder)
    for each in malformed.values():
        each.lay_out(folder)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A class folder that is removed, however deep it is."""
    folder = tmp_path / "class"
    folder.mkdir()
    yield folder
    remove_tree(folder)


def test_a_class_is_read_whatever_lies_in_it(folder: Path) -> None:
    """Each has its problem and its sentence in both languages, and so have those who are right: none."""
    _lay_out(folder, READ)
    found = {submission.student: submission for submission in read_class([folder]).submissions}
    assert found.keys() == READ.keys() | HONEST.keys()
    for name, expected in READ.items():
        problem = found[name].problem
        assert problem is not None, name
        assert expected.word in say(problem, "en"), name
        assert say(problem, "es")
        assert found[name].ungraded == (expected.score is None), name
    assert [found[name].problem for name in HONEST] == [None] * len(HONEST)


def test_a_link_that_is_named_is_not_followed(folder: Path) -> None:
    """A linked folder among the paths is no class folder: else it would earn what it links to."""
    _lay_out(folder, {"linked_folder": READ["linked_folder"]})
    found = read_class([folder / "honest_folder", folder / "linked_folder"]).submissions
    assert [(s.student, s.problem and s.problem.key) for s in found] == [("main", None), ("linked_folder", "link")]


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Graded]:
    """All of them and honest work as one class."""
    if STRONGEST.name == "process":
        pytest.skip("the plain process stops accidents, not attacks")
    folder = tmp_path_factory.mktemp("class")
    _lay_out(folder, READ | RUN)
    yield grade(tmp_path_factory.mktemp("report"), folder)
    remove_tree(folder)


@pytest.mark.nightly
@pytest.mark.slow
@pytest.mark.parametrize("name", [*READ, *RUN])
def test_it_ends_as_recorded(graded: Graded, name: str) -> None:
    """Each has its status, its points and its sentence."""
    expected, result = (READ | RUN)[name], graded.results[name]
    assert (result["status"], result["score"]) == (expected.status, expected.score), result["message"]
    assert expected.word in " ".join((result["message"], *result["notes"]))


@pytest.mark.nightly
@pytest.mark.slow
def test_the_honest_keep_their_marks(graded: Graded) -> None:
    """Right work among them gets full marks, and nobody is lost or taken for a failure of the grader."""
    assert graded.results.keys() == READ.keys() | RUN.keys() | HONEST.keys()
    for name in HONEST:
        result = graded.results[name]
        assert (result["status"], result["score"]) == ("pass", result["max_score"]), result["message"]
    assert not [name for name, result in graded.results.items() if result["status"] == "harness error"]
