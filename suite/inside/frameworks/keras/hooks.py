"""Hooks into Keras 3 and Keras 2 that record how a notebook trains: `fit`, `evaluate`, own training loops."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import ModuleType
from typing import Any, TypeAlias

import numpy as np
import wrapt

from suite.inside.frameworks.interface import OptimizerNote, TimeLimit, TrainingNotes

TRAINERS = {"keras.src.backend.tensorflow.trainer": "TensorFlowTrainer", "tf_keras.src.engine.training": "Model"}
"""Module and class whose `fit` trains, in Keras 3 and in Keras 2."""
MODELS = {"keras.src.models.model": "Model", "tf_keras.src.engine.training": "Model"}
"""Module and class that construct a model, in Keras 3 and in Keras 2."""
OPTIMIZERS = {
    "keras.src.optimizers.base_optimizer": ("BaseOptimizer", "apply"),
    "tf_keras.src.optimizers.optimizer": ("Optimizer", "apply_gradients"),
}
FitArguments: TypeAlias = tuple[tuple[Any, ...], dict[str, Any]]
ROWS_OF_FIT = ("x", "y", "sample_weight")
"""Arguments of `fit` with a row for each example."""
EXPECT_PROBABILITIES = ("sparse_categorical_crossentropy", "categorical_crossentropy")


def cap_fit(epochs: int, capped: list[str]) -> None:
    """Limit `fit` to `epochs` epochs; what was cut is added to `capped`."""

    def cap(_library: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> FitArguments:
        # fit(x, y, batch_size, epochs, ...): the fourth argument, by position or by name
        asked = args[3] if len(args) > 3 else kwargs.get("epochs", 1)  # noqa: PLR2004
        start = kwargs.get("initial_epoch", 0)
        if not isinstance(asked, int) or asked - start <= epochs:
            return args, kwargs
        capped.append(f"fit(epochs={asked}) → {epochs}")
        if len(args) > 3:  # noqa: PLR2004
            return (*args[:3], start + epochs, *args[4:]), kwargs
        return args, kwargs | {"epochs": start + epochs}

    _change_fit(cap)


def cap_rows(rows: int, capped: list[str]) -> None:
    """Make `fit` read the first rows of what it is given; what was cut is added to `capped`."""

    def cap(_library: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> FitArguments:
        given: dict[Any, Any] = dict(enumerate(args[:2]))
        given |= {name: kwargs[name] for name in ROWS_OF_FIT if name in kwargs}
        count = max((_rows(value) for value in given.values()), default=0)
        if count <= rows:
            return args, kwargs
        capped.append(f"fit({count} rows) → {rows} an epoch")
        cut = {name: _first(value, rows, count) for name, value in given.items()}
        return tuple(cut.get(place, value) for place, value in enumerate(args)), kwargs | _named(cut)

    _change_fit(cap)


def end_fit(limit: TimeLimit) -> None:
    """Make `fit` end after a step when there is little time left."""

    def add(library: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> FitArguments:
        given = args[5] if len(args) > 5 else kwargs.get("callbacks")  # noqa: PLR2004 - fit's sixth
        own = [] if given is None else list(given) if isinstance(given, (list, tuple)) else [given]
        if any(hasattr(callback, "callbacks") for callback in own):  # a CallbackList, which Keras takes as it is
            return args, kwargs
        own.append(_make_ending(sys.modules[library].callbacks.Callback, limit))
        return ((*args[:5], own, *args[6:]), kwargs) if len(args) > 5 else (args, kwargs | {"callbacks": own})  # noqa: PLR2004

    _change_fit(add)


def _make_ending(base: Any, limit: TimeLimit) -> Any:
    """A callback that ends the training."""

    class Ending(base):  # type: ignore[misc] # a class of the library that the notebook imports
        """Asks after every step."""

        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:  # noqa: ARG002 - Keras's names
            """End in time."""
            if limit.is_short():
                self.model.stop_training = True
                limit.note("fit")

    return Ending()


def _change_fit(change: Callable[[str, tuple[Any, ...], dict[str, Any]], FitArguments]) -> None:
    """Have `fit` called with other arguments; `change` gets the name of the library and those of the notebook."""

    def hook(library: str, trainer: str) -> Callable[[ModuleType], None]:
        @wrapt.decorator
        def call(fit: Any, _instance: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
            changed, named = change(library, args, kwargs)
            return fit(*changed, **named)

        def patch(module: ModuleType) -> None:
            owner = getattr(module, trainer)
            owner.fit = call(owner.fit)

        return patch

    for module, trainer in TRAINERS.items():
        wrapt.register_post_import_hook(hook(module.partition(".")[0], trainer), module)


def _named(values: dict[Any, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if isinstance(name, str)}


def _rows(value: Any) -> int:
    """Rows of an array, or of the first array in a list, tuple or dictionary; 0 for anything else."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        return _rows(value[0]) if value else 0
    shape = getattr(value, "shape", None)
    return int(shape[0]) if shape is not None and len(shape) and shape[0] is not None else 0


def _first(value: Any, rows: int, count: int) -> Any:
    """The same with the first rows of each array that has `count` rows."""
    if isinstance(value, dict):
        return {name: _first(each, rows, count) for name, each in value.items()}
    if type(value) in (list, tuple):
        return type(value)(_first(each, rows, count) for each in value)
    return value[:rows] if _rows(value) == count else value


def install(notes: TrainingNotes) -> None:
    """Add the hooks as soon as the notebook imports Keras; call it after `cap_fit`, to see the capped calls."""
    hooks = KerasHooks(notes)
    for module, owner in TRAINERS.items():
        wrapt.register_post_import_hook(hooks.wrap(owner, "fit", hooks.see_fit), module)
        wrapt.register_post_import_hook(hooks.wrap(owner, "train_on_batch", hooks.see_fit), module)
        wrapt.register_post_import_hook(hooks.wrap(owner, "evaluate", hooks.see_evaluate), module)
    for module, (owner, method) in OPTIMIZERS.items():
        wrapt.register_post_import_hook(hooks.wrap(owner, method, hooks.see_step), module)


