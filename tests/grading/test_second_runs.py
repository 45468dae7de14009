"""Notebooks that count on rows or epochs which a budget cuts, and notebooks whose error has another cause."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from suite.evidence.examination import Circumstances
from suite.evidence.interview.job import Job
from suite.grading.second_runs import AllRows, Attempt, _is_unbound, find_best_run
from suite.judging.sources import MAX_SOURCE
from suite.records import Evidence, Outcome, text
from tests.conftest import Graded, grade, write_notebook
from tests.judging.runs import make_run, undefined

DATA = """import numpy as np
from tensorflow import keras
(x, y), (x_test, y_test) = keras.datasets.fashion_mnist.load_data()
x, x_test = x / 255, x_test / 255"""
MODEL = """layer = keras.layers.SimpleRNN
model = keras.Sequential([keras.Input((28, 28)), layer(10, return_sequences=True), layer(10, return_sequences=True),
                          layer(10), keras.layers.Dense(10, "softmax")])
model.compile("adam", "sparse_categorical_crossentropy")"""
NOTEBOOKS = {
    "reshape": (DATA, "x = x.reshape(60000, 28, 28)\nx_test = x_test.reshape(10000, 28, 28)", MODEL),
    "permutation": (DATA, "order = np.random.permutation(60000)\nx, y = x[order], y[order]", MODEL),
    "rows_and_epochs": (
        DATA,
        MODEL,
        "held = model.fit(x[:50000], y[:50000], epochs=2, validation_data=(x[50000:], y[50000:])).history",
        "assert len(held['val_loss']) == 2",
    ),
    "loop_that_never_ran": (
        DATA,
        MODEL,
        "for start in range(0, len(x) // 10000):\n    loss = model.train_on_batch(x[:64], y[:64])",
        "print(loss)",
    ),
    "own_error": (DATA, MODEL, "assert len(x) == 59999"),
}


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Graded:
    """All of them, under `quick`."""
    folder = tmp_path_factory.mktemp("class")
    for name, sources in NOTEBOOKS.items():
        write_notebook(folder / f"{name}.ipynb", sources)
    return grade(tmp_path_factory.mktemp("report"), folder, SUITE_STAND_IN="1")


@pytest.mark.slow
@pytest.mark.nightly  # the class takes more than a minute
@pytest.mark.parametrize("name", [name for name in NOTEBOOKS if name != "own_error"])
def test_counting_on_documented_rows_costs_nothing(graded: Graded, name: str) -> None:
    """Under a budget that cuts rows and epochs a notebook may count on all of them, even where data are a stand-in."""
    result = graded.results[name]
    assert result["score"] == result["max_score"], result["message"]


@pytest.mark.slow
@pytest.mark.nightly
def test_an_error_of_its_own_still_costs(graded: Graded) -> None:
    """A number that is wrong for the whole data too fails in every run."""
    result = graded.results["own_error"]
    assert (result["status"], result["score"] < result["max_score"]) == ("error", True)


@pytest.mark.parametrize(
    ("source", "unbound"),
    [
        ("for x in []:\n    loss = 1", True),
        ("loss, other = 1, 2", True),
        ("loss += 1", True),
        ("print(loss == 1)", False),
        ("loss," * MAX_SOURCE, False),
        ("loss, " + " " * MAX_SOURCE, False),
    ],
)
def test_a_name_that_is_assigned_somewhere(source: str, *, unbound: bool) -> None:
    """It is found wherever it stands, and a cell made for that takes no time that grows with its square."""
    run = make_run(source, undefined("loss"))
    assert _is_unbound(run.cells[1], run.notebook) == unbound


class _Runs:
    """Runs that end as they are said to, the first of them given as the first attempt."""

    def __init__(self, *ends: Outcome) -> None:
        self.left = [self._run(end) for end in ends]
        circumstances = Circumstances(data="", stand_in=False, provenance=None)
        self.first = Attempt(job=cast("Job", _TorchJob()), circumstances=circumstances, evidence=self.left.pop(0))

    def examine(self, _job: Job, circumstances: Circumstances) -> Evidence:
        return replace(self.left.pop(0), retried=circumstances.retried)

    @staticmethod
    def _run(end: Outcome) -> Evidence:
        run = make_run("build()", "train()")
        if end is not Outcome.PASS:
            cells = (run.cells[0], replace(run.cells[1], outcome=end))
            run = replace(run, cells=cells, stopped=text("kernel_died", cell=2), stopped_as=end)
        return Evidence(run=run)

    @property
    def best(self) -> Evidence:
        return find_best_run(self.first, self.examine, cast("AllRows", SimpleNamespace(is_cut=False)))


@dataclass(frozen=True)
class _TorchJob:
    """As much of a job as second runs change."""

    runtime: str = "torch"
    stop_at: int | None = None


def test_a_process_that_died_has_a_second_try() -> None:
    """The machine may have ended it; the run that didn't die counts, and says so."""
    best = _Runs(Outcome.ERROR, Outcome.PASS).best
    assert (best.run.stopped, best.retried) == (None, ("death",))


@pytest.mark.parametrize("again", [Outcome.ERROR, Outcome.TIMEOUT])
def test_a_process_that_dies_again_has_no_third_try(again: Outcome) -> None:
    """The first of its runs counts."""
    runs = _Runs(Outcome.ERROR, again)
    assert runs.best is runs.first.evidence
    assert runs.left == []


def test_a_run_that_a_limit_stopped_has_no_second_try() -> None:
    """It would take as long once more."""
    runs = _Runs(Outcome.TIMEOUT, Outcome.PASS)
    assert runs.best is runs.first.evidence
    assert len(runs.left) == 1


@pytest.mark.slow
def test_what_died_twice_is_recalled(tmp_path: Path) -> None:
    """A class graded again runs nothing, though one of it ended its own process."""
    folder = tmp_path / "class"
    folder.mkdir()
    write_notebook(folder / "ana.ipynb", ["import torch", "import os; os._exit(0)"])
    first = grade(tmp_path / "report", folder).results["ana"]
    again = grade(tmp_path / "report", folder)
    assert (first["status"], again.results["ana"]) == ("error", first)
    assert "1 of 1 judged from stored evidence" in " ".join(f"{again.stdout}{again.stderr}".split())
