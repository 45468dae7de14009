"""What of a run becomes a task, under which id and title, and what is left out with its reason."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from suite.authoring.proposal.master import Master
from suite.authoring.proposal.program import Program, read_statements
from suite.authoring.proposal.tasks import Found, candidates, find_tasks
from suite.records import (
    ArgumentSeen,
    Evidence,
    Layer,
    Model,
    NameSeen,
    OptimizerRun,
    Run,
    TakenInput,
    TrainingObservations,
    Weight,
)
from tests.authoring.proposal.notebooks import NBGRADER, OTTER, code, master_of

NUMBER = ArgumentSeen(keyword="", form="array", shape=(4,), dtype="float64", low=0, high=3)


def _model(name: str, cell: int, units: int = 3, **values: Any) -> Model:
    layer = Layer(
        name=name, kind="Dense", weights=(Weight(name="kernel", shape=(4, units), trainable=True),), output_shape=None
    )
    known: dict[str, Any] = {
        "framework": "keras",
        "class_name": "Sequential",
        "finished": True,
        "layers": (layer,),
        "inputs": ((None, 4),),
        "outputs": ((None, units),),
        "sample": (0.2, 0.3, 0.5, 0.1, 0.1, 0.8),
        "takes": (TakenInput(shape=(4,)),),
    }
    return Model(name=name, cell=cell, **known | values)


def _find(
    master: Master,
    *models: Model,
    names: tuple[NameSeen, ...] = (),
    losses: tuple[str, ...] = (),
    datasets: tuple[str, ...] = (),
) -> Found:
    run = Run(cells=(), notebook="", seconds=1, sandbox="")
    trainings = tuple(
        OptimizerRun(
            cell=0,
            models=(n,),
            optimizer="Adam",
            rate=None,
            loss=loss,
            steps=1,
            effective=1,
            test_steps=0,
            first_loss=None,
            last_loss=None,
            diverged=False,
        )
        for n, loss in enumerate(losses)
    )
    evidence = Evidence(run=run, models=models, names=names, observations=TrainingObservations(trainings=trainings))
    return find_tasks(master, Program(read_statements(master)), evidence, datasets)


@pytest.fixture
def plain(tmp_path: Path) -> Master:
    headed = [
        ("markdown", "# Nets\n## Small one"),
        *code("model = A()"),
        ("markdown", "## Large one"),
        *code("model = B()", "other = C()"),
    ]
    return master_of(tmp_path, *headed)


def test_a_variable_that_held_several_models_is_told_apart_by_headings(plain: Master) -> None:
    found = _find(
        plain,
        _model("model", 1),
        _model("model", 3, units=5, sample=(0.9,)),
        _model("other", 4, units=6, sample=(2.0,)),
    )
    assert [(task.id, task.title, task.variable) for task in found.tasks] == [
        ("small_one", "Small one", "model"),
        ("large_one", "Large one", "model"),
        ("other", "Large one: other", "other"),
    ]
    assert found.tasks[0].settings == {"answers": "logits or probabilities", "probes": [{"inputs": ({"shape": (4,)},)}]}
    assert "answers" not in found.tasks[2].settings


def test_equal_models_are_asked_for_once_and_broken_ones_never(plain: Master) -> None:
    found = _find(plain, _model("model", 1), _model("other", 4), _model("model", 3, problem="ValueError: rank"))
    assert [task.id for task in found.tasks] == ["model"]
    assert [(text.key, text.values["cell"]) for text in found.left_out] == [("new_twice", 5), ("new_not_callable", 4)]


def test_what_was_trained_on_a_dataset_that_it_reads_is_measured(plain: Master) -> None:
    image = {"inputs": ((None, 28, 28),), "takes": (TakenInput(shape=(None, 28)),), "sample": (-1.0, 2.0)}
    found = _find(
        plain,
        _model("model", 1, units=10, **image),
        _model("other", 4),
        losses=("sparse_categorical_crossentropy", "mse"),
        datasets=("mnist",),
    )
    assert [dict(task.measured) for task in found.tasks] == [{"dataset": "mnist", "logits": True}, {}]
    assert found.tasks[0].settings["probes"] == [{"inputs": ({"shape": (28, 28)},)}]


MEASURED = {
    "channels first": ("cifar10", (3, 32, 32), (10,), {"dataset": "cifar10", "channels_first": True, "logits": True}),
    "channels last": ("cifar10", (32, 32, 3), (10,), {"dataset": "cifar10", "logits": True}),
    "grey": ("mnist", (1, 28, 28), (10,), {"dataset": "mnist", "logits": True}),
    "codes": ("mnist", (28, 28), (8,), {}),
    "images": ("mnist", (28, 28), (28, 28), {"dataset": "mnist", "reconstructs": True, "metric": "mse"}),
    "yes or no": ("imdb", (12,), (1,), {"dataset": "imdb", "logits": True}),
    "texts": ("ag_news", (), (4,), {"dataset": "ag_news", "logits": True}),
}


@pytest.mark.parametrize(("dataset", "given", "answer", "measured"), MEASURED.values(), ids=MEASURED)
def test_what_it_is_measured_by(
    plain: Master, dataset: str, given: tuple[int, ...], answer: tuple[int, ...], measured: dict[str, Any]
) -> None:
    """Classes where it tells as many as the data have; what it answers to an image of the same shape is that image."""
    words = {"imdb": {"whole": True, "words": 50}, "ag_news": {"text": True}}.get(dataset, {})
    model = _model(
        "model",
        1,
        inputs=((None, *given),),
        outputs=((None, *answer),),
        takes=(TakenInput(shape=given, **words),),
        sample=(-1.0, 2.0),
    )
    found = _find(plain, model, losses=("binary_crossentropy",), datasets=(dataset,))
    assert dict(found.tasks[0].measured) == measured


def test_texts_and_words(plain: Master) -> None:
    takes = (TakenInput(shape=(None,), whole=True, words=50), TakenInput(shape=(), text=True))
    found = _find(plain, _model("model", 1, takes=takes))
    assert found.tasks[0].settings["probes"] == [{"inputs": ({"shape": (12,), "high": 50}, {"words": 20})}]
    assert found.tasks[0].settings["own_vocabulary"] is True


def test_otter_s_questions(tmp_path: Path) -> None:
    master = master_of(tmp_path, *OTTER)
    assert candidates(master, Program(read_statements(master))) == ("total", "answer")
    seen = (NameSeen(name="total", kind="function", calls=((NUMBER,),)), NameSeen(name="answer", kind="value"))
    found = _find(master, names=seen)
    assert [(task.kind, task.id, task.points) for task in found.tasks] == [
        ("function", "total", 3),
        ("manual", "q2", 2),
        ("value", "answer", 1),
    ]
    assert not _unanswered(master, found)


def _unanswered(master: Master, found: Found) -> set[str]:
    """Names of the questions of which no task came."""
    return {question.name for question in master.questions} - {master.cells[task.cell].question for task in found.tasks}


def test_a_function_that_is_never_called(tmp_path: Path) -> None:
    master = master_of(tmp_path, *NBGRADER)
    found = _find(master, names=(NameSeen(name="softmax", kind="function"), NameSeen(name="classes", kind="value")))
    assert [task.id for task in found.tasks] == ["classes"]
    assert [text.key for text in found.left_out] == ["new_never_called"]
    assert _unanswered(master, found) == {"softmax"}


def test_with_markers_only_models_made_of_solutions_count(tmp_path: Path) -> None:
    cells = code("### BEGIN SOLUTION\ndef make():\n    return 1\n### END SOLUTION", "model = make()", "given = 2")
    found = _find(master_of(tmp_path, *cells), _model("model", 1), _model("given", 2, units=7))
    assert [task.id for task in found.tasks] == ["model"]
