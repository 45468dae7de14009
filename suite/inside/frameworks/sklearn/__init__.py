"""scikit-learn: estimators and pipelines that predict. Their weights aren't laid in or trained by the host."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from suite.inside.frameworks.interface import TimeLimit, TrainingNotes
from suite.inside.frameworks.sklearn.adapter import SklearnAdapter
from suite.inside.frameworks.sklearn.learner import SklearnLearner
from suite.inside.frameworks.sklearn.plain import NoLayers, NoWeightFiles, PlainTensors, UntimedCalls


class Sklearn:
    """See `InsideFramework`."""

    name = "sklearn"
    libraries = ("sklearn",)

    def __init__(self) -> None:
        self.adapter = SklearnAdapter()
        self.learner = SklearnLearner()
        self.rebuilder = NoLayers()
        self.timed_calls = UntimedCalls()
        self.tensors = PlainTensors()
        self.weight_files = NoWeightFiles()

    def prepare(self, runtime: str, loaders: Mapping[str, Mapping[str, str]]) -> None:
        """Do nothing: `fetch_openml` is replaced for every runtime."""

    def open_data(self) -> None:
        """Do nothing."""

    def cap_epochs(self, epochs: int, capped: list[str]) -> None:
        """Do nothing: an estimator fits once."""

    def cap_pass(self, rows: int, capped: list[str]) -> None:
        """Do nothing: it takes the rows that it is given."""

    def end_training(self, limit: TimeLimit) -> None:
        """Do nothing: a fit can't be ended early and still predict."""

    def seed(self, seed: int) -> None:
        """Do nothing: it uses NumPy's random numbers, which are seeded for every runtime."""

    def watch(self, notes: TrainingNotes) -> None:
        """Do nothing."""

    def watch_construction(self, made: Callable[[Any], None]) -> None:
        """Do nothing: a search makes thousands of estimators; those that variables hold are found."""

    def restore(self) -> None:
        """Do nothing."""


FRAMEWORK = Sklearn()
