"""From a notebook to an assignment that gives it full marks; what can't be one leaves nothing behind."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from suite import assignments
from suite.authoring.proposal.make import Made, Workplace, make
from suite.authoring.proposal.master import MasterError
from suite.authoring.verify.cases import read_cases
from suite.authoring.verify.settings import VerifySettings
from suite.errors import AssignmentError
from suite.grading.pipeline import grade
from suite.grading.plan import GradingPlan
from suite.sandbox import Sandbox, choose
from tests.authoring.proposal.notebooks import NBGRADER, OTTER, code, write_master
from tests.checking.notebooks import NET
from tests.conftest import ROOT

pytestmark = pytest.mark.slow

PIPELINE = ROOT / "reference" / "gallery" / "sklearn_pipeline"
OPEN = {"tags": ["open"]}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    chosen, _ = choose("auto")
    yield chosen
    chosen.close()


def _make(path: Path, sandbox: Sandbox, seeds: int = 0) -> Made:
    workplace = Workplace(
        sandbox=sandbox,
        environment=os.environ,
        language="en",
        seeds=seeds,
        step=lambda _: None,
        advance=lambda _name, _done, _all: None,
    )
    return make(path, path.with_suffix(""), workplace)


def test_a_plain_notebook(tmp_path: Path, sandbox: Sandbox) -> None:
    cells = code(
        NET,
        "net = Net()\nsame = Net()",
        "net(torch.zeros(2, 6))\nsame(torch.zeros(2, 6))",
        "lonely = nn.Conv2d(1, 2, 3)",
    )
    made = _make(write_master(tmp_path, ("markdown", "# Nets"), *cells), sandbox)
    assert [task.id for task in made.tasks] == ["net"]
    assert [text.key for text in made.left_out] == ["new_twice", "new_not_callable"]
    assert made.points == (15, 15)
    assert sorted(path.name for path in made.folder.iterdir()) == [
        "alternatives",
        "assignment.toml",
        "expected.json",
        "handout",
        "model_torch.py",
    ]
    assignment = assignments.load("own", tmp_path)
    assert assignment.runtime == "torch"
    assert assignment.model_tasks[0].probes[0].inputs[0].shape == (6,)
    assert "build_net" in (made.folder / "model_torch.py").read_text("utf-8")


@pytest.mark.parametrize(
    ("cells", "points"), [(NBGRADER, {"softmax": 2.5, "classes": 2.5}), (OTTER, {"total": 2, "answer": 2})]
)
def test_marked_notebooks_unchanged(
    tmp_path: Path, sandbox: Sandbox, cells: list[tuple[str, str]], points: dict[str, float]
) -> None:
    made = _make(write_master(tmp_path, *cells), sandbox)
    assert made.left_out == ()
    assert made.points == (sum(points.values()), sum(points.values()))
    assert made.result is not None
    assert {each.task: each.points for each in made.result.verdicts if each.check == "results"} == points


@pytest.mark.nightly
def test_a_value_that_depends_on_chance_is_left_out(tmp_path: Path, sandbox: Sandbox) -> None:
    cells = code("### BEGIN SOLUTION\nimport os\nluck = os.urandom(4).hex()\nsize = 3\n### END SOLUTION")
    made = _make(write_master(tmp_path, *cells), sandbox)
    assert [task.id for task in made.tasks] == ["size"]
    assert [text.key for text in made.left_out] == ["new_own_loses"]


@pytest.mark.nightly
def test_estimators_and_marked_cells_are_open(tmp_path: Path, sandbox: Sandbox) -> None:
    """The best estimator counts; it has its variable's name though the cell shows it, and mistakes of training cost."""
    shutil.copy(PIPELINE / "customers.csv", tmp_path)
    solution = (PIPELINE / "solution.py").read_text("utf-8")
    dummy = 'idle = __import__("sklearn.dummy").dummy.DummyClassifier().fit(features, answers)'
    made = _make(write_master(tmp_path, ("markdown", "# Who stays?"), *code(solution, dummy)), sandbox)
    assert made.left_out == ()
    assert made.points == (12, 12)
    (task,) = made.tasks
    assert (task.kind, task.id, task.title, task.settings["dataset"]) == ("open", "pipeline", "Who stays?", "customers")
    (nothing, none), (enough, everything) = task.settings["cutoffs"]
    assert (none, everything) == (0, 1)
    assert 0.5 < nothing < 0.6 < enough < 0.8
    assignment = assignments.load("own", tmp_path)
    cases = read_cases(assignment, VerifySettings(generate=True))
    assert [case.name for case in cases] == ["solution reference", "solution: fit(…) → ∅", "own.ipynb"]
    submissions = [case.submission for case in cases]
    plan = GradingPlan(
        assignment=assignment, budget="quick", sandbox=sandbox, jobs=2, environment=os.environ, store=None
    )
    scores = [result.score for result in grade(submissions, plan, assignments.load_expected(assignment))]
    assert scores[0] == scores[2] == 12
    assert scores[1] is not None
    assert scores[1] < 12


WRONG = {
    "a cell that raises": (code("x = 1", "x / 0"), "new_fails", "ZeroDivisionError"),
    "no model": (code("x = 1"), "new_nothing", "no variable"),
    "nothing that can be compared": (
        code("### BEGIN SOLUTION\nx = object()\n### END SOLUTION"),
        "new_nothing_marked",
        "can be compared",
    ),
    "an open question without data": (
        [("code", "import keras\nnet = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])", OPEN)],
        "new_open_data",
        "one dataset only",
    ),
    "nothing but chance": (
        code("### BEGIN SOLUTION\nimport os\nx = os.urandom(4).hex()\n### END SOLUTION"),
        "new_own_loses",
        "x",
    ),
    "an unclosed marker": (code("### BEGIN SOLUTION\nx = 1"), "new_unclosed", "BEGIN SOLUTION"),
}


@pytest.mark.parametrize(("cells", "key", "said"), WRONG.values(), ids=WRONG)
def test_nothing_is_left_of_what_fails(
    tmp_path: Path, sandbox: Sandbox, cells: list[tuple[str, str]], key: str, said: str
) -> None:
    path = write_master(tmp_path, *cells)
    with pytest.raises(MasterError, match=said) as raised:
        _make(path, sandbox)
    assert raised.value.problem.key == key
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_is_there_stays(tmp_path: Path, sandbox: Sandbox) -> None:
    (tmp_path / "own").mkdir()
    with pytest.raises(AssignmentError, match="there already"):
        _make(write_master(tmp_path, *code("x = 1")), sandbox)
