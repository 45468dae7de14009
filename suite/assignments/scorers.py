"""How well answers fit: scorers of scikit-learn by name, and the interval of a score.

Errors, which scikit-learn counts as negative scores, are positive numbers here of which less is better.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias

import numpy as np

Array: TypeAlias = np.ndarray[Any, Any]
SHORT = {
    "mae": "neg_mean_absolute_error",
    "mse": "neg_mean_squared_error",
    "rmse": "neg_root_mean_squared_error",
}
"""Usual short names."""
RESAMPLES = 200
"""Of the bootstrap; the ends of a 95 % interval then lie within a tenth of its width of their limits."""
TAIL = 0.025


@dataclass(frozen=True, slots=True, kw_only=True)
class Scorer:
    """One scorer."""

    name: str
    """As the assignment names it."""
    function: str
    """scikit-learn's name."""

    @property
    def more_is_better(self) -> bool:
        """Whether larger scores are better; not so for errors."""
        return not self.function.startswith("neg_")

    def score(self, answers: Array, targets: Array, *, classes: bool) -> float:
        """The score of probabilities `(rows, classes)` or numbers `(rows, ...)`; `ValueError` if they have none."""
        from sklearn.metrics import get_scorer

        found = float(get_scorer(self.function)(_as_estimator(answers, classes=classes), answers, targets))
        if not np.isfinite(found):
            raise ValueError(f"{self.name} has no value for these answers")
        return found if self.more_is_better else -found

    def interval(self, answers: Array, targets: Array, *, classes: bool) -> tuple[float, float]:
        """Percentile bootstrap over the rows, 95 %: Efron and Tibshirani, "An Introduction to the Bootstrap", 1993."""
        generator = np.random.default_rng(0)
        scores = []
        for _ in range(RESAMPLES):
            rows = generator.integers(0, len(targets), len(targets))
            try:
                scores.append(self.score(answers[rows], targets[rows], classes=classes))
            except ValueError:  # a resample may lack a class
                continue
        if not scores:
            return float("-inf"), float("inf")
        low, high = np.quantile(scores, [TAIL, 1 - TAIL])
        return float(low), float(high)


@cache
def scorer_named(name: str) -> Scorer:
    """The scorer of that name; `ValueError` names those that are like it."""
    from sklearn.metrics import get_scorer_names

    names = get_scorer_names()
    if SHORT.get(name, name) not in names:
        near = difflib.get_close_matches(name, [*SHORT, *names], 3) or [*SHORT, "accuracy", "f1_macro", "r2"]
        raise ValueError(f"no scorer is called {name!r}; near are {', '.join(near)}")
    return Scorer(name=name, function=SHORT.get(name, name))


def _as_estimator(answers: Array, *, classes: bool) -> Any:
    """An estimator that has just these answers, whatever it is asked of."""
    from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin

    class _Classifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc] # scikit-learn has no types
        classes_ = np.arange(answers.shape[-1]) if answers.ndim > 1 else None

        def predict_proba(self, given: Array) -> Array:
            return given

        def predict(self, given: Array) -> Array:
            return np.asarray(given.argmax(axis=-1))

        def __sklearn_is_fitted__(self) -> bool:
            return True

    class _Regressor(RegressorMixin, BaseEstimator):  # type: ignore[misc] # scikit-learn has no types
        def predict(self, given: Array) -> Array:
            return given

        def __sklearn_is_fitted__(self) -> bool:
            return True

    return _Classifier() if classes else _Regressor()
