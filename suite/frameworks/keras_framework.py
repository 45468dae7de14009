"""Keras on the host: names, versions, and how it keeps its tensors."""

from __future__ import annotations

import re
from math import prod

from suite.frameworks.interface import Framework, Role, Runtime
from suite.frameworks.keras_layers import ASSEMBLING, FAMILIES, LAYERS, RANDOM, WRAPPERS
from suite.frameworks.layer_classes import LayerClasses
from suite.frameworks.removed_apis import find_removed, may_be_at_fault

ROLES: dict[str, Role] = {"gamma": "scale", "beta": "shift", "moving_mean": "mean", "moving_variance": "variance"}


def role(tensor: str, kind: str) -> Role:
    """Role of a tensor, from the names that Keras's own layers use; Keras 2 writes `layer/gamma:0`."""
    tensor = tensor.rpartition("/")[2].partition(":")[0]
    if tensor in ROLES:
        return ROLES[tensor]
    if "Norm" in kind:
        return "shift"
    if "bias" in tensor:
        return "bias"
    if "Embedding" in kind:
        return "table"
    return "recurrent kernel" if "recurrent" in tensor else "kernel"


def fans(shape: tuple[int, ...]) -> tuple[int, int]:
    """(fan-in, fan-out) of a kernel `(*receptive field, inputs, outputs)`."""
    field = prod(shape[:-2])
    return field * prod(shape[-2:-1]), field * shape[-1]


def fan_in(tensor: str, kind: str, shape: tuple[int, ...]) -> int:
    """How many numbers each output of a kernel sums; a kernel of attention has a further axis for the heads."""
    if "Attention" in kind:
        return max(shape)
    field = prod(shape[:-2])
    if "epthwise" in tensor + kind:
        return field
    return field * shape[-1 if "Transpose" in kind else -2]


KERAS = Framework(
    name="keras",
    inside="suite.inside.frameworks.keras",
    reference_file="model_keras.py",
    runtimes=(
        Runtime(
            name="keras",
            modules=("keras", "tensorflow"),
            needs=("tensorflow", "keras"),
            fallback="keras2",
            find_removed=find_removed,
            may_be_at_fault=may_be_at_fault,
        ),
        Runtime(name="keras2", modules=("tf_keras", "keras", "tensorflow"), needs=("tensorflow", "tf_keras")),
    ),
    imports=re.compile(r"\b(?:import|from)\s+(?:tensorflow|keras|tf_keras)\b"),
    companions=re.compile(r"\b(?:import|from)\s+tensorflow"),
    extra="keras",
    libraries=("tensorflow", "keras", "tf_keras"),
    role=role,
    fan_in=fan_in,
    fans=fans,
    update_gate=0,
    optimizer_takes_weights=False,
    weight_files=".weights.h5, .keras, .h5",
    slow_eagerly=True,
    layer_classes=LayerClasses(
        buildable=LAYERS, assembling=ASSEMBLING, random=RANDOM, families=FAMILIES, wrappers=WRAPPERS
    ),
    recurrent_layers=frozenset(
        ("SimpleRNN", "RNN", "LSTM", "GRU", "Bidirectional", "SimpleRNNCell", "LSTMCell", "GRUCell")
    ),
)
