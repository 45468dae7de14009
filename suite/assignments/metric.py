"""How well answers fit: scorers of scikit-learn by name, and functions of an assignment's own."""

from __future__ import annotations

import difflib
import importlib.util
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from suite.errors import Words

Array: TypeAlias = np.ndarray[Any, Any]
ACCURACY = "accuracy"
SHORT = {"mae": "mean_absolute_error", "mse": "mean_squared_error", "rmse": "root_mean_squared_error"}
NEGATED = "neg_"  # how scikit-learn names scorers of errors, which it negates


class UnknownMetricError(ValueError):
    """There is no such scorer or function: one sentence, with what would do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One measure of how well answers fit."""

    name: str
    """As pages show it."""
    smaller_is_better: bool
    """Whether it measures an error."""
    judge: Callable[[Array, Array], float]
    """Takes answers and targets: probabilities `(rows, classes)` and classes `(rows,)`, or numbers `(rows, n)` both.
    Raises `ValueError` where there is no value."""

    def rank(self, value: float) -> float:
        """The value, such that more is better."""
        return -value if self.smaller_is_better else value

    def reaches(self, value: float, limit: float) -> bool:
        """Whether a value is at least as good as another."""
        return self.rank(value) >= self.rank(limit)


COUNTED = Metric(
    name=ACCURACY,
    smaller_is_better=False,
    judge=lambda answers, targets: float((answers.argmax(axis=-1) == targets).mean()),
)
"""Accuracy."""


def try_metric(metric: Metric, *, numbers: bool) -> Words | str:
    """Why a metric can't judge such targets, or classes; empty if it can."""
    targets: Array = np.linspace(0, 1, 6)[:, None] if numbers else np.array([0, 1, 1, 0, 1, 0])
    answers = targets[::-1] if numbers else np.stack([1 - targets[::-1] * 0.8, targets[::-1] * 0.8], axis=-1)
    try:
        value = metric.judge(answers, targets)
    except Exception as error:  # noqa: BLE001 - whatever a scorer says to them
        return f"{type(error).__name__}: {error}"
    return "" if np.isfinite(value) else Words("it gives {value} on six examples", value=value)


def find_metric(name: str, folder: Path, *, smaller_is_better: bool) -> Metric:
    """A scorer, or a function that is named as `file.py:function`; `UnknownMetricError` if there is none.

    A function's file is the instructor's and runs in the suite's own process, as labels never enter a sandbox.
    """
    if ":" in name:
        file, _, function = name.partition(":")
        return Metric(name=function, smaller_is_better=smaller_is_better, judge=_load(folder / file, function))
    return metric_named(name)


@cache
def metric_named(name: str) -> Metric:
    """A scorer of scikit-learn; `UnknownMetricError` names those that are like it."""
    from sklearn.metrics import get_scorer, get_scorer_names  # a second to import, and accuracy is counted without it

    known = {each.removeprefix(NEGATED): each for each in get_scorer_names()}
    plain = SHORT.get(name, name).removeprefix(NEGATED)
    if plain not in known:
        near = difflib.get_close_matches(plain, [*known, *SHORT], 3)
        meant = Words("did you mean {near}? ", near=" / ".join(near)) if near else ""
        raise UnknownMetricError(
            Words(
                "scikit-learn has no scorer {name!r}; {meant}Known are its scorers, such as accuracy, f1_macro, "
                "roc_auc, r2, mae, rmse, and functions of an own file, such as metrics.py:my_metric",
                name=name,
                meant=meant,
            )
        )
    scorer = get_scorer(known[plain])
    error = known[plain].startswith(NEGATED)

    def judge(answers: Array, targets: Array) -> float:
        rows = np.arange(len(targets))[:, None]
        right = targets[:, 0] if targets.ndim > 1 and targets.shape[1] == 1 else targets
        found = float(scorer(_as_estimator(answers, targets), rows, right))
        if not np.isfinite(found):
            raise ValueError(f"{plain} has no value for these answers")
        return -found if error else found

    return Metric(name=plain, smaller_is_better=error, judge=_quietly(judge))


def _load(path: Path, function: str) -> Callable[[Array, Array], float]:
    """A function of a Python file."""
    spec = importlib.util.spec_from_file_location(f"_metric_{path.stem}", path)
    if not path.is_file() or spec is None or spec.loader is None:
        raise UnknownMetricError(
            Words("{name} isn't a Python file in {folder}; write it there", name=path.name, folder=path.parent)
        )
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise UnknownMetricError(
            Words("{name} raises {kind}: {error}; mend it", name=path.name, kind=type(error).__name__, error=error)
        ) from error
    found = getattr(module, function, None)
    if not callable(found):
        raise UnknownMetricError(
            Words(
                "{name} has no function {function}(answers, targets); write it there", name=path.name, function=function
            )
        )
    return lambda answers, targets: float(found(answers, targets))


def _quietly(judge: Callable[[Array, Array], float]) -> Callable[[Array, Array], float]:
    """Without warnings, such as that a class is never answered."""

    def quiet(answers: Array, targets: Array) -> float:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return judge(answers, targets)

    return quiet


def _as_estimator(answers: Array, targets: Array) -> Any:
    """What scorers ask: an estimator that has these answers to rows by number."""
    from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin

    class Answers(BaseEstimator):  # type: ignore[misc] # scikit-learn has no types
        def __init__(self) -> None:
            self.fitted_ = True

    class Classes(ClassifierMixin, Answers):  # type: ignore[misc]
        classes_ = np.arange(answers.shape[-1])

        def predict(self, rows: Array) -> Array:
            found: Array = answers[rows[:, 0]].argmax(axis=-1)
            return found

        def predict_proba(self, rows: Array) -> Array:
            found: Array = answers[rows[:, 0]]
            return found

    class Numbers(RegressorMixin, Answers):  # type: ignore[misc]
        def predict(self, rows: Array) -> Array:
            found: Array = answers[rows[:, 0]]
            return found[:, 0] if found.shape[1] == 1 else found

    return Classes() if targets.ndim == 1 else Numbers()
