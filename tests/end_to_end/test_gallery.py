"""The assignments of the gallery are clean: every mistake costs what it should, and no right work anything."""

from __future__ import annotations

from pathlib import Path

import pytest

from suite.assignments import known
from tests.conftest import ROOT, Graded, grade, run_suite

pytestmark = pytest.mark.slow
GALLERY = ROOT / "reference" / "gallery"
QUICK = ("numpy_functions",)
OTHERS = [name for name in known(GALLERY) if name not in QUICK]


@pytest.mark.parametrize("name", QUICK)
def test_quick_ones(name: str) -> None:
    """Those that train nothing for long."""
    _verify(name)


@pytest.mark.nightly
@pytest.mark.parametrize("name", OTHERS)
def test_others(name: str) -> None:
    """Minutes each."""
    _verify(name)


@pytest.mark.parametrize("name", known(GALLERY))
def test_assignments_are_short(name: str) -> None:
    """What differs from the defaults fits on a page."""
    assert len((GALLERY / name / "assignment.toml").read_text("utf-8").splitlines()) <= 40


@pytest.fixture(scope="module")
def ranked(tmp_path_factory: pytest.TempPathFactory) -> Graded:
    """Three pipelines under an assignment that ranks them."""
    root = tmp_path_factory.mktemp("assignments")
    folder = root / "sklearn_pipeline"
    folder.mkdir()
    for name in ("assignment.toml", "customers.csv"):
        (folder / name).write_bytes((GALLERY / "sklearn_pipeline" / name).read_bytes())
    toml = (folder / "assignment.toml").read_text("utf-8")
    (folder / "assignment.toml").write_text(f"leaderboard = true\n{toml}", "utf-8")
    solution = (GALLERY / "sklearn_pipeline" / "solution.py").read_text("utf-8")
    papers = tmp_path_factory.mktemp("class")
    price_only = solution.replace('["age", "calls", "price"], ["city"]', '["price"], []')
    (papers / "ana.py").write_text(price_only, "utf-8")
    (papers / "berta.py").write_text(solution, "utf-8")
    (papers / "carla.py").write_text("print('nothing yet')\n", "utf-8")
    return grade(tmp_path_factory.mktemp("report"), papers, "--assignments", root, assignment="sklearn_pipeline")


@pytest.mark.nightly
def test_the_class_page_ranks(ranked: Graded) -> None:
    """The best first, without those that have no score."""
    page = (ranked.report / "index.html").read_text("utf-8")
    board = page[page.index("roc_auc</caption>") :]
    assert board.index("berta") < board.index("ana")
    assert "carla" not in board
    scores = {name: result["score"] for name, result in ranked.results.items()}
    assert scores["berta"] > scores["ana"] > scores["carla"]


def _verify(name: str) -> None:
    done = run_suite("verify", name, "--assignments", GALLERY, "--repeat", "1")
    assert done.returncode == 0, done.stdout


def test_the_gallery_is_where_the_docs_say() -> None:
    """So that a new instructor finds it."""
    assert Path("reference/gallery").as_posix() in (ROOT / "docs" / "assignment.md").read_text("utf-8")
