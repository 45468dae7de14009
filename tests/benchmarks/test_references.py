"""How long a reference takes for a batch, forwards and in a training step, with Keras and PyTorch side by side.

Not part of a normal test run, and without any limit: times belong to the machine. `tox -e bench` runs it. Each
framework works as a notebook has it, with its own number of threads; Keras is compiled, by `tf.function` forwards and
by `train_on_batch` in training, which also returns the loss. Building, tracing and warming up aren't timed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
import torch
from pytest_benchmark.fixture import BenchmarkFixture
from torch import nn

from tests.reference.parity import CASES, Arrays, Framework, Pair

pytestmark = pytest.mark.slow

ROWS = 32
STEPS = 28  # T where a model takes any length: the rows of an image, and about the words of a headline with its text
ROUNDS = 20
WARMUP_ROUNDS = 3

FRAMEWORKS: tuple[Framework, ...] = ("keras", "torch")


class Bench:
    """Both editions of a model, and a batch for them."""

    def __init__(self, pair: Pair) -> None:
        rng = np.random.default_rng(0)
        rows = ROWS if len(pair.case.batches) > 1 else pair.case.batches[0]
        self.pair = pair
        self.inputs: Arrays = pair.draw(rows, STEPS, rng)
        with torch.no_grad():
            outputs = pair.call_torch(self.inputs)
        self.targets: Arrays = [rng.uniform(size=tuple(output.shape)).astype(np.float32) for output in outputs]

    def forward_keras(self) -> Callable[[], Any]:
        """Answer the outputs; the inputs are tensors already."""
        compiled = tf.function(self.pair.keras)
        tensors = [tf.constant(each) for each in self.inputs]
        given = tensors[0] if len(tensors) == 1 else tensors
        return lambda: compiled(given, training=False)

    def forward_torch(self) -> Callable[[], Any]:
        model, tensors = self.pair.torch.eval(), [torch.from_numpy(each) for each in self.inputs]

        def call() -> Any:
            with torch.no_grad():
                return model(*tensors)

        return call

    def step_keras(self) -> Callable[[], Any]:
        """A step of Adam on the mean squared error."""
        model = self.pair.keras
        model.compile(optimizer="adam", loss="mse")
        inputs, targets = (each[0] if len(each) == 1 else each for each in (self.inputs, self.targets))
        return lambda: model.train_on_batch(inputs, targets)

    def step_torch(self) -> Callable[[], Any]:
        model = self.pair.torch.train()
        optimizer = torch.optim.Adam(model.parameters())
        tensors, targets = ([torch.from_numpy(each) for each in arrays] for arrays in (self.inputs, self.targets))

        def call() -> None:
            optimizer.zero_grad()
            outputs = model(*tensors)
            outputs = outputs if isinstance(outputs, tuple) else (outputs,)
            torch.stack([nn.functional.mse_loss(o, t) for o, t in zip(outputs, targets, strict=True)]).sum().backward()
            optimizer.step()

        return call


@pytest.fixture(scope="module", params=CASES, ids=lambda case: case.id)
def bench(request: pytest.FixtureRequest) -> Iterator[Bench]:
    yield Bench(Pair(request.param))
    keras.backend.clear_session()


@pytest.mark.parametrize("framework", FRAMEWORKS)
@pytest.mark.parametrize("what", ["forward", "step"])
def test_time(bench: Bench, what: str, framework: Framework, benchmark: BenchmarkFixture) -> None:
    """Both editions of a model are timed on the same batch."""
    benchmark.group = f"{bench.pair.case.id}-{what}"
    benchmark.extra_info["torch_threads"] = torch.get_num_threads()
    call = getattr(bench, f"{what}_{framework}")()
    benchmark.pedantic(call, rounds=ROUNDS, warmup_rounds=WARMUP_ROUNDS)
