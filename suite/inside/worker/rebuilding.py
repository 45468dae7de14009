"""Answers for the layer proof: how a model's layers are built, and what a layer built so computes.

A submission's process answers `recipes`, one of the suite's own `rebuild`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from suite.codec import Frame
from suite.inside.frameworks.interface import InsideFramework
from suite.inside.frameworks.views import describe_error
from suite.inside.worker.experiment import called_as, read_inputs
from suite.inside.worker.model_tracker import TrackedModel

MAX_TEXT = 8000  # characters; a bidirectional LSTM says what it is in 1200


def recipes(entry: TrackedModel, question: Frame) -> Frame:
    """For each part that holds tensors: its layers, and in JSON its class, its options and how it is called."""
    found = entry.framework.rebuilder.recipes(entry.model, read_inputs(question, 0), called_as(question))
    parts = [
        {
            "layers": [name[:300] for name in part.layers],
            "recipe": _as_json(part.recipe),
            "arguments": _as_json(part.arguments),
        }
        for part in found
    ]
    return Frame(body={"parts": parts})


def rebuild(frameworks: Sequence[InsideFramework], question: Frame) -> Frame:
    """Build a layer and call it; without weights say which tensors it has, with weights what it returns.

    Nothing of it is kept.
    """
    try:
        return _rebuild(frameworks, question)
    except Exception as error:  # noqa: BLE001 - the library refuses options that don't fit
        return Frame(body={"problem": describe_error(error), "tensors": []})


def _rebuild(frameworks: Sequence[InsideFramework], question: Frame) -> Frame:
    body = question.body
    framework = next(each for each in frameworks if each.name == body["framework"])
    learner, arrays = framework.learner, read_inputs(question, 0)
    layer = framework.rebuilder.build(body["recipe"])
    outputs = learner.call_layer(layer, body["arguments"], arrays)
    views = framework.adapter.layers(layer)
    tensors = [(view.kind, tensor) for view in views for tensor in (*view.tensors, *view.buffers)]
    given = [values for name, values in question.arrays.items() if name.startswith("w")]
    if given:
        for (_, tensor), values in zip(tensors, given, strict=True):
            learner.put(tensor.handle, values)
        outputs = learner.call_layer(layer, body["arguments"], arrays)
    said = [{"kind": kind, "name": tensor.name, "shape": list(tensor.values.shape)} for kind, tensor in tensors]
    return Frame(
        body={"problem": "", "tensors": said}, arrays={f"y0.{place}": output for place, output in enumerate(outputs)}
    )


def _as_json(value: Any) -> str:
    """As JSON; empty for what isn't known, or too long."""
    said = "" if value is None else json.dumps(value)
    return said if len(said) <= MAX_TEXT else ""
