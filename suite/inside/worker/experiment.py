"""Answers for the functional proof and accuracy: models predict and learn with weights that the host chose.

Weights are numbered as in the answer to `weights`. The model's own weights are restored afterwards, so a question
leaves the model as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, nullcontext
from typing import Any

import numpy as np

from suite.codec import Frame
from suite.inside.frameworks.conventions import Convention
from suite.inside.frameworks.interface import Learner, StepOptions, TrainingGoal
from suite.inside.frameworks.views import Array, describe_error
from suite.inside.worker.model_tracker import TrackedModel
from suite.inside.worker.optimizers import descend


def predict(entry: TrackedModel, question: Frame) -> Frame:
    """Outputs of several calls in a row after a reset; with `listen`, also the layers' outputs in the first call."""
    return _answer(entry, question, _predict)


def predict_each(entry: TrackedModel, question: Frame) -> Frame:
    """Outputs of one call with the weights as given, then of one for each tensor that has another value."""
    return _answer(entry, question, _predict_each)


def slopes(entry: TrackedModel, question: Frame) -> Frame:
    """How the outputs of one call change with each number of the given tensors."""
    return _answer(entry, question, _slopes)


def call_layer(entry: TrackedModel, question: Frame) -> Frame:
    """Outputs of one layer called by itself: the layer that owns the given tensor."""
    return _answer(entry, question, _call_layer)


def train(entry: TrackedModel, question: Frame) -> Frame:
    """The weights after one step of SGD per batch."""
    return _answer(entry, question, _train)


def practise(entry: TrackedModel, question: Frame) -> Frame:
    """Outputs of calls in training mode, and the weights after the last."""
    return _answer(entry, question, _practise)


def fit(entry: TrackedModel, question: Frame) -> Frame:
    """The weights and the losses after training by the host's protocol."""
    return _answer(entry, question, _fit)


def _answer(entry: TrackedModel, question: Frame, work: Callable[[TrackedModel, Frame, list[Any]], Frame]) -> Frame:
    """Do the work with the host's weights; if the model raises, the error is the answer."""
    handles = [
        tensor.handle
        for view in entry.framework.adapter.layers(entry.model)
        for tensor in (*view.tensors, *view.buffers)
    ]
    given = {int(name[1:]): values for name, values in question.arrays.items() if name.startswith("w")}
    try:
        with _loaded(entry.framework.learner, handles, given), entry.framework.learner.undisturbed():
            entry.framework.learner.reset(entry.model)
            return work(entry, question, handles)
    except Exception as error:  # noqa: BLE001 - whatever a submission raises is its answer
        return Frame(body={"problem": describe_error(error), "layers": []})


@contextmanager
def _loaded(learner: Learner, handles: list[Any], given: Mapping[int, Array]) -> Iterator[None]:
    """Load the host's values into the given tensors for the block; restore all tensors afterwards."""
    with ExitStack() as stack:
        for handle in handles:
            stack.callback(learner.put, handle, learner.hold(handle))
        for place, values in given.items():
            learner.put(handles[place], values)
        yield


def _predict(entry: TrackedModel, question: Frame, _handles: list[Any]) -> Frame:
    """Arrays `y<call>.<output>`, and `l<number>` for the layers in the order of their first calls."""
    heard: dict[str, Any] = {}
    answers: dict[str, Array] = {}
    learner, traced = entry.framework.learner, question.body["traced"]
    for call in range(question.body["calls"]):
        listening = question.body["listen"] and call == 0
        with entry.framework.adapter.listen(entry.model, heard.setdefault) if listening else nullcontext():
            outputs = learner.call(
                entry.model,
                read_inputs(question, call),
                called_as(question),
                traced=traced and not listening,
            )
        answers |= {f"y{call}.{place}": output for place, output in enumerate(outputs)}
    layers = {f"l{place}": np.asarray(_plain(value), np.float32) for place, value in enumerate(heard.values())}
    return Frame(body={"problem": "", "layers": list(heard)}, arrays=answers | layers)


def _predict_each(entry: TrackedModel, question: Frame, handles: list[Any]) -> Frame:
    """Arrays `y<call>.<output>`; call 0 is that with no other value."""
    learner = entry.framework.learner
    inputs, convention, traced = read_inputs(question, 0), called_as(question), question.body["traced"]

    def outputs() -> list[Array]:
        learner.reset(entry.model)
        return learner.call(entry.model, inputs, convention, traced=traced)

    calls = [outputs()]
    for number in question.body["tensors"]:
        before = learner.hold(handles[number])
        learner.put(handles[number], question.arrays[f"v{number}"])
        calls.append(outputs())
        learner.put(handles[number], before)
    arrays = {f"y{call}.{place}": each for call, found in enumerate(calls) for place, each in enumerate(found)}
    return Frame(body={"problem": "", "layers": []}, arrays=arrays)


