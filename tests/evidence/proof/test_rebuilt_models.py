"""Copies of models in a process of the suite's own: which are made, and that they answer as the models do."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast

import numpy as np
import pytest

from suite import assignments
from suite.assignments import Probe, ProbeInput, ProofSettings
from suite.evidence.interview.inspection import InspectedModel
from suite.evidence.proof import builders
from suite.evidence.proof.architectures import is_buildable
from suite.evidence.proof.experiment import Batch, Side, on_channel
from suite.evidence.proof.prover import ProvedModel, Prover
from suite.evidence.proof.rebuilt_models import rebuild
from suite.frameworks import framework_named
from tests.conftest import ROOT
from tests.evidence.proof.in_process import InProcessBuilders, InProcessReferences, Process

pytestmark = pytest.mark.slow
keras = pytest.importorskip("keras")
layers = keras.layers
STEPS = Probe(inputs=(ProbeInput(shape=(6, 4)),))
WORDS = Probe(inputs=(ProbeInput(shape=(6,), high=20),))
SETTINGS = ProofSettings()
ASSIGNMENT = assignments.load("stacked_rnn", ROOT / "reference")
IMAGES = ASSIGNMENT.model_tasks[0].probes[0]
CLASSES = framework_named("keras").layer_classes


def _sequential(*parts: Any) -> Any:
    return keras.Sequential([keras.Input((6, 4)), *parts])


def _stack(activation: str) -> Any:
    first, second = (layers.SimpleRNN(8, activation=activation, name=name, return_sequences=True) for name in "ab")
    given = keras.Input((28, 28), name="given")
    return keras.Sequential([given, first, second, layers.Dense(10, name="c")], name="model")


def _deep() -> Any:
    return keras.Sequential([keras.Input((28, 28)), layers.SimpleRNN(10), layers.Dense(10)])


def _of_words() -> Any:
    return keras.Sequential([keras.Input((6,)), layers.Embedding(20, 3, mask_zero=True), layers.GRU(2)])


def _two_ends() -> Any:
    given = keras.Input((6, 4))
    last, state, _ = layers.LSTM(3, return_state=True)(given)
    shared = layers.Dense(3, activation="tanh")
    return keras.Model(given, [layers.Add()([shared(last), shared(state)]), layers.Flatten()(given)])


def _frozen(model: Any) -> Any:
    model.layers[0].trainable = False
    return model


def _trained(model: Any) -> Any:
    model.compile("adam", "mse")
    model.fit(np.ones((8, 6, 4)), np.ones((8, 2)), verbose=0)
    return model


MADE: dict[str, tuple[Callable[[], Any], Probe]] = {
    "sequential": (lambda: _sequential(layers.SimpleRNN(5, return_sequences=True), layers.GRU(3)), STEPS),
    "wrapped": (lambda: _sequential(layers.Bidirectional(layers.LSTM(3)), layers.Dense(2, "softmax")), STEPS),
    "cells": (lambda: _sequential(layers.RNN([layers.LSTMCell(4), layers.GRUCell(3)])), STEPS),
    "several outputs, a shared layer": (_two_ends, STEPS),
    "nested": (lambda: _sequential(_sequential(layers.SimpleRNN(5)), layers.Dense(2)), STEPS),
    "convolution": (lambda: _sequential(layers.Conv1D(3, 2, padding="same"), layers.MaxPooling1D()), STEPS),
    "normalised": (lambda: _sequential(layers.BatchNormalization(), layers.Dropout(0.5), layers.LSTM(2)), STEPS),
    "words": (
        lambda: keras.Sequential([keras.Input((6,)), layers.Embedding(20, 3, mask_zero=True), layers.GRU(2)]),
        WORDS,
    ),
    "built later": (lambda: keras.Sequential([layers.SimpleRNN(5), layers.Dense(2)]), STEPS),
    "punished": (lambda: _sequential(layers.GRU(3, kernel_regularizer="l2", bias_constraint="non_neg")), STEPS),
    "frozen": (lambda: _frozen(_sequential(layers.SimpleRNN(5), layers.Dense(2))), STEPS),
    "trained": (lambda: _trained(_sequential(layers.SimpleRNN(5), layers.Dense(2))), STEPS),
}


class Own(keras.Model):  # type: ignore[misc, unused-ignore]
    """A class of the notebook's."""

    def __init__(self) -> None:
        super().__init__()
        self.rnn = layers.SimpleRNN(5)

    def call(self, inputs: Any) -> Any:
        return self.rnn(inputs)


def _patched() -> Any:
    model = _sequential(layers.SimpleRNN(5), layers.Dense(2))
    dense = model.layers[-1]
    call = dense.call
    dense.call = lambda inputs, **options: 2 * call(inputs, **options)
    return model


