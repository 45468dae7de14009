"""Which tensors a model's answer depends on: tried one by one in small models, by a checked gradient in large ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, cast

import keras
import numpy as np
import pytest
import torch
from keras import layers
from torch import nn

from suite.assignments import Probe, ProofSettings
from suite.evidence.interview.channel import Channel
from suite.evidence.proof.experiment import on_channel
from suite.evidence.proof.slopes import CHECKS
from suite.evidence.proof.tensor_usage import find_usage, forgive, may_be_forgiven
from suite.records import Layer, Model, Weight
from tests.benchmarks.proof_cost import residual_cnn
from tests.evidence.proof.architectures import ARCHITECTURES, probe
from tests.evidence.proof.in_process import Process

pytestmark = pytest.mark.slow
SMALL, LARGE = ProofSettings(large=10**9), ProofSettings(large=1)
DEPTH = 24
DYING = "deep with norms"
"""Untrained it hardly passes anything on, so that some tensors have an effect in some draws only."""


class Deep(nn.Module):
    """Many layers, one of which is never used, and one of which only its gradient uses."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.ModuleList(nn.Linear(8, 8) for _ in range(DEPTH))
        self.unused, self.feigned, self.out = nn.Linear(8, 8), nn.Linear(8, 8), nn.Linear(8, 3)
        self.layers[3].requires_grad_(requires_grad=False)

    def forward(self, x: Any) -> Any:
        for layer in self.layers:
            x = x + torch.tanh(layer(x)) / 4
        feigned = self.feigned(x.detach()).sum(-1, keepdim=True)
        return self.out(x) + feigned - feigned.detach()


def keras_deep() -> Any:
    class Feigned(layers.Layer):
        def build(self, shape: Any) -> None:
            self.weight = self.add_weight(shape=(shape[-1], 1), name="weight")

        def call(self, x: Any) -> Any:
            feigned = keras.ops.stop_gradient(x) @ self.weight
            return x + feigned - keras.ops.stop_gradient(feigned)

    given = keras.Input((8,))
    x = given
    for _ in range(6):
        x = layers.Add()([x, layers.Dense(8, activation="tanh")(x)])
    return keras.Model(given, layers.Dense(3, activation="softmax")(Feigned()(layers.BatchNormalization()(x))))


def used(framework: str, model: Any, given: Probe, settings: ProofSettings) -> dict[str, bool | None]:
    """Whether each tensor matters, by layer and name."""
    process = Process([model], framework)
    ask = on_channel(cast("Channel", process))
    found = find_usage(ask, process.inspect(given), settings, np.random.default_rng(0))
    return {f"{layer.name}.{weight.name}": weight.matters for layer in found.layers for weight in layer.weights}


MODELS: Mapping[str, tuple[str, Callable[[], Any], Probe, Callable[[str], bool]]] = {
    "deep": ("torch", Deep, probe((8,)), lambda name: not name.startswith(("unused", "feigned"))),
    "keras deep": ("keras", keras_deep, probe((8,)), lambda name: not name.startswith("feigned")),
}


@pytest.mark.parametrize("settings", [SMALL, LARGE], ids=["small", "large"])
@pytest.mark.parametrize("name", MODELS)
def test_what_has_no_effect_is_found(name: str, settings: ProofSettings) -> None:
    """A gradient alone makes no tensor count: it may be feigned, and a layer that isn't trained has an effect, too."""
    framework, make, given, counts = MODELS[name]
    found = used(framework, make(), given, settings)
    assert found == {tensor: counts(tensor) for tensor in found}


@pytest.mark.parametrize("name", [name for name in ARCHITECTURES if name != DYING])
def test_both_ways_agree(name: str) -> None:
    """Models of many shapes."""
    each = ARCHITECTURES[name]
    model = each.make()
    one, other = (used(each.framework, model, each.probe, settings) for settings in (SMALL, LARGE))
    assert one == other


