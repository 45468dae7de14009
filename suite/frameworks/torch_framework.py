"""PyTorch on the host: names, versions, and how it keeps its tensors."""

from __future__ import annotations

import re
from math import prod

from suite.frameworks.interface import Framework, Role, Runtime
from suite.frameworks.layer_classes import LayerClasses
from suite.frameworks.torch_layers import FAMILIES, FIXED, LAYERS, NAMES, RANDOM


def role(tensor: str, kind: str) -> Role:
    """Role of a tensor, from the names that PyTorch's own modules use."""
    if tensor in ("running_mean", "running_var"):
        return "mean" if tensor == "running_mean" else "variance"
    if "Norm" in kind:
        return "scale" if tensor == "weight" else "shift"
    if "bias" in tensor:
        return "recurrent bias" if "bias_hh" in tensor else "bias"
    if "Embedding" in kind:
        return "table"
    return "recurrent kernel" if "weight_hh" in tensor else "kernel"


def fans(shape: tuple[int, ...]) -> tuple[int, int]:
    """(fan-in, fan-out) of a kernel `(outputs, inputs, *receptive field)`."""
    field = prod(shape[2:])
    return field * prod(shape[1:2]), field * shape[0]


def fan_in(_tensor: str, kind: str, shape: tuple[int, ...]) -> int:
    """How many numbers each output of a kernel sums."""
    return prod(shape[2:]) * shape[0 if "Transpose" in kind else 1]


TORCH = Framework(
    name="torch",
    inside="suite.inside.frameworks.torch",
    reference_file="model_torch.py",
    runtimes=(Runtime(name="torch", modules=("torch", "torchvision"), needs=("torch",)),),
    imports=re.compile(r"\b(?:import|from)\s+torch\b"),
    companions=re.compile(r"\b(?:import|from)\s+torch"),  # torchvision, torchsummary and others
    extra="torch",
    libraries=("torch", "torchvision", "torchmetrics"),
    role=role,
    fan_in=fan_in,
    fans=fans,
    update_gate=1,
    optimizer_takes_weights=True,
    layer_classes=LayerClasses(buildable=LAYERS, random=RANDOM, families=FAMILIES, fixed=FIXED, names=NAMES),
    recurrent_layers=frozenset(("RNN", "LSTM", "GRU", "RNNCell", "LSTMCell", "GRUCell")),
    weight_files="state_dict: .safetensors, torch.save",
)