def _frozen_by_tensor() -> Any:
    model = _sequential(layers.SimpleRNN(5), layers.Dense(2))
    model.layers[0].cell.kernel.trainable = False
    return model


def _computed_between() -> Any:
    given = keras.Input((6, 4))
    return keras.Model(given, layers.Dense(2)(layers.SimpleRNN(3)(2 * given)))


LEFT = {
    "subclass": Own,
    "code": lambda: _sequential(layers.Lambda(lambda values: 2 * values), layers.SimpleRNN(3)),
    "a function of its own": lambda: _sequential(layers.SimpleRNN(3, activation=lambda values: values)),
    "a replaced call": _patched,
    "operators": _computed_between,
    "one tensor frozen": _frozen_by_tensor,
}


def _inspect(model: Any, probe: Probe) -> InspectedModel:
    inspected = Process([model], "keras").inspect(probe)
    assert not inspected.model.problem
    return inspected


def _side(answering: Any, inspected: InspectedModel, **options: Any) -> Side:
    return Side(ask=on_channel(answering), index=0, slots=inspected.slots, **options)


@pytest.mark.parametrize("name", MADE)
def test_copies(name: str) -> None:
    """A copy answers and learns as the model does, with its own weights and with others."""
    make, probe = MADE[name]
    model = make()
    inspected = _inspect(model, probe)
    copy = rebuild(InProcessBuilders(), inspected, SETTINGS.outputs_of_largest)
    assert copy is not None
    generator = np.random.default_rng(1)
    weights = [generator.uniform(0.1, 1, slot.shape).astype(np.float32) for slot in inspected.slots]
    own, other = _side(Process([model], "keras"), inspected), _side(copy, inspected, traced=True)
    calls = [inspected.asked, inspected.asked]
    for ours, theirs in zip(own.predict(weights, calls), other.predict(weights, calls), strict=True):
        np.testing.assert_allclose(theirs, ours, rtol=1e-3, atol=1e-5)
    targets = [np.zeros_like(array) for array in inspected.answered]
    batches, options = [Batch(inputs=inspected.asked, targets=targets)], {"rate": 0.5, "softmax": False}
    answers = range(len(targets))
    ours, theirs = (each.train(weights, batches, answers=answers, **options) for each in (own, other))
    for late, expected in zip(theirs, ours, strict=True):
        np.testing.assert_allclose(late, expected, rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize("name", LEFT)
def test_no_copies(name: str) -> None:
    """A model to which code of the notebook's belongs, or whose copy isn't the same, answers for itself."""
    assert rebuild(InProcessBuilders(), _inspect(LEFT[name](), STEPS), SETTINGS.outputs_of_largest) is None


def test_a_false_architecture() -> None:
    """A process that says another architecture than its model's, or answers otherwise, gets no copy."""
    right, other = (_inspect(_sequential(layers.GRU(3, reset_after=each)), STEPS) for each in (True, False))
    assert right.architecture != other.architecture
    same_tensors = _inspect(_sequential(layers.SimpleRNN(4, activation="relu")), STEPS)
    lie = _inspect(_sequential(layers.SimpleRNN(4)), STEPS)
    for inspected, said in ((right, other), (lie, same_tensors)):
        false = replace(inspected, architecture=said.architecture)
        assert rebuild(InProcessBuilders(), false, SETTINGS.outputs_of_largest) is None


def test_built_once() -> None:
    """Two submissions of one architecture have one model, and each its own numbers in it."""
    shared = InProcessBuilders()
    inspected = [_inspect(_named(weight), STEPS) for weight in (1, 2)]
    copies = [rebuild(shared, each, SETTINGS.outputs_of_largest) for each in inspected]
    assert None not in copies
    assert len(shared.models) == 1
    sides = [replace(_side(copy, each), slots=()) for copy, each in zip(copies, inspected, strict=True)]
    outputs = [side.predict([], [inspected[0].asked])[0] for side in sides]
    assert not np.allclose(outputs[0], outputs[1])


def _prove(references: InProcessReferences, shared: InProcessBuilders, inspected: InspectedModel) -> ProvedModel:
    """What a new prover of the same class finds out of a model whose own process must not be asked."""
    nobody = cast("Any", None)
    return Prover(ASSIGNMENT, references, shared, seed=None).prove(nobody, inspected)


@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_a_proof_holds_for_an_architecture(activation: str) -> None:
    """Once it is found out nothing is asked again, and each model keeps its own numbers and name."""
    references = InProcessReferences("keras", {"stack8": (_stack("tanh"), IMAGES), "stack10": (_deep(), IMAGES)})
    shared = InProcessBuilders()
    models = [_stack(activation) for _ in range(2)]
    first, second = (replace(_inspect(model, IMAGES), index=place) for place, model in enumerate(models))
    proved = _prove(references, shared, first)
    asked = references.asked
    again = _prove(references, shared, replace(second, model=replace(second.model, name="other")))
    assert references.asked == asked
    assert again.inspected.model.name == "other"
    assert again.inspected.model.proofs == proved.inspected.model.proofs
    assert again.inspected.model.layers == proved.inspected.model.layers
    assert [layer.formula for layer in again.inspected.model.layers] != [None] * 3 or activation == "tanh"
    assert len(again.equals) == (activation == "tanh")
    for same in again.equals:
        assert same.comparison.own.index == 1
        for ours, theirs in zip(same.held(again.inspected), second.values, strict=True):
            np.testing.assert_array_equal(ours, theirs)
        answers = replace(same.comparison.own, slots=()).predict([], [second.asked])
        np.testing.assert_allclose(answers[0], second.answered[0], rtol=1e-3, atol=1e-5)


def test_a_proof_holds_for_no_other() -> None:
    """A process that says otherwise what its layers answer gets a proof of its own, and spoils no other."""
    references = InProcessReferences("keras", {"stack8": (_stack("tanh"), IMAGES), "stack10": (_deep(), IMAGES)})
    shared = InProcessBuilders()
    right = _inspect(_stack("tanh"), IMAGES)
    false = [replace(layer, output_shape=(None, 5)) for layer in right.model.layers]
    _prove(references, shared, replace(right, model=replace(right.model, layers=tuple(false))))
    asked = references.asked
    assert _prove(references, shared, right).equals
    assert references.asked > asked


def test_the_oldest_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process holds so many models at most; one that was forgotten is built again when it is asked."""
    monkeypatch.setattr(builders, "MOST_MODELS", 2)
    kept = Kept()
    process = builders._Process(cast("Any", None), cast("Any", None), cast("Any", None))
    process._process = cast("Any", kept)
    said = [_inspect(_sequential(layers.SimpleRNN(units)), STEPS).architecture for units in (1, 2, 3)]
    for place, alive in ((0, [0]), (1, [0, 1]), (0, [0, 1]), (2, [0, 2]), (1, [2, 3]), (1, [2, 3])):
        shapes = process.ask_model("keras", said[place], "weights", {}).arrays["0"].shape
        assert shapes == (4, place + 1)
        assert [at for at, entry in enumerate(kept.process.known) if entry.model is not None] == alive


class Kept:
    """A kept process that runs here."""

    def __init__(self) -> None:
        self.process = Process([], "keras")
        self.lock = threading.Lock()

    def open(self) -> tuple[Process, bool]:
        return self.process, True


def _named(seed: int) -> Any:
    keras.utils.set_random_seed(seed)
    return keras.Sequential([keras.Input((6, 4), name="given"), layers.SimpleRNN(5, name="rnn")], name="model")


def _dense(**changes: Any) -> dict[str, Any]:
    options = {"name": "dense", "units": 3} | changes.pop("options", {})
    layer = {"module": "keras.layers", "class_name": "Dense", "config": options, "registered_name": None} | changes
    return {"class_name": "Sequential", "config": {"name": "model", "layers": [layer]}}


@pytest.mark.parametrize(
    ("said", "right"),
    [
        (_dense(), True),
        (_dense(options={"units": 1 << 30}), False),
        (_dense(options={"activation": {"class_name": "function", "config": "system", "module": "os"}}), False),
        (_dense(options={"activation": {"module": "os", "config": "system"}}), False),
        (_dense(class_name="Lambda"), False),
        (_dense(class_name="TFSMLayer"), False),
        (_dense(class_name=["Dense"]), False),
        (_dense(module="os"), False),
        (_dense(registered_name="Custom>Dense"), False),
        (_dense(options={"name": "a" * 101}), False),
        (_dense(options={"a name with spaces": 1}), False),
        (_dense(options={"units": float("nan")}), False),
        (_dense(options={"units": [[[0] * 301]]}), False),
    ],
)
def test_what_is_built(said: dict[str, Any], *, right: bool) -> None:
    """Classes of Keras's that run no code and read no file, with plain options of bounded sizes."""
    assert is_buildable(json.dumps(said), CLASSES, 100) is right


def test_text_that_is_no_architecture() -> None:
    """Whatever it is, nothing is built of it, and nothing is raised."""
    for said in ("", "{", "[" * 5000, "null" * 2, json.dumps({"class_name": {}})):
        assert not is_buildable(said, CLASSES, 100)
    assert not is_buildable(json.dumps(_dense()), framework_named("torch").layer_classes, 100)
