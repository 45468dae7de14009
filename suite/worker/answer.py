"""Answers the host's questions about the models, one frame for each."""

from __future__ import annotations

import platform
import socket
import sys
from typing import Any

from suite.codec import DTYPES, Frame, decode, encode
from suite.worker.adapters import adapter_of
from suite.worker.remember import Memory
from suite.worker.views import Adapter, Array

MAX_QUESTION_BYTES = 1 << 30
LIBRARIES = ("numpy", "tensorflow", "keras", "torch", "torchvision")


def serve(channel: socket.socket, memory: Memory, skipped: list[str], capped: list[str]) -> None:
    """Answer until the host hangs up."""
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
        answer = _answer(question, memory, skipped, capped)
        channel.sendall(encode(answer))


def _answer(question: Frame, memory: Memory, skipped: list[str], capped: list[str]) -> Frame:
    """One answer, with the number of its question."""
    body = question.body
    match body["question"]:
        case "describe":
            answer = Frame(body=_describe(memory, skipped, capped))
        case "probe":
            answer = _probe(memory.models[body["model"]].model, question)
        case "weights":
            answer = _weights(memory.models[body["model"]].model)
        case unknown:
            raise ValueError(f"the worker knows no question {unknown!r}")
    return Frame(body=answer.body | {"number": body["number"]}, arrays=answer.arrays)


def _describe(memory: Memory, skipped: list[str], capped: list[str]) -> dict[str, Any]:
    """The models in the order in which they came to life."""
    models = [
        {
            "name": entry.name[:300],
            "framework": _adapter(entry.model).framework,
            "class_name": type(entry.model).__name__[:300],
            "cell": entry.cell,
            "finished": entry.finished,
        }
        for entry in memory.models
    ]
    versions = {name: str(sys.modules[name].__version__)[:300] for name in LIBRARIES if name in sys.modules}
    versions["python"] = platform.python_version()
    return {"models": models, "shell_lines": skipped[:1000], "capped": capped[:1000], "versions": versions}


def _probe(model: Any, question: Frame) -> Frame:
    """A forward pass on the host's input."""
    trial = _adapter(model).forward(model, question.arrays["input"])
    arrays = {} if trial.output is None else {"output": trial.output}
    return Frame(body={"problem": trial.problem, "calls": trial.calls}, arrays=arrays)


def _weights(model: Any) -> Frame:
    """Every layer with its tensors."""
    arrays: dict[str, Array] = {}
    layers = []
    for view in _adapter(model).layers(model):
        headers = []
        for tensor in view.tensors:
            key = str(len(arrays))
            values = tensor.values if tensor.values.dtype.name in DTYPES else tensor.values.astype("float32")
            arrays[key] = values
            headers.append({"key": key, "name": tensor.name, "trainable": tensor.trainable})
        layers.append({"name": view.name, "kind": view.kind, "options": view.options, "weights": headers})
    return Frame(body={"layers": layers}, arrays=arrays)


def _adapter(model: Any) -> Adapter:
    """The adapter of a model that was remembered."""
    adapter = adapter_of(model)
    if adapter is None:
        raise ValueError(f"a {type(model).__name__} is no longer a model")
    return adapter
