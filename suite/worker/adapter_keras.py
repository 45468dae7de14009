"""Looks into Keras 3 models."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import numpy as np

from suite.worker.views import Array, LayerView, Tensor, Trial, describe_error, plain_options


class KerasAdapter:
    """Sequential, functional and subclassed models."""

    framework = "keras"

    def owns(self, value: Any) -> bool:
        """Whether it is a Keras model."""
        keras = sys.modules.get("keras")
        return keras is not None and hasattr(keras, "Model") and isinstance(value, keras.Model)

    def layers(self, model: Any) -> list[LayerView]:
        """Layers in order, nested models opened; what a subclass holds by itself comes last."""
        views, seen = [], set()
        for layer in _leaves(model):
            seen |= {id(weight) for weight in layer.weights}
            views.append(_view(layer.name, layer, layer.weights))
        if own := [weight for weight in model.weights if id(weight) not in seen]:
            views.append(_view(model.name, model, own))
        return [view for view in views if view.tensors or _is_recurrent(view)]

    def forward(self, model: Any, values: Array) -> Trial:
        """Call the model eagerly, with every layer telling its output shape."""
        calls: list[tuple[str, list[int | None]]] = []
        with ExitStack() as stack:
            for layer in _leaves(model):
                stack.enter_context(_listen(layer, calls))
            try:
                output = model(values, training=False)
            except Exception as error:  # noqa: BLE001 - whatever a submission raises is its answer
                return Trial(output=None, problem=_step_through(model, values) or describe_error(error), calls=calls)
        first = output[0] if isinstance(output, (list, tuple)) else output
        return Trial(output=np.asarray(first, dtype=np.float32), problem="", calls=calls)


def _step_through(model: Any, values: Array) -> str:
    """Call a stack's layers one by one, as far as they go: a stack that was never finished can't be called whole."""
    if not isinstance(model, sys.modules["keras"].Sequential):
        return ""
    try:
        for layer in model.layers:
            values = layer(values)
    except Exception as error:  # noqa: BLE001 - the layer at fault, which is the answer
        return describe_error(error)
    return ""


def _leaves(model: Any) -> Iterator[Any]:
    """A model's layers, each once; a wrapper such as Bidirectional counts as one layer."""
    keras = sys.modules["keras"]
    seen: set[int] = set()
    for layer in model.layers:
        if id(layer) in seen or isinstance(layer, keras.layers.InputLayer):
            continue
        seen.add(id(layer))
        if isinstance(layer, keras.Model):
            yield from _leaves(layer)
        else:
            yield layer


def _view(name: str, layer: Any, weights: list[Any]) -> LayerView:
    """A layer with copies of its weights."""
    tensors = [Tensor(name=w.name, values=np.array(w), trainable=bool(w.trainable)) for w in weights]
    try:
        options = plain_options(layer.get_config())
    except Exception:  # noqa: BLE001 - a subclass without get_config still has weights
        options = {}
    return LayerView(name=name, kind=type(layer).__name__, options=options, tensors=tensors)


def _is_recurrent(view: LayerView) -> bool:
    """Whether an unbuilt layer is of interest: it explains why the one after it failed."""
    return "return_sequences" in view.options


@contextmanager
def _listen(layer: Any, calls: list[tuple[str, list[int | None]]]) -> Iterator[None]:
    """Note the shape of what a layer returns, during the block."""
    call: Callable[..., Any] = layer.call

    def noting(*args: Any, **kwargs: Any) -> Any:
        output = call(*args, **kwargs)
        first = output[0] if isinstance(output, (list, tuple)) else output
        if layer.name not in (name for name, _ in calls):
            calls.append((layer.name, list(first.shape)))
        return output

    object.__setattr__(layer, "call", noting)
    try:
        yield
    finally:
        object.__delattr__(layer, "call")
