"""Layers of models with a mistake are rebuilt, and what can't be is held against formulas or left in doubt."""

from __future__ import annotations

from typing import Any, cast

import keras
import numpy as np
import pytest
import torch
from keras import layers
from torch import nn

from suite.assignments import Probe, ProofSettings
from suite.evidence.proof.builders import ExhaustedError
from suite.evidence.proof.layer_proof import MAX_EXHAUSTED, prove_layers
from suite.records import Model, family
from tests.evidence.proof.architectures import ResNet, keras_cnn, keras_encoder, probe
from tests.evidence.proof.in_process import InProcessBuilders, Process

pytestmark = pytest.mark.slow
IMAGE = probe((3, 16, 16))


def _prove(framework: str, model: Any, given: Probe, builders: InProcessBuilders | None = None) -> Model:
    process = Process([model], framework)
    inspected = process.inspect(given)
    generator = np.random.default_rng(0)
    return prove_layers(cast("Any", process), inspected, ProofSettings(), builders or InProcessBuilders(), generator)


def _formulas(model: Model) -> list[str]:
    return [layer.formula or "" for layer in model.layers]


def test_a_convolutional_network_of_keras() -> None:
    """Every layer is known with its options."""
    found = _formulas(_prove("keras", keras_cnn(), probe((20, 20, 1))))
    assert [family(formula) for formula in found] == ["Conv2D", "BatchNormalization", "Conv2D", "Dense", "Dense"]
    assert "padding=same" in found[0]
    assert "kernel_size=3×3" in found[0]
    assert "activation=relu" in found[0]
    assert "padding=valid" in found[2]


def test_a_residual_network_of_torch() -> None:
    """Layers called through several names count, each with its options."""
    found = _formulas(_prove("torch", ResNet(), IMAGE))
    kinds = [family(formula) for formula in found]
    assert kinds == ["Conv2d", "BatchNormalization"] * 9 + ["Dense"]
    assert sum("stride=2×2" in formula for formula in found) == 4


def test_attention_in_both_frameworks() -> None:
    """Attention takes several inputs; in PyTorch it uses the parameters of a module that it never calls."""
    found = _formulas(_prove("keras", keras_encoder(), probe((12,), high=50)))
    assert "MultiHeadAttention" in [family(formula) for formula in found]
    block = nn.TransformerEncoderLayer(8, 2, 16, batch_first=True)
    known = _formulas(_prove("torch", nn.Sequential(block, nn.Linear(8, 3)), probe((5, 8))))
    assert [family(formula) for formula in known].count("MultiheadAttention") == 2
    assert "" not in known


def test_a_model_that_raises_keeps_its_layers() -> None:
    """Layers that were never reached are called in ways that their tensors suggest."""
    model = nn.Sequential(nn.Conv2d(3, 4, 3), nn.Flatten(), nn.Linear(10, 5), nn.Conv1d(5, 6, 2), nn.GroupNorm(3, 6))
    found = _formulas(_prove("torch", model, IMAGE))
    assert [family(formula) for formula in found] == ["Conv2d", "Dense", "Conv1d", "GroupNorm"]


class Otherwise(nn.Conv2d):
    """A convolution that computes something else."""

    def forward(self, x: Any) -> Any:
        return torch.roll(super().forward(x), 1, -1)


def test_a_layer_that_computes_otherwise_is_in_doubt() -> None:
    """What its class says is no proof."""
    model = nn.Sequential(nn.Conv2d(3, 4, 3), Otherwise(4, 4, 3))
    assert _formulas(_prove("torch", model, IMAGE))[1:] == [""]


@keras.saving.register_keras_serializable()
class Doubled(layers.Dense):
    """A dense layer that says nothing of its doubling."""

    def call(self, inputs: Any, training: Any = None) -> Any:
        return 2 * super().call(inputs, training)

    def get_config(self) -> dict[str, Any]:
        raise ValueError("not for you")


def test_a_class_can_not_say_what_it_likes() -> None:
    """Options are those of the library's own class, whatever a subclass says; and they are tried."""
    model = keras.Sequential([keras.Input((6,)), Doubled(5), layers.Dense(4)])
    found = _formulas(_prove("keras", model, probe((6,))))
    assert found[0] == ""
    assert family(found[1]) == "Dense"


class Own(nn.Module):
    """A dense layer by hand."""

    def __init__(self) -> None:
        super().__init__()
        self.w, self.b = nn.Parameter(torch.ones(6, 5)), nn.Parameter(torch.ones(5))

    def forward(self, x: Any) -> Any:
        return torch.tanh(x @ self.w + self.b)


def test_a_layer_by_hand_is_held_against_formulas() -> None:
    found = _formulas(_prove("torch", nn.Sequential(Own(), nn.Linear(5, 3)), probe((6,))))
    assert found[0] == "Dense, activation=tanh"


def test_dropout_inside_a_layer_is_compared_in_inference() -> None:
    model = keras.Sequential([keras.Input((5, 6)), layers.LSTM(4, dropout=0.5, recurrent_dropout=0.3)])
    (found,) = _formulas(_prove("keras", model, probe((5, 6))))
    assert "dropout=0.5" in found


class Bomb(InProcessBuilders):
    """Every layer makes the process end."""

    def _ask(self, *_: Any) -> Any:
        self.built.append("bomb")
        raise ExhaustedError("the process ended before it answered")


def test_options_that_end_the_process_are_given_up() -> None:
    """After two such layers nothing more of the model is built, and formulas still apply."""
    builders = Bomb()
    model = nn.Sequential(*(nn.Conv2d(3, 3, 3, padding=1) for _ in range(6)), nn.Linear(16, 4))
    found = _formulas(_prove("torch", model, IMAGE, builders))
    assert len(builders.built) == MAX_EXHAUSTED
    assert found == [""] * 6 + ["Dense, activation=linear"]