def watch_construction(made: Callable[[Any], None]) -> None:
    """Tell `made` of every model as its construction begins."""

    def hook(owner: str) -> Callable[[ModuleType], None]:
        def patch(module: ModuleType) -> None:
            model = getattr(module, owner)
            construct = model.__new__

            def new(cls: type, *args: Any, **kwargs: Any) -> Any:
                constructed = construct(cls, *args, **kwargs)
                made(constructed)
                return constructed

            model.__new__ = functools.wraps(construct)(new)

        return patch

    for module, owner in MODELS.items():
        wrapt.register_post_import_hook(hook(owner), module)


class KerasHooks:
    """The hooks and the state that they share."""

    def __init__(self, notes: TrainingNotes) -> None:
        self._notes = notes
        self._inside = 0

    def wrap(self, owner: str, method: str, see: Callable[..., Any]) -> Callable[[ModuleType], None]:
        """A patch that replaces one method by `see(method, instance, args, kwargs)`."""

        @wrapt.decorator
        def call(wrapped: Any, instance: Any, args: Any, kwargs: Any) -> Any:
            if self._notes.is_closed or self._inside:
                return wrapped(*args, **kwargs)
            return see(wrapped, instance, args, kwargs)

        def patch(module: ModuleType) -> None:
            with suppress(AttributeError):  # versions without this method aren't observed
                found = getattr(module, owner)
                setattr(found, method, call(getattr(found, method)))

        return patch

    @contextmanager
    def _within(self) -> Iterator[None]:
        """During the block, calls aren't recorded, as Keras's own methods make them and not the notebook."""
        self._inside += 1
        try:
            yield
        finally:
            self._inside -= 1

    def see_fit(self, fit: Any, model: Any, args: Any, kwargs: Any) -> Any:
        """Count the steps of a call and store its losses, even if it raises."""
        before, history = _iterations(model), None
        try:
            with self._within():
                history = fit(*args, **kwargs)
                return history
        finally:
            with suppress(Exception):  # a model with unusual attributes must not stop the notebook
                self._note(model, before, history)

    def see_evaluate(self, evaluate: Any, model: Any, args: Any, kwargs: Any) -> Any:
        """Record the evaluation of a model that was never trained."""
        with self._within():
            result = evaluate(*args, **kwargs)
        with suppress(Exception):
            if not self._notes.has_trained(model.weights):
                self._notes.remark("untrained", model)
        return result

    def see_step(self, step: Any, optimizer: Any, args: Any, kwargs: Any) -> Any:
        """Count a step of the notebook's own training loop; in a graph, only its tracing is seen."""
        weights: list[Any] = []
        with suppress(Exception):
            args, weights = _stepped(args, kwargs)
        with self._within():
            result = step(*args, **kwargs)
        training = self._notes.optimizer(optimizer, lambda: weights)
        if training is not None:
            training.steps += 1
            training.effective += 1
        return result

    def _note(self, model: Any, before: int, history: Any) -> None:
        steps = _iterations(model) - before
        if not steps:
            return
        training = self._notes.optimizer(model.optimizer, lambda: list(model.weights))
        if training is None:
            return
        training.steps += steps
        training.effective += steps
        training.loss = _loss_name(model.loss)
        training.rate = _rate(model.optimizer)
        for loss in getattr(history, "history", {}).get("loss", []):
            training.add_loss(loss)
        self._compare(model, training)

    def _compare(self, model: Any, training: OptimizerNote) -> None:
        """Record logits passed to a loss that expects probabilities."""
        last = model.layers[-1]
        if training.loss.lower().replace("_", "") not in {name.replace("_", "") for name in EXPECT_PROBABILITIES}:
            return
        expects_logits = bool(getattr(model.loss, "from_logits", False) or _config(model.loss).get("from_logits"))
        is_linear = getattr(getattr(last, "activation", None), "__name__", "") == "linear"
        if is_linear and type(last).__name__ == "Dense" and not expects_logits:
            self._notes.remark("logits", model)


def _iterations(model: Any) -> int:
    """Steps that a model's optimizer has taken; 0 without an optimizer."""
    optimizer = getattr(model, "optimizer", None)
    return int(optimizer.iterations) if optimizer is not None and hasattr(optimizer, "iterations") else 0


def _rate(optimizer: Any) -> float | None:
    """The learning rate if it is a plain number; `None` for a schedule."""
    rate = optimizer.learning_rate
    return float(np.asarray(rate)) if hasattr(rate, "numpy") or isinstance(rate, (int, float)) else None


def _loss_name(loss: Any) -> str:
    """Name of a loss that is a string, a function or an object."""
    return loss if isinstance(loss, str) else str(getattr(loss, "__name__", type(loss).__name__))


def _config(loss: Any) -> dict[str, Any]:
    """Settings of a loss that is an object."""
    config: dict[str, Any] = loss.get_config() if hasattr(loss, "get_config") else {}
    return config.get("fn_kwargs", config) or config


def _stepped(args: Any, kwargs: Any) -> tuple[Any, list[Any]]:
    """The arguments, with the (gradient, variable) pairs as a list in case they are an iterator, and the variables."""
    if len(args) == 1 and "trainable_variables" not in kwargs:
        pairs = list(args[0])
        if pairs and isinstance(pairs[0], tuple):
            return (pairs,), [variable for _, variable in pairs]
        return (pairs,), []
    return args, list(kwargs.get("trainable_variables") or args[1])
