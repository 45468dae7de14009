"""Inspects estimators: their steps, settings and what they have learnt."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from suite.inside.frameworks.conventions import Convention
from suite.inside.frameworks.sklearn.learner import as_table, predict
from suite.inside.frameworks.views import (
    Array,
    CallCount,
    ForwardPass,
    Hear,
    InputView,
    LayerView,
    Tensor,
    describe_error,
    plain_options,
)

MAX_LEARNT = 1 << 22
"""Numbers of one learnt array that are sent; larger ones, such as the rows of nearest neighbours, are left out."""


class SklearnAdapter:
    """Any estimator that predicts."""

    def owns(self, value: Any) -> bool:
        """Whether it is an estimator, not a class of them, with `predict`."""
        base = sys.modules.get("sklearn.base")
        estimator = getattr(base, "BaseEstimator", None)
        return estimator is not None and isinstance(value, estimator) and hasattr(type(value), "predict")

    def is_model(self, value: Any) -> bool:
        """Every one is."""
        return self.owns(value)

    def origin(self, value: Any) -> Any:
        """The estimator itself."""
        return value

    def as_model(self, value: Any) -> Any:
        """The estimator itself."""
        return value

    def parts(self, model: Any) -> Iterator[Any]:
        """Estimators in its settings and among what it has fitted."""
        base = sys.modules["sklearn.base"].BaseEstimator
        seen = {id(model)}
        waiting = list(vars(model).values())
        while waiting:
            value = waiting.pop()
            if id(value) in seen:
                continue
            seen.add(id(value))
            if isinstance(value, base):
                yield value
                waiting += vars(value).values()
            elif isinstance(value, dict):
                waiting += value.values()
            elif isinstance(value, list | tuple):
                waiting += value
            elif isinstance(value, np.ndarray) and value.dtype == object:
                waiting += value.ravel().tolist()

    def inner_models(self, model: Any) -> Iterator[tuple[str, Any]]:
        """None, as nothing inside a pipeline is judged by itself."""
        return iter(())

    def layers(self, model: Any) -> list[LayerView]:
        """The steps of a pipeline, or the estimator alone, with the arrays that they have learnt."""
        return [_view(name, step) for name, step in _steps(model)]

    def forward(
        self, model: Any, inputs: list[Any], convention: Convention, *, expected: CallCount = "few"
    ) -> ForwardPass:
        """What it predicts."""
        try:
            output = predict(model, as_table(model, inputs))
        except Exception as error:  # noqa: BLE001 - the submission's own code
            return ForwardPass(outputs=[], problem=describe_error(error), calls=[])
        return ForwardPass(
            outputs=[output], problem="", calls=[(name, list(output.shape)) for name, _ in _steps(model)]
        )

    @contextmanager
    def listen(self, model: Any, hear: Hear) -> Iterator[None]:
        """Hear nothing: steps pass on tables of any form."""
        yield

    def weights(self, model: Any) -> list[Any]:
        """None."""
        return []

    def is_built(self, model: Any) -> bool:
        """Whether it is fitted."""
        return any(name.endswith("_") and not name.startswith("_") for name in vars(model))

    def is_finite(self, model: Any) -> bool:
        """Always."""
        return True

    def steps(self, model: Any) -> int | None:
        """Unknown."""
        return None

    def words(self, model: Any) -> int:
        """None."""
        return 0

    def called_with(self, model: Any) -> Sequence[int]:
        """Unknown."""
        return ()

    def answered_with(self, model: Any) -> int:
        """Unknown."""
        return 0

    def takes(self, model: Any) -> list[InputView]:
        """Unknown."""
        return []

    def curves(self, model: Any) -> Mapping[str, Sequence[Any]]:
        """None."""
        return {}


def _steps(model: Any) -> list[tuple[str, Any]]:
    """(name, estimator) of each step; a search counts as what it found."""
    best = getattr(model, "best_estimator_", None)
    if best is not None:
        return _steps(best)
    steps = getattr(model, "steps", None)
    if not isinstance(steps, list):
        return [(type(model).__name__, model)]
    return [(str(name)[:300], step) for name, step in steps if step not in (None, "passthrough")]


def _view(name: str, step: Any) -> LayerView:
    tensors = [Tensor(name=key, values=values, trainable=True) for key, values in _learnt(step)]
    return LayerView(name=name, kind=type(step).__name__, options=plain_options(_settings(step)), tensors=tensors)


def _settings(step: Any) -> dict[str, Any]:
    try:
        return dict(sys.modules["sklearn.base"].BaseEstimator.get_params(step, deep=False))
    except Exception:  # noqa: BLE001 - a class of the submission's own may keep no settings
        return {}


def _learnt(step: Any) -> Iterator[tuple[str, Array]]:
    """Numbers that it has learnt, by scikit-learn's naming: attributes that end with an underscore."""
    for name, value in vars(step).items():
        if not name.endswith("_") or name.startswith("_"):
            continue
        parts = value if isinstance(value, list) else [value]
        for number, part in enumerate(parts):
            if isinstance(part, np.ndarray) and part.dtype.kind == "f" and 0 < part.size <= MAX_LEARNT:
                yield f"{name}{number}"[:300] if isinstance(value, list) else name[:300], part
