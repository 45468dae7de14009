"""Models of many shapes, each with a way to write it otherwise and mistakes that must show."""

# ruff: noqa: FBT001, FBT002 - a mistake is an argument

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import keras
import numpy as np
import torch
from keras import layers, ops
from torch import nn

from suite.assignments import Probe


@dataclass(frozen=True)
class Architecture:
    """A model, the same written otherwise, and mistakes."""

    framework: str
    make: Callable[..., Any]
    """Makes it; a mistake is an argument."""
    probe: Probe
    again: Callable[[], Any] | None = None
    """The same, written otherwise."""
    mistakes: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Arguments with which it is wrong."""


def probe(*shapes: tuple[int, ...], high: int = 0) -> Probe:
    return Probe.model_validate({"inputs": [{"shape": shape, "high": high} for shape in shapes]})


def keras_cnn(pool: Any = layers.MaxPooling2D, activation: str = "relu") -> Any:
    parts = [
        layers.Conv2D(8, 3, padding="same", activation=activation),
        layers.BatchNormalization(),
        pool(2),
        layers.Dropout(0.25),
        layers.Conv2D(12, 3, activation="relu"),
        pool(2),
        layers.Flatten(),
        layers.Dense(16, activation="relu"),
        layers.Dropout(0.5),
        layers.Dense(10, activation="softmax"),
    ]
    return keras.Sequential([keras.Input((20, 20, 1)), *parts])


def keras_cnn_again() -> Any:
    class Block(layers.Layer):
        def __init__(self, filters: int, padding: str, norm: bool) -> None:
            super().__init__()
            self.norm = layers.BatchNormalization() if norm else layers.Identity()
            self.pool, self.conv = layers.MaxPool2D(), layers.Conv2D(filters, (3, 3), padding=padding)

        def call(self, x: Any, training: bool = False) -> Any:
            return self.pool(self.norm(ops.relu(self.conv(x)), training=training))

    class Net(keras.Model):
        def __init__(self) -> None:
            super().__init__()
            self.out, self.hidden = layers.Dense(10), layers.Dense(16, "relu")
            self.second, self.first = Block(12, "valid", norm=False), Block(8, "same", norm=True)
            self.drop = layers.Dropout(0.3)

        def call(self, x: Any, training: bool = False) -> Any:
            x = self.second(self.first(x, training=training))
            x = ops.reshape(x, (ops.shape(x)[0], -1))
            return ops.softmax(self.out(self.drop(self.hidden(x), training=training)))

    net = Net()
    net(np.zeros((1, 20, 20, 1), np.float32))
    return net


class Block(nn.Module):
    def __init__(self, inside: int, outside: int, stride: int, form: Mapping[str, Any]) -> None:
        super().__init__()
        self.form = form
        if form.get("short_first"):
            self.short = self._short(inside, outside, stride)
        self.conv1 = nn.Conv2d(inside, outside, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outside)
        self.conv2 = nn.Conv2d(outside, outside, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outside)
        if not form.get("short_first"):
            self.short = self._short(inside, outside, stride)

    def _short(self, inside: int, outside: int, stride: int) -> Any:
        if stride == 1 and inside == outside:
            return nn.Sequential()
        return nn.Sequential(nn.Conv2d(inside, outside, 1, stride, bias=False), nn.BatchNorm2d(outside))

    def forward(self, x: Any) -> Any:
        short = self.short(x) if self.form.get("short_first") else None
        y = self.form.get("activation", nn.functional.relu)(self.bn1(self.conv1(x)))
        y = self.bn2(self.conv2(y))
        short = self.short(x) if short is None else short
        return (
            nn.functional.relu(y) + short
            if self.form.get("relu_before")
            else nn.functional.relu(y if self.form.get("plain") else y + short)
        )


class ResNet(nn.Module):
    def __init__(self, deep: int = 1, **form: Any) -> None:
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, 8, 3, padding=1, bias=False), nn.BatchNorm2d(8), nn.ReLU())
        sizes = [(8, 8, 1)] * deep + [(8, 12, 2)] + [(12, 12, 1)] * (deep - 1) + [(12, 16, 2)]
        self.blocks = nn.Sequential(*(Block(*size, form) for size in sizes))
        self.pool, self.fc = form.get("pool", nn.AdaptiveAvgPool2d)(1), nn.Linear(16, 10)

    def forward(self, x: Any) -> Any:
        return self.fc(self.pool(self.blocks(self.stem(x))).flatten(1))


class Encoder(nn.Module):
    """A text classifier of one encoder layer, with embedded positions."""

    def __init__(self, norm_first: bool = False, mean: bool = True, positions: bool = True, heads: int = 2) -> None:
        super().__init__()
        self.words, self.places = nn.Embedding(50, 8), nn.Embedding(12, 8)
        self.block = nn.TransformerEncoderLayer(8, heads, 16, dropout=0.1, batch_first=True, norm_first=norm_first)
        self.fc, self.mean, self.positions = nn.Linear(8, 4), mean, positions

    def forward(self, x: Any) -> Any:
        y = self.words(x) + (self.places(torch.arange(x.shape[1])) if self.positions else 0)
        y = self.block(y)
        return self.fc(y.mean(1) if self.mean else y[:, 0])


class EncoderByHand(nn.Module):
    """The same from attention, norms and linear layers."""

    def __init__(self) -> None:
        super().__init__()
        self.attention = nn.MultiheadAttention(8, 2, batch_first=True)
        self.one, self.two = nn.LayerNorm(8), nn.LayerNorm(8)
        self.up, self.down, self.fc = nn.Linear(8, 16), nn.Linear(16, 8), nn.Linear(8, 4)
        self.places, self.words = nn.Parameter(torch.zeros(12, 8)), nn.Embedding(50, 8)

    def forward(self, x: Any) -> Any:
        y = self.words(x) + self.places[: x.shape[1]]
        y = self.one(y + self.attention(y, y, y, need_weights=False)[0])
        return self.fc(self.two(y + self.down(nn.functional.relu(self.up(y)))).mean(1))


def keras_encoder(residual: bool = True) -> Any:
    class Places(layers.Layer):
        def __init__(self) -> None:
            super().__init__()
            self.table = layers.Embedding(12, 8)

        def call(self, x: Any) -> Any:
            return x + self.table(ops.arange(12))

    words = keras.Input((12,), dtype="int32")
    x = Places()(layers.Embedding(50, 8)(words))
    y = layers.MultiHeadAttention(2, 4)(x, x)
    x = layers.LayerNormalization()(x + y if residual else y)
    y = layers.Dense(8)(layers.Dense(16, "gelu")(x))
    x = layers.GlobalAveragePooling1D()(layers.LayerNormalization()(x + y))
    return keras.Model(words, layers.Dense(4, "softmax")(layers.Dropout(0.1)(x)))


def keras_autoencoder(strides: int = 2, activation: str = "sigmoid") -> Any:
    image = keras.Input((16, 16, 1))
    x = layers.Conv2D(6, 3, strides=2, padding="same", activation="relu")(image)
    x = layers.SeparableConv2D(8, 3, strides=strides, padding="same", activation="relu")(x)
    x = layers.DepthwiseConv2D(3, padding="same")(x)
    x = layers.Conv2DTranspose(6, 3, strides=strides, padding="same", activation="relu")(x)
    return keras.Model(image, layers.Conv2DTranspose(1, 3, strides=2, padding="same", activation=activation)(x))


class Branches(nn.Module):
    """Two inputs, one layer that both share, two outputs."""

    def __init__(self, swap: bool = False, minus: bool = False) -> None:
        super().__init__()
        self.shared, self.swap, self.minus = nn.Linear(6, 8), swap, minus
        self.join, self.one, self.two = nn.Linear(16, 8), nn.Linear(8, 3), nn.Linear(8, 2)

    def forward(self, a: Any, b: Any) -> Any:
        a, b = torch.tanh(self.shared(a)), torch.relu(self.shared(b))
        y = nn.functional.elu(self.join(torch.cat([b, a] if self.swap else [a, b], 1)))
        return self.one(y), self.two(y - a if self.minus else y + a)


class Volume(nn.Module):
    def __init__(self, groups: int = 2, pool: int = 2) -> None:
        super().__init__()
        self.a, self.norm = nn.Conv3d(2, 8, 3, padding=1), nn.GroupNorm(groups, 8)
        self.b, self.fc, self.pool = nn.ConvTranspose3d(8, 4, 2, stride=2), nn.Linear(4 * 12**3, 5), pool

    def forward(self, x: Any) -> Any:
        y = nn.functional.leaky_relu(self.norm(self.a(x)), 0.2)
        y = self.b(nn.functional.max_pool3d(y, self.pool) if self.pool > 1 else y[:, :, ::2, ::2, ::2])
        return self.fc(y.flatten(1))


def deep_plain(activation: str = "relu") -> Any:
    parts = [layers.Conv2D(8, 3, padding="same", activation="relu") for _ in range(14)]
    parts[2] = layers.Conv2D(8, 3, padding="same", activation=activation)
    return keras.Sequential([keras.Input((10, 10, 3)), *parts, layers.GlobalAveragePooling2D(), layers.Dense(4)])


def deep_norms(wrong: bool = False) -> Any:
    modules: list[nn.Module] = []
    for place in range(10):
        modules += [nn.Linear(8, 8), nn.BatchNorm1d(8), nn.Tanh() if wrong and place == 1 else nn.ReLU()]
    return nn.Sequential(*modules, nn.Linear(8, 3))


def categories(wrong: bool = False) -> Any:
    """Two integers that are no words, and numbers."""
    user, item, rest = keras.Input((), dtype="int32"), keras.Input((1,), dtype="int32"), keras.Input((3,))
    a = layers.Embedding(7, 4)(user)
    b = layers.Flatten()(layers.Embedding(7, 4)(item))
    x = layers.Concatenate()([layers.Multiply()([a, b]) if not wrong else layers.Add()([a, b]), rest])
    return keras.Model([user, item, rest], layers.Dense(1)(layers.Dense(8, "relu")(x)))


ARCHITECTURES: dict[str, Architecture] = {
    "cnn": Architecture(
        "keras",
        keras_cnn,
        probe((20, 20, 1)),
        keras_cnn_again,
        {
            "average": {"pool": layers.AveragePooling2D},
            "tanh": {"activation": "tanh"},
        },
    ),
    "resnet": Architecture(
        "torch",
        ResNet,
        probe((3, 16, 16)),
        lambda: ResNet(short_first=True),
        {
            "plain": {"plain": True},
            "relu before": {"relu_before": True},
            "max": {"pool": nn.AdaptiveMaxPool2d},
            "tanh": {"activation": torch.tanh},
        },
    ),
    "deep resnet": Architecture(
        "torch", lambda **form: ResNet(deep=4, **form), probe((3, 16, 16)), None, {"tanh": {"activation": torch.tanh}}
    ),
    "deep without norms": Architecture(
        "keras", deep_plain, probe((10, 10, 3)), None, {"early tanh": {"activation": "tanh"}}
    ),
    "deep with norms": Architecture("torch", deep_norms, probe((8,)), None, {"early tanh": {"wrong": True}}),
    "encoder": Architecture(
        "torch",
        Encoder,
        probe((12,), high=50),
        EncoderByHand,
        {
            "norm first": {"norm_first": True},
            "first word": {"mean": False},
            "no positions": {"positions": False},
            "one head": {"heads": 1},
        },
    ),
    "keras encoder": Architecture(
        "keras", keras_encoder, probe((12,), high=50), None, {"no residual": {"residual": False}}
    ),
    "autoencoder": Architecture("keras", keras_autoencoder, probe((16, 16, 1)), None, {"tanh": {"activation": "tanh"}}),
    "branches": Architecture(
        "torch", Branches, probe((6,), (6,)), None, {"swapped": {"swap": True}, "minus": {"minus": True}}
    ),
    "volume": Architecture(
        "torch", Volume, probe((2, 12, 12, 12)), None, {"groups": {"groups": 4}, "no pool": {"pool": 1}}
    ),
    "categories": Architecture(
        "keras",
        categories,
        Probe.model_validate({"inputs": [{"shape": (), "high": 7}, {"shape": (1,), "high": 7}, {"shape": (3,)}]}),
        None,
        {"added": {"wrong": True}},
    ),
}
