"""How long a reference takes to learn: steps and seconds until it predicts as well as its recorded trainings do.

It trains by the protocol of its calibration on the embedded data, from weights and with rows that follow from fixed
seeds. So the steps are the same each night on one machine and its software; the seconds are those of that many steps.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TypeAlias

import numpy as np

from suite import data
from suite.assignments import Assignment, DataKind, Distribution, Metric, Protocol, protocol_of
from suite.data import TrainTestSet
from suite.data.train_test_set import Array
from suite.errors import FrameError
from suite.evidence.interview.channel import Channel
from suite.evidence.interview.inspection import InspectedModel
from suite.evidence.metrics.scoring import score
from suite.evidence.metrics.training_batches import draw_numbered
from suite.evidence.proof.experiment import ModelError, Side, TrainingSetup, on_channel
from suite.records import FrameworkName

TRAININGS = 3
"""From different weights, whose mean counts: one alone takes a third more or less by luck of its start, and then shows
the start rather than the code. Each costs 1 to 5 s."""
LONGEST = 2
"""How many times as long as its protocol a training may go on; what isn't reached by then counts as that long, so that
a reference that no longer learns stands out."""
FIRST_SHARE = 8
"""The first look is after an eighth of the protocol's steps: few models are as good as trained before."""
EMBEDDED = {"SUITE_STAND_IN": "1"}
"""The embedded data, which are on every machine: with others the steps would be others."""
NANOSECONDS = 1e9

Turn: TypeAlias = Callable[[], AbstractContextManager[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class LearningGoal:
    """What a reference is to reach, and how it is trained."""

    name: str
    """What its random numbers follow from, besides the number of the training."""
    protocol: Protocol
    """That of the recorded trainings."""
    examples: TrainTestSet
    """Rows to learn from, and held-out rows to be measured on."""
    logits: bool
    """Whether the reference returns logits."""
    metric: Metric
    """What is measured."""
    value: float
    """From which value on it counts as reached."""


def find_goals(assignment: Assignment, folder: Path) -> dict[tuple[str, FrameworkName], LearningGoal]:
    """By model and framework, of those whose trainings on the embedded data are recorded."""
    settings = assignment.accuracy
    if not settings.models:
        return {}
    prepared = data.prepare(
        assignment.datasets,
        *(1, 1),
        folder,
        EMBEDDED,
        held_out_rows=settings.held_out_rows,
        own=assignment.own_data,
    )
    kind: DataKind = "stand-in" if prepared.stand_in else "real"
    found = {}
    for model_id, examples in data.train_test_sets(settings, prepared).items():
        metric = assignment.metrics[model_id]
        for framework in assignment.frameworks:
            known = assignment.calibration.find(model_id, framework, "retrain", "", kind, metric.name)
            if known is not None:
                found[model_id, framework] = LearningGoal(
                    name=f"{model_id}, {framework}, retrain, {kind}",
                    protocol=protocol_of(settings, model_id),
                    examples=examples,
                    logits=settings.models[model_id].logits,
                    metric=metric,
                    value=usual_value(known, metric),
                )
    return found


def usual_value(known: Distribution, metric: Metric) -> float:
    """What most recorded trainings reach: their mean, less their standard deviation.

    The bound of the check `accuracy` is lower; some models pass it after a step or two, which says little.
    """
    return metric.rank(metric.rank(known.mean) - known.sd)


@dataclass(frozen=True, slots=True, kw_only=True)
class TimedTraining:
    """One reference, which is trained anew for each question."""

    side: Side
    """The reference."""
    goal: LearningGoal
    """What it is to reach."""
    starts: Sequence[tuple[Sequence[Array], TrainingSetup]]
    """Weights, and what is learnt from them, of each training."""
    turn: Turn
    """During the block its process runs; outside it is stopped."""

    def count_steps(self) -> list[int]:
        """Steps until it predicts well enough, in each training. Raises what `LEARNING_ERRORS` names."""
        usual = [len(setup.order) // LONGEST for _, setup in self.starts]
        return [
            first_step(partial(self._reaches, start), -(-each // FIRST_SHARE), LONGEST * each)
            for start, each in zip(self.starts, usual, strict=True)
        ]

    def measure_seconds(self, steps: Sequence[int]) -> float:
        """Mean seconds of a training of so many steps; raises what `LEARNING_ERRORS` names."""
        self._fit(self.starts[0], 1)  # traces the graph, if that is still to be done
        taken = []
        for start, count in zip(self.starts, steps, strict=True):
            begin = time.perf_counter_ns()
            self._fit(start, count)
            taken.append((time.perf_counter_ns() - begin) / NANOSECONDS)
        return statistics.fmean(taken)

    def _reaches(self, start: tuple[Sequence[Array], TrainingSetup], steps: int) -> bool:
        weights = self._fit(start, steps)
        examples, metric = self.goal.examples, self.goal.metric
        found = score(
            lambda inputs: self._predict(weights, inputs), examples, metric, logits=self.goal.logits, trained=True
        )
        return metric.reaches(found.value, self.goal.value)

    def _fit(self, start: tuple[Sequence[Array], TrainingSetup], steps: int) -> list[Array]:
        weights, setup = start
        with self.turn():
            return self.side.fit(weights, replace(setup, order=setup.order[:steps]))[0]

    def _predict(self, weights: Sequence[Array], inputs: Array) -> Array:
        with self.turn():
            return self.side.predict(weights, [[inputs]])[0]


LEARNING_ERRORS = (ModelError, FrameError, ValueError)
"""What a reference that can't be trained, or whose answers have no score, raises."""


def open_training(goal: LearningGoal, inspected: InspectedModel, channel: Channel, turn: Turn) -> TimedTraining:
    """A reference in a running process, with the trainings that it will always have."""
    starts = [draw_start(goal, inspected, number) for number in range(TRAININGS)]
    side = Side(ask=on_channel(channel), index=inspected.index, slots=inspected.slots, traced=True)

    @contextmanager
    def renewed() -> Iterator[None]:
        channel.renew()
        with turn():
            yield

    return TimedTraining(side=side, goal=goal, starts=starts, turn=renewed)


def draw_start(goal: LearningGoal, inspected: InspectedModel, number: int) -> tuple[list[Array], TrainingSetup]:
    """Weights and rows of the recorded training of that number, whose steps are then taken again."""
    weights, setup = draw_numbered(goal.name, number, goal.examples, goal.protocol, inspected, logits=goal.logits)
    return weights, replace(setup, order=np.tile(setup.order, (LONGEST, 1)))


def first_step(reached: Callable[[int], bool], first: int, most: int) -> int:
    """A number of steps that is enough while one less isn't: doubled until it is, and then halved; at most `most`.

    Where accuracy goes up and down, more than one number is so; which is found follows from the looks alone.
    """
    low, high = 0, min(first, most)
    while not reached(high):
        if high == most:
            return most
        low, high = high, min(2 * high, most)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if reached(middle) else (middle, high)
    return high
