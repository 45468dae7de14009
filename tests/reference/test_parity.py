"""Every reference computes and learns the same in Keras and in PyTorch, whichever edition the weights come from."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf
import torch

from tests.conftest import ROOT
from tests.reference.parity import (
    CASES,
    Case,
    Framework,
    Optimizer,
    Pair,
    difference,
    keras_gradients,
    torch_gradients,
    train_keras,
    train_torch,
)

pytestmark = pytest.mark.slow

TOLERANCES = tomllib.loads(Path(__file__).with_name("parity.toml").read_text("utf-8"))
STEPS = 20
TWINS = (("cell_vs_layer", "layer_of_cell_vs_layer"), ("mnist_lstm_cell", "mnist_lstm"))
"""Models of the guide that compute the same by other means."""

both_ways = pytest.mark.parametrize("source", ["keras", "torch"])


LONG = {"lstm_tower"}  # a hundred steps through four layers, a minute in all


@pytest.fixture(
    scope="module",
    params=[pytest.param(case, id=case.id, marks=[pytest.mark.nightly] if case.id in LONG else []) for case in CASES],
)
def pair(request: pytest.FixtureRequest) -> Iterator[Pair]:
    """Both editions of a model, built once: tracing takes longer than all that is asked of them."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # its threads wait for work by spinning, at TensorFlow's cost
    yield Pair(request.param)
    torch.set_num_threads(threads)
    keras.backend.clear_session()


def test_every_reference_is_in_the_table() -> None:
    """A `build_` function in either edition is a case, or one side of it is missing."""
    for framework in ("keras", "torch"):
        built = {
            (path.parent.name, line.split("(")[0].removeprefix("def build_"))
            for path in (ROOT / "reference").glob(f"*/model_{framework}.py")
            for line in path.read_text("utf-8").splitlines()
            if line.startswith("def build_") and "vectorizer(" not in line
        }
        assert built == {(case.assignment, case.id) for case in CASES}


@both_ways
def test_outputs(pair: Pair, source: Framework) -> None:
    """One row or 64, short sequences or long, padded or not: the outputs are equal."""
    pair.start(source)
    rng = np.random.default_rng(1)
    for rows, length in pair.case.sizes:
        pair.reset()
        for _ in range(pair.case.calls):
            inputs = pair.draw(rows, length, rng)
            expected = pair.call_keras(inputs)
            with torch.no_grad():
                seen = pair.call_torch(inputs)
            for ours, theirs in zip(seen, expected, strict=True):
                assert difference(ours.numpy(), theirs.numpy()) <= TOLERANCES["outputs"]["of_largest"], (rows, length)


@both_ways
def test_gradients(pair: Pair, source: Framework) -> None:
    """The loss of a batch in training mode has equal gradients in every weight."""
    pair.freeze_second_biases()
    (batch,) = pair.draw_batches(1, np.random.default_rng(2))
    pair.start(source)
    expected, seen = keras_gradients(pair, batch), torch_gradients(pair, batch)
    for link, theirs, ours in zip(pair.links, expected, seen, strict=True):
        for weight, their, our in zip(link.layer.weights, theirs, ours, strict=True):
            if their is not None:
                assert difference(our, their) <= TOLERANCES["gradients"]["of_largest"], weight.path


@pytest.mark.parametrize(("optimizer", "source"), [("sgd", "keras"), ("adam", "torch")])
def test_weights_after_training(pair: Pair, optimizer: Optimizer, source: Framework) -> None:
    """Twenty steps on the same batches lead to the same weights and running statistics."""
    pair.freeze_second_biases()
    batches = pair.draw_batches(STEPS, np.random.default_rng(3))
    pair.start(source)
    before = [link.layer.get_weights() for link in pair.links]
    train_keras(pair, optimizer, batches)
    train_torch(pair, optimizer, batches)
    of_movement, of_value = TOLERANCES["trained"]["of_movement"][optimizer], TOLERANCES["trained"]["of_value"]
    for link, old in zip(pair.links, before, strict=True):
        for weight, was, seen in zip(link.layer.weights, old, link.carried(), strict=True):
            expected = weight.numpy()
            if weight.name == "moving_variance":
                seen = biased(seen, was, rows=len(batches[0][0][0]), momentum=link.layer.momentum)  # noqa: PLW2901
            moved = np.abs(expected - was).max()
            allowed = of_movement * moved + of_value * np.abs(expected).max()
            assert moved > 0, f"{weight.path} wasn't trained"
            assert np.abs(seen - expected).max() <= allowed, weight.path


def biased(running: np.ndarray, was: np.ndarray, *, rows: int, momentum: float) -> np.ndarray:
    """What PyTorch's running variance would be if it averaged the biased variances of the batches, as Keras's does.

    Both normalise a batch by its biased variance, but PyTorch keeps the unbiased one, n / (n - 1) times larger. The
    average is linear, so what the batches added to the share that is left of the start can be scaled back exactly.
    """
    left = momentum**STEPS * was
    return left + (running - left) * (rows - 1) / rows


@pytest.mark.parametrize(("cell", "layer"), TWINS)
def test_a_cell_in_a_loop_is_its_layer(cell: str, layer: str) -> None:
    """With the cell's weights the layer gives the same outputs, in each framework."""
    cases: dict[str, Case] = {case.id: case for case in CASES}
    loop, ready = Pair(cases[cell]), Pair(cases[layer], seed=1)
    loop.start("keras")
    for ours, theirs in zip(ready.links, loop.links, strict=True):
        ours.layer.set_weights(theirs.layer.get_weights())
        ours.to_torch()
    inputs = loop.draw(64, 9, np.random.default_rng(4))
    (expected,), (seen,) = loop.call_keras(inputs), ready.call_keras(inputs)
    assert difference(seen.numpy(), expected.numpy()) <= TOLERANCES["outputs"]["of_largest"]
    with torch.no_grad():
        (expected,), (seen,) = loop.call_torch(inputs), ready.call_torch(inputs)
    assert difference(seen.numpy(), expected.numpy()) <= TOLERANCES["outputs"]["of_largest"]


def test_adam_of_keras_counts_repeated_words_apart() -> None:
    """Why gradients are made dense: a row that comes twice in a batch moves √2 times as far as PyTorch moves it."""
    moved = {}
    for name, make in (("sparse", lambda gradient: gradient), ("dense", tf.convert_to_tensor)):
        rows = keras.Variable(np.zeros((3, 1), np.float32))
        gradient = tf.IndexedSlices(tf.constant([[0.5], [0.5]]), tf.constant([1, 1]), tf.constant([3, 1]))
        keras.optimizers.Adam(0.1).apply([make(gradient)], [rows])
        moved[name] = -float(rows.numpy()[1, 0])
    assert moved == {"sparse": pytest.approx(0.1 * 2**0.5, rel=1e-4), "dense": pytest.approx(0.1, rel=1e-4)}
