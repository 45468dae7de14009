"""Answers about how models and their layers are built, and by what is built so.

A submission's process answers `recipes`, and says a model's architecture when it is probed; one of the suite's own
answers `rebuild` and `rebuild model`.
"""

from __future__ import annotations

import gc
import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from suite.codec import Frame
from suite.inside.frameworks.interface import InsideFramework
from suite.inside.frameworks.views import describe_error
from suite.inside.worker.experiment import called_as, read_inputs
from suite.inside.worker.model_tracker import TrackedModel

MAX_TEXT = 8000  # characters; a bidirectional LSTM says what it is in 1200
MAX_ARCHITECTURE = 60_000  # characters; 40 layers say it in 20,000


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


def architecture(entry: TrackedModel) -> str:
    """In JSON what a model is put together of; empty where the notebook's code takes part, or its attributes raise."""
    try:
        if not entry.framework.learner.may_trace(entry.model):
            return ""
        return _as_json(entry.framework.rebuilder.architecture(entry.model), MAX_ARCHITECTURE)
    except Exception:  # noqa: BLE001 - whatever a submission's classes do
        return ""


def rebuild_model(models: list[TrackedModel], frameworks: Sequence[InsideFramework], question: Frame) -> Frame:
    """Add a model of the architecture in the question, which the host has checked, and forget the one that it names."""
    body = question.body
    if body["forget"] is not None:
        _forget(models, body["forget"])
    framework = next(each for each in frameworks if each.name == body["framework"])
    model = framework.rebuilder.rebuild(json.loads(body["architecture"]))
    models.append(TrackedModel(model=model, framework=framework, name="", cell=0, finished=True))
    return Frame(body={"model": len(models) - 1})


def _forget(models: list[TrackedModel], place: int) -> None:
    """Free the memory of a model; its place stays."""
    entry = models[place]
    models[place] = replace(entry, model=None)
    entry.framework.learner.forget(entry.model)
    del entry
    gc.collect()


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


def _as_json(value: Any, longest: int = MAX_TEXT) -> str:
    """As JSON; empty for what isn't known, or too long."""
    said = "" if value is None else json.dumps(value)
    return said if len(said) <= longest else ""