def test_a_large_model_is_called_seldom() -> None:
    """It is called less often than it has tensors."""
    torch.manual_seed(0)
    model, calls = residual_cnn(16, False), []  # noqa: FBT003 - the right one
    model.register_forward_hook(lambda *_: calls.append(1))
    used("torch", model, probe((3, 16, 16)), LARGE)
    assert len(calls) < len(list(model.parameters()))


def test_what_showed_its_effect_is_not_tried_again() -> None:
    """One call inspects, three say whether it is steady, two make the gradient, one and some directions check it."""
    torch.manual_seed(0)
    model, calls = nn.Sequential(nn.Linear(8, 8), nn.Tanh(), nn.Linear(8, 3)), []
    model.register_forward_hook(lambda *_: calls.append(1))
    assert len(used("torch", model, probe((8,)), LARGE)) == len(list(model.parameters()))
    assert len(calls) == 1 + 3 + 2 + 1 + CHECKS


class Compensated(nn.Module):
    """Of two layers one has twice the effect that its gradient says, and the other none."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.twice, self.feigned, self.out = (nn.Linear(8, 8) for _ in range(4))

    def forward(self, x: Any) -> Any:
        x = torch.tanh(self.first(x))
        twice, feigned = self.twice(x), self.feigned(x.detach())
        feigned = feigned - feigned.detach() - (twice - twice.detach()) / 2
        return self.out(torch.tanh(x + twice + feigned))


def test_one_feigned_effect_does_not_hide_another() -> None:
    """The effects add up to what the gradients say, yet not in every direction."""
    found = used("torch", Compensated(), probe((8,)), LARGE)
    assert not found["feigned.weight"]
    assert found["twice.weight"]


def _model(*layers: list[tuple[tuple[int, ...], bool]]) -> Model:
    """A model of layers of tensors with shapes, and whether they matter."""
    made = tuple(
        Layer(
            name=str(place),
            kind="Any",
            weights=tuple(
                Weight(name=str(n), shape=shape, trainable=True, matters=matters)
                for n, (shape, matters) in enumerate(tensors)
            ),
            output_shape=None,
        )
        for place, tensors in enumerate(layers)
    )
    return replace(EMPTY, layers=made)


EMPTY = Model(
    name="m", framework="keras", class_name="M", cell=0, finished=True, layers=(), inputs=(), outputs=(), sample=()
)
NEITHER = [((4, 4), True), ((4,), False)]


def _matter(model: Model) -> list[list[bool | None]]:
    return [[weight.matters for weight in layer.weights] for layer in model.layers]


def test_what_has_no_effect_in_the_reference_is_forgiven() -> None:
    """In a layer of tensors like the reference's, at the same place, whatever its size; nowhere else."""
    reference = _model(NEITHER, [((3, 3, 4), True)])
    wrong = _model([((9, 9), True), ((9,), False)], [((9, 9), False), ((9,), True)], [((9,), True), ((9,), False)])
    assert _matter(forgive(wrong, [reference])) == [[True, True], [False, True], [True, False]]
    assert may_be_forgiven(wrong, reference)
    assert not may_be_forgiven(_model([((4, 4), True), ((4,), True)]), reference)


def test_a_layer_without_any_effect_is_forgiven_nothing() -> None:
    """It is no part of the model; and a reference's own forgives nobody."""
    idle = [((4, 4), False), ((4,), False)]
    assert _matter(forgive(_model(idle), [_model(NEITHER)])) == [[False, False]]
    assert _matter(forgive(_model(NEITHER), [_model(idle)])) == [[True, False]]


def test_the_bias_of_keys_counts() -> None:
    """No attention's answer depends on it, in the reference neither."""
    each = ARCHITECTURES["keras encoder"]
    models = [each.make(), each.make(residual=False)]
    found = []
    for model in models:
        process = Process([model], "keras")
        ask = on_channel(cast("Channel", process))
        found.append(find_usage(ask, process.inspect(each.probe), SMALL, np.random.default_rng(0)))
    idle = [w.name for layer in found[1].layers for w in layer.weights if w.matters is False]
    assert idle == ["bias"]
    assert all(all(row) for row in _matter(forgive(found[1], found[:1])))
