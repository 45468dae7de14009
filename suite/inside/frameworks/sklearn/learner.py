"""Has estimators predict; nothing else is asked of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NoReturn

import numpy as np

from suite.inside.frameworks.conventions import Convention
from suite.inside.frameworks.interface import Batch, StepOptions, TrainingGoal
from suite.inside.frameworks.recipes import Arguments
from suite.inside.frameworks.views import Array

MATRIX = 2  # dimensions


class SklearnLearner:
    """See `Learner`; whatever lays in weights or trains raises `NotImplementedError`."""

    def put(self, handle: Any, values: Any) -> None:
        """Refuse."""
        _refuse()

    def hold(self, handle: Any) -> Any:
        """Refuse."""
        _refuse()

    def read(self, handle: Any) -> Array:
        """Refuse."""
        _refuse()

    def use_full_precision(self, model: Any) -> None:
        """Do nothing: estimators compute in float64."""

    def reset(self, model: Any) -> None:
        """Do nothing: an estimator keeps no state between calls."""

    def call(self, model: Any, inputs: Sequence[Any], convention: Convention, *, traced: bool) -> list[Array]:
        """What it predicts: probabilities by class where it has them, in the order of the classes."""
        return [predict(model, as_table(model, inputs))]

    def practise(
        self, model: Any, inputs: Sequence[Any], convention: Convention, seed: int, *, traced: bool
    ) -> list[Array]:
        """Refuse."""
        _refuse()

    def may_trace(self, model: Any) -> bool:
        """False."""
        return False

    def may_vary(self, model: Any) -> bool:
        """Refuse."""
        _refuse()

    def call_layer(self, layer: Any, arguments: Arguments, arrays: Sequence[Array]) -> list[Array]:
        """Refuse."""
        _refuse()

    def step(self, model: Any, handles: Sequence[Any], batch: Batch, options: StepOptions) -> None:
        """Refuse."""
        _refuse()

    def gradient(
        self, model: Any, handles: Sequence[Any], batch: Batch, goal: TrainingGoal
    ) -> tuple[float, list[Array | None]]:
        """Refuse."""
        _refuse()

    def slopes(self, model: Any, handles: Sequence[Any], batch: Batch, convention: Convention) -> list[Array | None]:
        """Refuse."""
        _refuse()

    def move(self, handle: Any, by: Array) -> None:
        """Refuse."""
        _refuse()

    def forget(self, model: Any) -> None:
        """Nothing is kept of it."""

    @contextmanager
    def undisturbed(self) -> Iterator[None]:
        """Nothing to prepare."""
        yield


def _refuse() -> NoReturn:
    raise NotImplementedError("an estimator of scikit-learn has no weights that the grader could lay in")


def as_table(model: Any, inputs: Sequence[Any]) -> Any:
    """The inputs as the estimator was fitted: a table with its column names, texts, or a matrix of the rows."""
    given = inputs[0]
    names = getattr(model, "feature_names_in_", None)
    if isinstance(given, Mapping):
        table = _frame(dict(given))
        return table if names is None else table[list(names)]
    if not isinstance(given, np.ndarray):
        return list(given)
    matrix = given.reshape(len(given), -1) if given.ndim > MATRIX else given
    if names is not None and matrix.ndim == MATRIX and len(names) == matrix.shape[1]:
        return _frame(matrix, columns=list(names))
    return matrix


def _frame(content: Any, **options: Any) -> Any:
    import pandas as pd  # type: ignore[import-untyped] # a second to import

    return pd.DataFrame(content, **options)


def predict(model: Any, table: Any) -> Array:
    """Probabilities by class, or numbers; class names count in their sorted order."""
    if hasattr(model, "predict_proba"):
        return np.asarray(model.predict_proba(table), np.float32)
    answers = np.asarray(model.predict(table))
    classes = getattr(model, "classes_", None)
    if classes is None:
        return answers.astype(np.float32)
    return np.asarray(answers[:, None] == np.asarray(classes)[None, :], np.float32)
