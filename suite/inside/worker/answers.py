"""Answers the host's questions about the models, each with one frame (a message of JSON and arrays)."""

from __future__ import annotations

import math
import platform
import socket
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from suite.codec import DTYPES, Frame, decode, encode
from suite.inside.frameworks.interface import InsideFramework
from suite.inside.frameworks.views import Array, CallCount, InputView, Tensor, describe_error
from suite.inside.worker import experiment, handed_weights, own_training, rebuilding, results, timed_calls
from suite.inside.worker.call_notes import CallNotes
from suite.inside.worker.model_parts import find_parts
from suite.inside.worker.model_tracker import ModelTracker, TrackedModel
from suite.inside.worker.training_notes import NotebookTraining

MAX_QUESTION_BYTES = 1 << 30
MOST_PARAMETERS = 1 << 53


@dataclass(frozen=True, slots=True, kw_only=True)
class Notes:
    """What was recorded while the notebook ran, besides its models."""

    skipped: list[str]
    """Shell lines that were skipped."""
    capped: list[str]
    """What the budget cut."""
    training: NotebookTraining
    """How it trained."""
    frameworks: Sequence[InsideFramework]
    """Frameworks that models may be made with."""
    namespace: Mapping[str, Any]
    """The notebook's variables."""
    calls: CallNotes
    """With what it called some of its functions."""
    submission: Path
    """What was handed in, as it was before the notebook ran."""


def serve(channel: socket.socket, tracker: ModelTracker, notes: Notes) -> None:
    """Answer questions until the host hangs up."""
    models = tracker.models()
    models += find_parts(models)
    for entry in models:
        with suppress(Exception):  # whatever a submission's attributes do
            entry.framework.learner.use_full_precision(entry.model)
    stream = channel.makefile("rb")

    def read(size: int) -> bytes:
        content = stream.read(size)
        if len(content) < size:
            raise EOFError
        return content

    while True:
        try:
            question = decode(read, MAX_QUESTION_BYTES)
        except (EOFError, OSError):
            return
        channel.sendall(encode(_answer_or_fail(question, models, notes)))


def _answer_or_fail(question: Frame, models: list[TrackedModel], notes: Notes) -> Frame:
    """An answer, or why there is none: a model whose attributes raise must not prevent evidence about the others."""
    try:
        return _answer(question, models, notes)
    except Exception as error:  # noqa: BLE001 - the worker's top frame
        where = traceback.extract_tb(error.__traceback__)[-1]
        failure = f"{describe_error(error)} ({where.name}, line {where.lineno})"
        return Frame(body={"number": question.body["number"], "failure": failure})


def _answer(question: Frame, models: list[TrackedModel], notes: Notes) -> Frame:
    """One answer, with the number of its question."""
    body = question.body
    match body["question"]:
        case "describe":
            answer = Frame(body=_describe(models, notes))
        case "value":
            answer = results.read(notes.namespace, question)
        case "call":
            answer = results.call(notes.namespace, question, notes.frameworks)
        case "calls":
            answer = notes.calls.answer(question)
        case "rebuild":
            answer = rebuilding.rebuild(notes.frameworks, question)
        case "rebuild model":
            answer = rebuilding.rebuild_model(models, notes.frameworks, question)
        case "fill":
            answer = handed_weights.fill(models[body["model"]], notes.submission, body["files"])
        case kind if kind in ABOUT_A_MODEL:
            answer = ABOUT_A_MODEL[kind](models[body["model"]], question)
        case "load" | "ready" | "segment" | "echo" | "clear" | "multiply" as kind:
            answer = timed_calls.answer(kind, models, question)
        case unknown:
            raise ValueError(f"the worker knows no question {unknown!r}")
    return Frame(body=answer.body | {"number": body["number"]}, arrays=answer.arrays)


def _describe(models: list[TrackedModel], notes: Notes) -> dict[str, Any]:
    """The models in the order in which they were first seen, then those inside them."""
    described = [
        {
            "name": entry.name[:300],
            "framework": entry.framework.name,
            "class_name": type(entry.model).__name__[:300],
            "cell": entry.cell,
            "finished": entry.finished,
            "within": list(entry.within),
            "parameters": _size(entry),
            **_describe_use(entry),
        }
        for entry in models
    ]
    libraries = ("numpy", *(library for framework in notes.frameworks for library in framework.libraries))
    versions = {name: str(sys.modules[name].__version__)[:300] for name in libraries if name in sys.modules}
    versions["python"] = platform.python_version()
    return {
        "models": described,
        "shell_lines": notes.skipped[:1000],
        "capped": notes.capped[:1000],
        "versions": versions,
        "observations": _observe(models, notes.training),
    }


