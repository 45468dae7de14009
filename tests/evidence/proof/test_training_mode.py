"""What shows in training mode only: running statistics of batches, and randomness."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
import pytest

from suite.assignments import Probe
from suite.evidence.proof.experiment import Side, on_channel
from suite.evidence.proof.training_mode import SURE, varies
from tests.evidence.proof.in_process import Process, prove

pytestmark = pytest.mark.slow
PROBE = Probe.model_validate({"inputs": [{"shape": [6]}]})


def _keras(*, momentum: float = 0.99, mode: bool | None = None, rate: float = 0.0) -> Any:
    import keras

    class Net(keras.Model):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.first, self.last = keras.layers.Dense(5), keras.layers.Dense(3)
            self.norm = keras.layers.BatchNormalization(momentum=momentum)
            self.drop = keras.layers.Dropout(rate)

        def call(self, x: Any) -> Any:
            x = self.first(x)
            return self.last(self.drop(self.norm(x) if mode is None else self.norm(x, training=mode)))

    return Net()


def _torch(*, momentum: float | None = 0.1, mode: bool | None = None, rate: float = 0.0) -> Any:
    from torch import nn

    class Net(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.first, self.norm, self.last = nn.Linear(6, 5), nn.BatchNorm1d(5, momentum=momentum), nn.Linear(5, 3)

        def forward(self, x: Any) -> Any:
            norm = self.norm if mode is None else self.norm.train(mode)
            return self.last(nn.functional.dropout(norm(self.first(x)), rate, self.training))

    return Net()


MAKE = {"keras": _keras, "torch": _torch}


def _shares(framework: str, **options: Any) -> list[float]:
    """How far the running mean and variance move, as shares of the reference's movement."""
    make = MAKE[framework]
    proof = prove(framework, make(), make(**options), PROBE)
    assert proof is not None
    assert proof.steps
    return [each.share for each in proof.statistics]


@pytest.mark.parametrize("framework", MAKE)
def test_right_models_move_their_statistics_alike(framework: str) -> None:
    assert _shares(framework) == pytest.approx([1, 1], abs=1e-3)


@pytest.mark.parametrize(("framework", "momentum"), [("keras", 0.9), ("torch", 1.0)])
def test_other_momentum_moves_them_further(framework: str, momentum: float) -> None:
    """Ten times as far: a Keras layer keeps the momentum's share, a PyTorch layer takes it."""
    assert _shares(framework, momentum=momentum) == pytest.approx([10, 10], rel=1e-2)


@pytest.mark.parametrize("framework", MAKE)
def test_layer_in_inference_mode_keeps_them(framework: str) -> None:
    assert _shares(framework, mode=False) == pytest.approx([0, 0], abs=1e-3)


@pytest.mark.parametrize("rate", [0.0, 0.5])
@pytest.mark.parametrize("framework", MAKE)
def test_the_models_own_statistics_are_put_back(framework: str, rate: float) -> None:
    """Calls in training mode with the model's own weights write into them; its own answers are asked for later."""
    own = MAKE[framework](rate=rate)
    own(np.zeros((2, 6), np.float32) if framework == "keras" else __import__("torch").zeros(2, 6))
    process = Process([own], framework)
    side = Side(ask=on_channel(cast("Any", process)), index=0, slots=(), convention=process.inspect(PROBE).convention)
    before = _values(own)
    side.practise([], [np.ones((4, 6), np.float32)], calls=1 + (rate > 0))
    for old, new in zip(before, _values(own), strict=True):
        np.testing.assert_array_equal(old, new)


def test_a_buffer_that_is_replaced_is_put_back() -> None:
    """A normalisation by hand gives its buffer another tensor in training mode; its movement is seen nonetheless."""
    import torch

    class Centre(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.scale = torch.nn.Parameter(torch.ones(6))
            self.register_buffer("mean", torch.zeros(6))

        def forward(self, x: Any) -> Any:
            if self.training:
                self.mean = 0.5 * self.mean + 0.5 * x.mean(0).detach()
            return self.scale * (x - self.mean)

    own = Centre()
    process = Process([own], "torch")
    buffer, inspected = own.mean, process.inspect(PROBE)
    side = Side(ask=on_channel(cast("Any", process)), index=0, slots=inspected.slots)
    weights = [np.zeros(slot.shape, np.float32) for slot in inspected.slots]
    _, after = side.practise(weights, [np.ones((4, 6), np.float32)], calls=1)
    (moved,) = (array for array in after if array.any())
    np.testing.assert_allclose(moved, np.full(6, 0.5))
    assert own.mean is buffer
    assert own.mean.tolist() == [0] * 6


def _values(model: Any) -> list[Any]:
    """Every weight and statistic, copied."""
    held = model.weights if hasattr(model, "weights") else model.state_dict().values()
    return [np.array(each.numpy() if hasattr(each, "numpy") else each, copy=True) for each in held]


def test_counted_batches_are_put_back() -> None:
    """An average over all batches, `momentum=None`, counts them; the grader's calls don't count."""
    model = _torch(momentum=None)
    assert prove("torch", _torch(), model, PROBE) is not None
    assert int(model.norm.num_batches_tracked) == 0


@pytest.mark.parametrize("framework", MAKE)
@pytest.mark.parametrize("rate", [0.0, 0.05, 0.5])
def test_randomness_shows(framework: str, rate: float) -> None:
    """Dropout does, whether it's a layer or a function; batch statistics, which depend on the batch, don't."""
    process = Process([MAKE[framework](rate=rate)], framework)
    inspected = process.inspect(PROBE)
    side = Side(ask=on_channel(cast("Any", process)), index=0, slots=inspected.slots)
    rows = np.random.default_rng(0).normal(size=(50, 6)).astype(np.float32)
    assert varies(side, [rows], SURE) is (rate > 0)
