"""Answers for a timing: load weights permanently, warm up, work through several batches while the host times it.

In the forward pass each batch depends on the outputs of the one before (`_chain`), so that nothing can be computed in
advance or all at once; in training that holds anyway, as each step changes the weights.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from zlib import crc32

import numpy as np

from suite.codec import Frame
from suite.inside.frameworks.conventions import Convention
from suite.inside.frameworks.interface import Learner, StepOptions, TimedCalls
from suite.inside.frameworks.views import Array, describe_error
from suite.inside.worker.model_tracker import TrackedModel


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """A model with the host's weights."""

    entry: TrackedModel
    learner: Learner
    handles: list[Any]
    weights: dict[int, Array]
    """Values by index in `handles`."""

    def restore(self) -> None:
        """Load the host's weights again and reset every state."""
        for place, values in self.weights.items():
            self.learner.put(self.handles[place], values)
        self.entry.framework.timed_calls.weights_are_put(self.entry.model)
        self.learner.reset(self.entry.model)


_loaded: dict[int, Loaded] = {}
GPU_WORK: dict[str, Callable[[TimedCalls, int, int], None]] = {
    "clear": lambda calls, size, times: calls.clear_cache(size, times),
    "multiply": lambda calls, size, times: calls.multiply(size, times),
}
"""Work of the host's own on a GPU; it asks the reference's process for it."""


def answer(kind: str, models: Sequence[TrackedModel], question: Frame) -> Frame:
    """Answer a question of a timing; if the model raises, the error is the answer."""
    body = question.body
    if kind == "echo":
        return _echo(question)
    try:
        if kind == "load":
            _load(body["model"], models[body["model"]], question)
        if kind in GPU_WORK:
            GPU_WORK[kind](models[body["model"]].framework.timed_calls, body["size"], body["times"])
            return _answer("", 0, "gpu")
        loaded = _loaded[body["model"]]
        stop = loaded.entry.framework.timed_calls.observe_device(loaded.entry.model)
        arrays = {} if kind == "load" else _work(loaded, question)
        seconds, size = stop()
        if kind == "ready":
            loaded.restore()
            arrays = {}
    except Exception as error:  # noqa: BLE001 - whatever a submission raises is its answer
        return _answer(describe_error(error), 0, "")
    threads = loaded.entry.framework.timed_calls.threads()
    return _answer("", threads, _device(loaded), float(seconds), int(size), arrays)


def _answer(  # noqa: PLR0913, PLR0917 - the fields of an answer
    problem: str,
    threads: int,
    device: str,
    seconds: float = 0.0,
    size: int = 0,
    arrays: dict[str, Array] | None = None,
) -> Frame:
    seen = {"device": device, "device_seconds": seconds, "device_bytes": size}
    return Frame(body={"problem": problem, "threads": threads} | seen, arrays=arrays or {})


def _load(index: int, entry: TrackedModel, question: Frame) -> None:
    """Load the host's weights into a model, on the requested device if the framework allows a choice."""
    entry.framework.timed_calls.set_up(entry.model, question.body["threads"], question.body["device"])
    views = entry.framework.adapter.layers(entry.model)
    handles = [tensor.handle for view in views for tensor in (*view.tensors, *view.buffers)]
    weights = {int(name[1:]): values for name, values in question.arrays.items()}
    _loaded[index] = Loaded(entry=entry, learner=entry.framework.learner, handles=handles, weights=weights)
    _loaded[index].restore()


def _work(loaded: Loaded, question: Frame) -> dict[str, Array]:
    """Do all batches in turn: returns outputs `y<batch>.<output>`, or weights `w<number>` after the last step."""
    body = question.body
    if body["work"] == "forward":
        return _forward(loaded, question)
    options = StepOptions(
        rate=body["rate"],
        softmax=body["softmax"],
        traced=True,
        answers=tuple(range(body["outputs"])),
        convention=Convention(),
    )
    for batch in range(body["batches"]):
        targets = [question.arrays[f"t{batch}.{place}"] for place in range(body["outputs"])]
        loaded.learner.step(loaded.entry.model, loaded.handles, (_inputs(question, batch), targets), options)
    return {f"w{place}": loaded.learner.read(loaded.handles[place]) for place in loaded.weights}


def _forward(loaded: Loaded, question: Frame) -> dict[str, Array]:
    answers: dict[str, Array] = {}
    before = b""
    for batch in range(question.body["batches"]):
        inputs = _inputs(question, batch)
        if before and question.body["chained"]:
            inputs = [_chain(values, before, high) for values, high in zip(inputs, question.body["high"], strict=True)]
        outputs = loaded.learner.call(loaded.entry.model, inputs, Convention(), traced=True)
        answers |= {f"y{batch}.{place}": output for place, output in enumerate(outputs)}
        before = outputs[0].tobytes()
    return answers


def _chain(values: Array, before: bytes, high: int) -> Array:
    """The inputs of a batch, changed depending on the last outputs; the host does the same (`chained_inputs`)."""
    turn = crc32(before)
    if high:
        return np.where(values > 0, 1 + (values - 1 + turn) % (high - 1), 0)
    return values * np.float32(0.5 + turn / 2**33)


def _inputs(question: Frame, batch: int) -> list[Array]:
    return [question.arrays[f"x{batch}.{place}"] for place in range(question.body["inputs"])]


def _echo(question: Frame) -> Frame:
    """An answer as large as a real one but without the work, to time the transfer."""
    shapes: list[list[int]] = question.body["shapes"]
    arrays = {f"y{place}": np.zeros(shape, np.float32) for place, shape in enumerate(shapes)}
    return _answer("", 0, "", arrays=arrays)


def _device(loaded: Loaded) -> str:
    """Device of the first weight, such as `cpu`, `cuda:0` or `/job:localhost/replica:0/task:0/device:GPU:0`."""
    handle = loaded.handles[0]
    return str(getattr(getattr(handle, "value", handle), "device", getattr(handle, "device", "")))[:300]