def _observe(models: list[TrackedModel], training: NotebookTraining) -> dict[str, Any]:
    """How the notebook trained; empty if the submission's objects raise."""
    try:
        return training.tell([entry for entry in models if not entry.within])
    except Exception:  # noqa: BLE001 - an object of the submission may do anything
        return {"trainings": [], "remarks": [], "states": []}


def _describe_use(entry: TrackedModel) -> dict[str, Any]:
    """What the host must know to call it; nothing if its attributes raise."""
    adapter = entry.framework.adapter
    try:
        called = [int(size) for size in adapter.called_with(entry.model)][:8]
        answered = adapter.answered_with(entry.model) if adapter.steps(entry.model) else 0
        words = adapter.words(entry.model)
        return {"called_with": called, "answered_with": max(answered, 0), "words": max(words, 0)}
    except Exception:  # noqa: BLE001 - whatever a submission's classes do
        return {"called_with": [], "answered_with": 0, "words": 0}


def _size(entry: TrackedModel) -> int:
    """How many parameters a model has; 0 if it isn't built yet."""
    try:
        size = sum(math.prod(weight.shape) for weight in entry.framework.adapter.weights(entry.model))
        return min(max(int(size), 0), MOST_PARAMETERS)
    except Exception:  # noqa: BLE001 - of a lazy module, and whatever a submission's classes do
        return 0


def _probe(entry: TrackedModel, question: Frame) -> Frame:
    """A forward pass on the host's inputs, arrays or texts.

    A model that is rebuilt isn't called again here, so no graph is traced for it.
    """
    given: dict[str, Any] = {**question.arrays, **question.body["texts"]}
    inputs = [given[str(place)] for place in range(question.body["inputs"])]
    if columns := question.body.get("columns"):
        inputs = [dict(zip(columns, inputs, strict=True))]
    before = rebuilding.architecture(entry)
    copied = bool(before) and question.body.get("copied", False)
    expected: CallCount = "one" if copied else "many" if question.body.get("repeated") else "few"
    trial = entry.framework.adapter.forward(entry.model, inputs, experiment.called_as(question), expected=expected)
    arrays = {str(place): output for place, output in enumerate(trial.outputs)}
    traceable = not trial.problem and (bool(before) or _may_trace(entry))
    architecture = (before or rebuilding.architecture(entry)) if traceable else ""
    said = {"problem": trial.problem, "calls": trial.calls, "traceable": traceable, "architecture": architecture}
    return Frame(body=said, arrays=arrays)


def _may_trace(entry: TrackedModel) -> bool:
    """Whether none of its code is the notebook's; not if its attributes raise."""
    try:
        return entry.framework.learner.may_trace(entry.model)
    except Exception:  # noqa: BLE001 - whatever a submission's classes do
        return False


def _takes(entry: TrackedModel) -> Sequence[InputView]:
    """What it is called with, as its notebook shows."""
    return entry.framework.adapter.takes(entry.model)


def _weights(entry: TrackedModel) -> Frame:
    """Every layer with its tensors."""
    arrays: dict[str, Array] = {}

    def export(tensors: list[Tensor]) -> list[dict[str, Any]]:
        headers = []
        for tensor in tensors:
            key = str(len(arrays))
            arrays[key] = tensor.values if tensor.values.dtype.name in DTYPES else tensor.values.astype("float32")
            headers.append({"key": key, "name": tensor.name, "trainable": tensor.trainable})
        return headers

    layers = [
        {
            "name": view.name,
            "kind": view.kind,
            "options": view.options,
            "weights": export(view.tensors),
            "buffers": export(view.buffers),
        }
        for view in entry.framework.adapter.layers(entry.model)
    ]
    return Frame(body={"layers": layers}, arrays=arrays)


ABOUT_A_MODEL: dict[str, Callable[[TrackedModel, Frame], Frame]] = {
    "probe": _probe,
    "weights": lambda entry, _: _weights(entry),
    "predict": experiment.predict,
    "predict each": experiment.predict_each,
    "slopes": experiment.slopes,
    "layer": experiment.call_layer,
    "recipes": rebuilding.recipes,
    "train": experiment.train,
    "practise": experiment.practise,
    "fit": experiment.fit,
    "takes": lambda entry, _: Frame(body={"inputs": [asdict(each) for each in _takes(entry)]}),
    "training": lambda entry, _: Frame(body=own_training.describe(entry)),
}
"""How each question about one model is answered."""
