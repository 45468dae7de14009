"""What the proof of a large model costs: seconds of one CPU, both sides in one process, by kind and size of model.

    python -m tests.benchmarks.proof_cost [--millions 1 5 20] [--only WORD]

A right model is inspected, compared and answers with its own weights. A wrong one, with a mistake in its first
activation, is compared too, then its tensors' usage is found out and its layers are called one by one. The runs of
notebooks, and the processes, aren't counted: `tests.benchmarks.grading` measures these.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from suite.evidence.interview.channel import Channel

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS")
"""One thread each: threads that wait for work spin, and cost the more the busier the machine is."""
SMALL = 50_000  # parameters, with which everything is imported and compiled before anything is measured


@dataclass(frozen=True)
class Kind:
    """A kind of model."""

    framework: str
    make: Callable[[int, bool], Any]
    """Makes one of a width; the second argument is whether it is wrong."""
    shape: tuple[int, ...]
    """Shape of one example."""
    high: int = 0
    """One more than the largest word index; 0 for numbers."""

    def width(self, parameters: int) -> int:
        """The width with which a model has so many parameters, or a few more; found by halving."""
        low, high = 1, 2
        while self.count(high) < parameters:
            low, high = high, 2 * high
        while low < high:
            middle = (low + high) // 2
            low, high = (middle + 1, high) if self.count(middle) < parameters else (low, middle)
        return max(low, 1)

    def count(self, width: int) -> int:
        """The parameters of a model of a width."""
        model = self.make(width, False)  # noqa: FBT003 - the right one
        return int(
            model.count_params() if self.framework == "keras" else sum(each.numel() for each in model.parameters())
        )


def dense_cnn(width: int, wrong: bool) -> Any:  # noqa: FBT001 - given by place
    """Two convolutions, and a hidden layer that holds nearly all parameters."""
    import keras
    from keras import layers

    parts = [
        layers.Conv2D(16, 3, activation="tanh" if wrong else "relu"),
        layers.MaxPooling2D(),
        layers.Conv2D(32, 3, activation="relu"),
        layers.MaxPooling2D(),
        layers.Flatten(),
        layers.Dense(width, activation="relu"),
        layers.Dropout(0.5),
        layers.Dense(10, activation="softmax"),
    ]
    return keras.Sequential([keras.Input((32, 32, 3)), *parts])


def text_lstm(width: int, wrong: bool) -> Any:  # noqa: FBT001
    """A table of 10,000 words, and an LSTM."""
    import keras
    from keras import layers

    words = keras.Input((40,), dtype="int32")
    x = layers.LSTM(width, activation="relu" if wrong else "tanh")(layers.Embedding(10_000, width)(words))
    return keras.Model(words, layers.Dense(4, activation="softmax")(x))


def residual_cnn(width: int, wrong: bool) -> Any:  # noqa: FBT001
    """Eight residual blocks as in ResNet-18: 20 convolutions, 62 tensors."""
    import torch
    from torch import nn

    class Block(nn.Module):
        def __init__(self, inside: int, outside: int, stride: int) -> None:
            super().__init__()
            self.conv1, self.bn1 = nn.Conv2d(inside, outside, 3, stride, 1, bias=False), nn.BatchNorm2d(outside)
            self.conv2, self.bn2 = nn.Conv2d(outside, outside, 3, 1, 1, bias=False), nn.BatchNorm2d(outside)
            narrow = inside == outside
            short = () if narrow else (nn.Conv2d(inside, outside, 1, stride, bias=False), nn.BatchNorm2d(outside))
            self.short = nn.Sequential(*short)

        def forward(self, x: Any) -> Any:
            y = self.bn2(self.conv2(torch.relu(self.bn1(self.conv1(x)))))
            return torch.relu(y + self.short(x))

    sizes = [width, width, 2 * width, 2 * width, 4 * width, 4 * width, 8 * width, 8 * width]
    before = [width, *sizes[:-1]]
    blocks = [Block(inside, outside, outside // inside) for inside, outside in zip(before, sizes, strict=True)]
    stem = [nn.Conv2d(3, width, 3, padding=1, bias=False), nn.BatchNorm2d(width), nn.Tanh() if wrong else nn.ReLU()]
    return nn.Sequential(*stem, *blocks, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8 * width, 10))


def text_encoder(width: int, wrong: bool) -> Any:  # noqa: FBT001
    """Four layers of a transformer's encoder and a table of 5,000 words."""
    import torch
    from torch import nn

    size = 4 * width

    class Net(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.words, self.places = nn.Embedding(5000, size), nn.Embedding(40, size)
            layer = nn.TransformerEncoderLayer(
                size, 4, 4 * size, batch_first=True, activation="gelu" if wrong else "relu"
            )
            self.encoder, self.fc = nn.TransformerEncoder(layer, 4), nn.Linear(size, 4)

        def forward(self, x: Any) -> Any:
            return self.fc(self.encoder(self.words(x) + self.places(torch.arange(x.shape[1]))).mean(1))

    return Net()


KINDS = {
    "CNN with a wide hidden layer (Keras)": Kind("keras", dense_cnn, (32, 32, 3)),
    "LSTM over words (Keras)": Kind("keras", text_lstm, (40,), 10_000),
    "residual CNN (PyTorch)": Kind("torch", residual_cnn, (3, 32, 32)),
    "transformer encoder (PyTorch)": Kind("torch", text_encoder, (40,), 5000),
}


@dataclass
class Costs:
    """CPU seconds by what they were spent on."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def of(self, what: str) -> Iterator[None]:
        """Measure a block."""
        begin = time.process_time()
        try:
            yield
        finally:
            self.seconds[what] = self.seconds.get(what, 0) + time.process_time() - begin

    def say(self, whats: Sequence[str]) -> str:
        """The sum of some."""
        return f"{sum(self.seconds[what] for what in whats):.1f}"


COLUMNS: Mapping[str, Sequence[str]] = {
    "right model": ("right: inspect", "right: compare"),
    "wrong model": ("wrong: inspect", "wrong: compare", "usage", "layers"),
    "of it comparison": ("wrong: compare",),
    "tensors' usage": ("usage",),
    "layers": ("layers",),
}


def measure(kind: Kind, parameters: int) -> tuple[int, Costs]:
    """The costs of a right and of a wrong model, and how many parameters both have."""
    import numpy as np

    from suite.assignments import ModelTask, Probe, ProofSettings
    from suite.evidence.proof.experiment import Side, on_channel
    from suite.evidence.proof.layer_proof import prove_layers
    from suite.evidence.proof.prover import compare_with
    from suite.evidence.proof.references import Reference, with_roles
    from suite.evidence.proof.tensor_usage import find_usage
    from tests.evidence.proof.in_process import InProcessBuilders, Process

    width = kind.width(parameters)
    probe = Probe.model_validate({"inputs": [{"shape": kind.shape, "high": kind.high}]})
    theirs = Process([kind.make(width, False)], kind.framework)  # noqa: FBT003
    known = with_roles(theirs.inspect(probe))
    ask = on_channel(cast("Channel", theirs))
    reference = Reference(inspected=known, side=Side(ask=ask, index=0, slots=known.slots, traced=True))
    title = {"en": "T", "es": "T"}
    task = ModelTask.model_validate({"id": "t", "title": title, "accepts": ["m"], "probes": [probe]})
    settings, costs = ProofSettings(), Costs()
    for wrong in (False, True):
        name, generator = "wrong" if wrong else "right", np.random.default_rng(0)
        own = Process([kind.make(width, wrong)], kind.framework)
        channel = cast("Channel", own)
        with costs.of(f"{name}: inspect"):
            inspected = own.inspect(probe)
        with costs.of(f"{name}: compare"):
            comparison = compare_with(channel, inspected, reference, task, settings, generator)
            assert comparison is not None
            proof, same = comparison.prove(generator)
            if same:
                same.compare_own(inspected)
        assert (same is None) == wrong, (proof.difference, proof.problem)
        if same:
            continue
        with costs.of("usage"):
            model = find_usage(on_channel(channel), inspected, settings, generator)
        sizes = {layer.parameters for layer in known.model.layers}
        with costs.of("layers"):
            proved = prove_layers(
                channel, replace(inspected, model=model), settings, InProcessBuilders(), generator, sizes
            )
        assert parameters == SMALL or all(layer.counts for layer in proved.layers)
    return sum(layer.parameters for layer in known.model.layers), costs


def main() -> None:
    """Measure and print a table."""
    os.environ.update(dict.fromkeys(THREADS, "1") | {"TF_CPP_MIN_LOG_LEVEL": "3"})  # before they are imported
    parser = argparse.ArgumentParser(description="Measure what the proof of large models costs, in CPU seconds.")
    parser.add_argument("--millions", type=float, nargs="+", default=[1, 5, 20], help="parameters to measure with")
    parser.add_argument("--only", default="", help="a word in the name of the kinds to measure")
    options = parser.parse_args()
    print("| model | million parameters |", " | ".join(COLUMNS), "|")
    print("|---|--:|" + "--:|" * len(COLUMNS))
    for name, kind in KINDS.items():
        if options.only not in name:
            continue
        measure(kind, SMALL)
        for millions in options.millions:
            counted, costs = measure(kind, round(1e6 * millions))
            print(
                f"| {name} | {counted / 1e6:.1f} |",
                " | ".join(costs.say(of) for of in COLUMNS.values()),
                "|",
                flush=True,
            )


if __name__ == "__main__":
    main()
