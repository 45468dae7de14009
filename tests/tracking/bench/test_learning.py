"""How long a reference takes to learn: which number of steps is found, and what is asked of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from suite import assignments, data
from suite.assignments import COUNTED, Assignment, Protocol
from suite.assignments.metric import find_metric
from suite.authoring.calibrate import trials
from suite.data import TrainTestSet
from suite.data.train_test_set import Array
from suite.evidence.interview.answers import ExperimentAnswer
from suite.evidence.interview.inspection import InspectedModel, TensorSlot
from suite.evidence.metrics.training_batches import draw_numbered, draw_training
from suite.evidence.proof.experiment import Side
from suite.tracking.bench.learning import (
    LONGEST,
    LearningGoal,
    TimedTraining,
    draw_start,
    find_goals,
    first_step,
    usual_value,
)
from tests.conftest import ROOT

REFERENCE = ROOT / "reference"


@pytest.mark.parametrize("enough", [1, 2, 7, 8, 9, 40, 79, 80])
@pytest.mark.parametrize("first", [1, 5, 11])
def test_the_step_from_which_on_it_is_enough(enough: int, first: int) -> None:
    """Whatever the first look is."""
    assert first_step(lambda steps: steps >= enough, first, 80) == enough


def test_what_is_never_enough_counts_as_the_most() -> None:
    """So that it stands out; and few looks are taken."""
    looks: list[int] = []

    def never(steps: int) -> bool:
        looks.append(steps)
        return False

    assert first_step(never, 10, 80) == 80
    assert looks == [10, 20, 40, 80]


@pytest.fixture(scope="module")
def theory() -> Assignment:
    """An assignment whose data the host makes."""
    return assignments.load("sequence_theory", REFERENCE)


def test_goals_are_of_recorded_trainings(theory: Assignment, tmp_path: Path) -> None:
    """In each framework, with the protocol of the calibration; a model without one has none."""
    found = find_goals(theory, tmp_path)
    assert set(found) == {(model, name) for model in ("next_symbol", "equals_previous") for name in ("keras", "torch")}
    assert found["next_symbol", "torch"].value == 1.0
    assert found["equals_previous", "torch"].protocol.epochs == 5


def test_what_most_trainings_reach_is_the_goal(theory: Assignment) -> None:
    """The mean less the deviation, or more of it for an error."""
    known = theory.calibration.distributions[0].model_copy(update={"mean": 0.6, "sd": 0.1})
    assert usual_value(known, COUNTED) == pytest.approx(0.5)
    assert usual_value(known, find_metric("mse", REFERENCE, smaller_is_better=True)) == pytest.approx(0.7)


@dataclass
class _Model:
    """Answers right after some numbers of steps, and keeps what it was asked for."""

    right_after: Callable[[int], bool]
    asked: list[int] = field(default_factory=list)

    def ask(self, question: str, arrays: Mapping[str, Array], **_: Any) -> tuple[ExperimentAnswer, Mapping[str, Array]]:
        if question == "fit":
            steps = len(arrays["order"])
            self.asked.append(steps)
            answers = {"w0": np.array([steps], np.float32), "losses": np.ones(steps)}
        else:
            right = self.right_after(int(arrays["w0"][0]))
            answers = {"y0.0": np.tile([1.0, 0.0] if right else [0.0, 1.0], (len(arrays["x0.0"]), 1))}
        return ExperimentAnswer(number=1, problem="", layers=[]), answers


def _training(model: _Model) -> TimedTraining:
    """Two trainings of four rows, a row a step."""
    rows, classes = np.zeros((4, 1), np.float32), np.zeros(4, np.int64)
    examples = TrainTestSet(
        kind="classes", inputs=rows, targets=classes, held_out_inputs=rows, held_out_targets=classes
    )
    protocol = Protocol(optimizer="sgd", rate=0.1, batch=1, rows=4, epochs=10 * LONGEST)
    goal = LearningGoal(name="", protocol=protocol, examples=examples, logits=False, metric=COUNTED, value=0.5)
    setup = draw_training(examples, protocol, np.random.default_rng(0), logits=False)
    slot = TensorSlot(number=0, layer=0, place=0, name="", shape=(1,), called=True)
    start = [np.zeros(1, np.float32)], setup
    return TimedTraining(
        side=Side(ask=model.ask, index=0, slots=[slot]), goal=goal, starts=[start, start], turn=nullcontext
    )


def test_steps_and_seconds_are_of_the_same_training() -> None:
    """What is timed has as many steps as were counted, after one that nobody times."""
    model = _Model(right_after=lambda steps: steps >= 17)
    training = _training(model)
    assert training.count_steps() == [17, 17]
    model.asked.clear()
    assert training.measure_seconds([17, 3]) > 0
    assert model.asked == [1, 17, 3]


def test_a_model_that_never_learns_stands_out() -> None:
    """It counts twice the steps of its protocol, and isn't left out."""
    assert _training(_Model(right_after=lambda _: False)).count_steps() == [80, 80]


def test_it_is_trained_as_it_was_when_it_was_recorded(theory: Assignment, tmp_path: Path) -> None:
    """From the weights and in the order that the trial's name and number give; then in the same order again."""
    goal = find_goals(theory, tmp_path)["next_symbol", "torch"]
    prepared = data.prepare(theory.datasets, 1, 1, tmp_path, {})
    trial = next(each for each in trials(theory, "quick", prepared, ["next_symbol"]) if each.framework == "torch")
    assert (trial.name, trial.protocol) == (goal.name, goal.protocol)
    slot = TensorSlot(number=0, layer=0, place=0, name="", shape=(9, 2), called=True, role="table")
    reference = cast("InspectedModel", SimpleNamespace(model=SimpleNamespace(framework="torch"), slots=(slot,)))
    for number in range(2):
        weights, setup = draw_start(goal, reference, number)
        recorded = draw_numbered(trial.name, number, trial.examples, trial.protocol, reference, logits=trial.logits)
        assert np.array_equal(weights, recorded[0])
        assert np.array_equal(setup.order, [*recorded[1].order, *recorded[1].order])
        assert np.array_equal(setup.inputs, recorded[1].inputs)