def _slopes(entry: TrackedModel, question: Frame, handles: list[Any]) -> Frame:
    """Arrays `g<number>` of the tensors that have an effect."""
    chosen = sorted(int(name[1:]) for name in question.arrays if name.startswith("w"))
    factors = [question.arrays[f"f{place}"] for place in range(question.body["outputs"])]
    given = read_inputs(question, 0), factors
    found = entry.framework.learner.slopes(entry.model, [handles[n] for n in chosen], given, called_as(question))
    arrays = {f"g{number}": each for number, each in zip(chosen, found, strict=True) if each is not None}
    return Frame(body={"problem": "", "layers": []}, arrays=arrays)


def _call_layer(entry: TrackedModel, question: Frame, _handles: list[Any]) -> Frame:
    """Arrays `y0.<output>`."""
    body = question.body
    owners = [
        view.layer for view in entry.framework.adapter.layers(entry.model) for _ in (*view.tensors, *view.buffers)
    ]
    learner = entry.framework.learner
    outputs = learner.call_layer(owners[body["tensor"]], body["arguments"], read_inputs(question, 0))
    arrays = {f"y0.{place}": output for place, output in enumerate(outputs)}
    return Frame(body={"problem": "", "layers": []}, arrays=arrays)


def _train(entry: TrackedModel, question: Frame, handles: list[Any]) -> Frame:
    """Arrays `w<number>` of all weights."""
    body = question.body
    learner = entry.framework.learner
    wanted = tuple(body["answers"])
    options = StepOptions(
        rate=body["rate"],
        softmax=body["softmax"],
        traced=body["traced"],
        answers=wanted,
        convention=called_as(question),
    )
    for step in range(body["steps"]):
        targets = [question.arrays[f"t{step}.{place}"] for place in range(len(wanted))]
        learner.step(entry.model, handles, (read_inputs(question, step), targets), options)
    weights = {f"w{place}": learner.read(handle) for place, handle in enumerate(handles)}
    return Frame(body={"problem": "", "layers": []}, arrays=weights)


def _practise(entry: TrackedModel, question: Frame, handles: list[Any]) -> Frame:
    """Arrays `y<call>.<output>`, and `w<number>` of the tensors that the host chose; all calls begin alike.

    None of several is made where no layer can make them differ.
    """
    body, learner = question.body, entry.framework.learner
    inputs, convention, traced = read_inputs(question, 0), called_as(question), question.body["traced"]
    calls = body["calls"] if body["calls"] == 1 or learner.may_vary(entry.model) else 0
    before = [learner.read(handle) for handle in handles] if calls else []
    answers: dict[str, Array] = {}
    for call in range(calls):
        for handle, values in zip(handles, before, strict=True):  # training mode writes into what the tensors hold
            learner.put(handle, values)
        if call:
            learner.reset(entry.model)
        outputs = learner.practise(entry.model, inputs, convention, call, traced=traced)
        answers |= {f"y{call}.{place}": output for place, output in enumerate(outputs)}
    answers |= {f"w{place}": learner.read(handles[place]) for place in body["tensors"]}
    return Frame(body={"problem": "", "layers": []}, arrays=answers)


def _fit(entry: TrackedModel, question: Frame, handles: list[Any]) -> Frame:
    """Arrays `w<number>` of the tensors that the host chose, and `losses`, one per step."""
    body = question.body
    learner = entry.framework.learner
    goal = TrainingGoal(
        kind=body["kind"],
        logits=body["logits"],
        traced=body["traced"],
        answer=body["answer"],
        convention=called_as(question),
    )
    inputs, targets = read_inputs(question, 0), question.arrays["t0.0"]

    def gradient(rows: Array) -> tuple[float, list[Array | None]]:
        batch = [values[rows] for values in inputs], [targets[rows]]
        return learner.gradient(entry.model, handles, batch, goal)

    def move(place: int, by: Array) -> None:
        learner.move(handles[place], by)

    losses = descend(gradient, move, question.arrays["order"], body["optimizer"], body["rate"])
    chosen = sorted(int(name[1:]) for name in question.arrays if name.startswith("w"))
    weights = {f"w{place}": learner.read(handles[place]) for place in chosen}
    return Frame(body={"problem": "", "layers": []}, arrays=weights | {"losses": np.asarray(losses, np.float32)})


def called_as(question: Frame) -> Convention:
    """How the host says that the model is called."""
    return Convention(**question.body["convention"])


def read_inputs(question: Frame, call: int) -> list[Any]:
    """The arguments of one call: arrays, or texts."""
    texts: dict[str, list[str]] = question.body["texts"]
    names = [f"x{call}.{place}" for place in range(question.body["inputs"])]
    return [texts[name] if name in texts else question.arrays[name] for name in names]


def _plain(value: Any) -> Any:
    """A layer's output without its gradient, where it has one."""
    return value.detach().cpu().float() if hasattr(value, "detach") else value
