"""Open tasks of a master: which of its models answer one, by which metric, and what it must reach."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from suite.assignments import load
from suite.assignments.metric import metric_named
from suite.authoring.proposal.open_tasks import EXPLORED, Goal, asks_openly, find_goal, groups
from suite.records import Evidence, MetricScore, Model, Run
from tests.authoring.proposal.notebooks import code, master_of
from tests.conftest import ROOT

PIPELINE = ROOT / "reference" / "gallery" / "sklearn_pipeline"
OPEN = {"tags": ["open"]}


def _goal(metric: str = "accuracy", unchanging: float = 0.5) -> Goal:
    return Goal(dataset="houses", metric=metric_named(metric), unchanging=unchanging)


def _model(name: str, cell: int, framework: str = "sklearn", *scores: float) -> Model:
    """With an interval of a tenth around its score."""
    found = tuple(
        MetricScore(task=EXPLORED, metric="accuracy", rows=100, score=each, low=each - 0.05, high=each + 0.05)
        for each in scores
    )
    return Model(
        name=name,
        framework=framework,
        class_name="Any",
        cell=cell,
        finished=True,
        layers=(),
        inputs=(),
        outputs=(),
        sample=(),
        scores=found,
    )


def test_all_points_are_due_well_below_the_masters_score() -> None:
    assert _goal().settings(_model("a", 0, "sklearn", 0.85)) == {
        "dataset": "houses",
        "cutoffs": [[0.5, 0.0], [0.77, 1.0]],
    }


def test_errors_fall() -> None:
    """The worse end of an error's interval is the upper one."""
    settings = _goal("mae", 10.0).settings(_model("a", 0, "sklearn", 2.0))
    assert settings == {
        "dataset": "houses",
        "metric": "mean_absolute_error",
        "cutoffs": [[10.0, 0.0], [pytest.approx(2.84, abs=0.01), 1.0]],
    }


def test_the_best_model_counts_and_one_that_learnt_nothing_does_not() -> None:
    goal = _goal()
    first, best, idle = (_model(name, 0, "sklearn", score) for name, score in (("a", 0.7), ("b", 0.9), ("c", 0.52)))
    assert goal.best([first, best, idle]) is best
    assert goal.best([idle, _model("d", 0)]) is None


@pytest.mark.parametrize(
    ("cells", "opened"),
    [
        (code("import keras"), False),
        (code("from sklearn.svm import SVC"), True),
        ([("code", "import keras", OPEN)], True),
        (
            [("raw", "# BEGIN QUESTION\nname: q1\nopen: true"), *code("x = 1  # SOLUTION"), ("raw", "# END QUESTION")],
            True,
        ),
        ([("raw", "# BEGIN QUESTION\nname: q1"), *code("x = 1  # SOLUTION"), ("raw", "# END QUESTION")], False),
    ],
)
def test_what_asks_openly(tmp_path: Path, cells: list[tuple[str, str]], opened: bool) -> None:  # noqa: FBT001
    assert asks_openly(master_of(tmp_path, *cells)) is opened


def test_estimators_answer_one_question_and_each_marked_cell_another(tmp_path: Path) -> None:
    master = master_of(tmp_path, *code("a = SVC()", "b = SVC()"), ("code", "net = Net()", OPEN), *code("other = Net()"))
    models = (_model("a", 0), _model("b", 1), _model("net", 2, "torch"), _model("other", 3, "torch"))
    evidence = Evidence(run=Run(cells=(), notebook="", seconds=1, sandbox=""), models=models, runtime="torch")
    found = {name: [model.name for model in each] for name, each in groups(master, evidence).items()}
    assert found == {"estimators": ["a", "b"], "cell 3": ["net"]}


NAMED = {
    "roc_auc_score(y, p)": "roc_auc",
    'GridSearchCV(p, grid, scoring="f1_macro")': "f1_macro",
    "my_own_score(y, p)": "accuracy",
    "r2_score(y, p)": "accuracy",
}


@pytest.mark.parametrize(("source", "metric"), NAMED.items(), ids=NAMED)
def test_the_metric_is_the_one_that_the_notebook_names(tmp_path: Path, source: str, metric: str) -> None:
    """Where it fits the answers."""
    own = load("sklearn_pipeline", PIPELINE.parent).own_data
    goal = find_goal(master_of(tmp_path, *code(source)), ("customers",), own)
    assert goal is not None
    assert goal.metric.name == metric
    assert 0.3 < goal.unchanging < 0.6


def test_numbers_are_measured_by_r2(tmp_path: Path) -> None:
    own = load("mlp_regression", PIPELINE.parent).own_data
    goal = find_goal(master_of(tmp_path, *code("x = 1")), tuple(own), own)
    assert goal is not None
    assert (goal.metric.name, round(goal.unchanging, 6)) == ("r2", 0)


def test_a_known_dataset_has_as_many_rows_of_each_class(tmp_path: Path) -> None:
    goal = find_goal(master_of(tmp_path, *code("x = 1")), ("mnist",), {})
    assert goal is not None
    assert np.isclose(goal.unchanging, 0.1)


@pytest.mark.parametrize("data", [(), ("mnist", "imdb")])
def test_without_one_set_of_data_there_is_no_goal(tmp_path: Path, data: tuple[str, ...]) -> None:
    assert find_goal(master_of(tmp_path, *code("x = 1")), data, {}) is None
