"""The references side by side: one table of models, and what it takes to run a Keras model and its PyTorch twin alike.

`CASES` says what each model reads; `Pair` holds both editions, their layers linked by the kinds that
`suite.frameworks.weight_conversion` knows. What must agree, and how closely, is for `test_parity.py` and `parity.toml`.
"""

from __future__ import annotations

import copy
import itertools
import math
import runpy
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import keras
import numpy as np
import tensorflow as tf
import torch
from torch import nn

from suite.frameworks.weight_conversion import to_keras, to_torch
from tests.conftest import ROOT

Arrays = list[np.ndarray]
Batch = tuple[Arrays, Arrays]
"""Inputs and targets."""
Framework = Literal["keras", "torch"]
Optimizer = Literal["sgd", "adam"]

NOISE = 0.05  # added to fresh weights, so that no bias is zero and no scale one
TRAIN_LENGTH = 4  # T in training
ADAM_RATE = 0.001
ADAM_EPSILON = 1e-7  # Keras's; PyTorch's own is 1e-8
ADAM_BETAS = (0.9, 0.999)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A reference and what it reads."""

    id: str
    """Of the model, as in `build_<id>`."""
    assignment: str
    """Folder under `reference/`."""
    inputs: tuple[int | tuple[int | None, ...], ...]
    """One entry an input. A number is a vocabulary: integers `(batch, T)` below it, 0 being padding; the second such
    input is a step longer than the first. A tuple is a shape without the batch, float32, where None is T."""
    lengths: tuple[int, ...] = (1, 2, 9)
    """The values of T on which outputs are compared; of no meaning where every size is fixed."""
    batches: tuple[int, ...] = (1, 64)
    """Rows in a batch, the same."""
    calls: int = 1
    """Calls in a row without a reset, for a model that keeps its state."""
    skip: int = 0
    """Layers of the Keras edition to leave out, because they turn text into numbers."""
    sgd_rate: float = 1.0
    """Of SGD; large, so that weights move far beyond their rounding."""
    note: str = ""
    """What is special."""

    @property
    def sizes(self) -> list[tuple[int, int]]:
        """All (rows, T) on which outputs are compared."""
        fixed = all(isinstance(spec, tuple) and None not in spec for spec in self.inputs)
        return list(itertools.product(self.batches, self.lengths[-1:] if fixed else self.lengths))


CASES = (
    Case(id="stack10", assignment="stacked_rnn", inputs=((28, 28),)),
    Case(id="stack8", assignment="stacked_rnn", inputs=((28, 28),)),
    Case(id="embed_lstm", assignment="rnn_guide", inputs=(1000,)),
    Case(
        id="gru_rnn",
        assignment="rnn_guide",
        inputs=(1000,),
        sgd_rate=0.1,
        note="two biases in Keras's GRU too; diverges at a rate of 1",
    ),
    Case(id="encoder_decoder", assignment="rnn_guide", inputs=(1000, 2000), note="the decoder starts from states"),
    Case(id="cell_vs_layer", assignment="rnn_guide", inputs=((None, 5),), note="a loop over a cell"),
    Case(id="layer_of_cell_vs_layer", assignment="rnn_guide", inputs=((None, 5),)),
    Case(id="stateful", assignment="rnn_guide", inputs=((10, 50),), batches=(20,), calls=3, note="keeps its state"),
    Case(id="state_reuse", assignment="rnn_guide", inputs=((10, 50), (64,), (64,)), note="is given its states"),
    Case(id="bidirectional_stack", assignment="rnn_guide", inputs=((5, 10),)),
    Case(id="mnist_lstm", assignment="rnn_guide", inputs=((None, 28),), note="batch normalisation"),
    Case(id="mnist_lstm_cell", assignment="rnn_guide", inputs=((None, 28),), note="the same, over a cell"),
    Case(id="nested_cell", assignment="rnn_guide", inputs=((None, 32), (None, 64, 32)), note="two outputs"),
    Case(id="next_symbol", assignment="sequence_theory", inputs=((3, 5),)),
    Case(id="last_vs_sequences", assignment="sequence_theory", inputs=((100, 2),)),
    Case(id="last_vs_sequences_all", assignment="sequence_theory", inputs=((100, 2),)),
    Case(id="equals_previous", assignment="sequence_theory", inputs=((4, 1),), note="a dense layer at each step"),
    Case(id="lstm_tower", assignment="sequence_theory", inputs=((100, 2),)),
    Case(id="bidirectional16", assignment="sequence_theory", inputs=((100, 2),)),
    Case(id="news_rnn", assignment="news_rnn", inputs=(20000,), lengths=(1, 9), skip=1, note="padding is read"),
    Case(id="news_rnn_masked", assignment="news_rnn", inputs=(20000,), lengths=(1, 9), skip=1, note="masked"),
    Case(id="news_lstm", assignment="news_rnn", inputs=(20000,), lengths=(1, 9), skip=1, note="padding is read"),
    Case(id="news_bilstm", assignment="news_rnn", inputs=(20000,), lengths=(1, 9), skip=1, note="masked, both ways"),
)

KINDS = {"Linear": "Dense", "RNN": "SimpleRNN", "RNNCell": "SimpleRNNCell", "BatchNorm1d": "BatchNormalization"}
"""The bridge's kind for a class of PyTorch that has another name there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A layer in both editions."""

    kind: str
    """Of the bridge; it follows the PyTorch module, which alone tells a cell's names from a layer's."""
    layer: Any
    """Of Keras."""
    module: nn.Module
    """Of PyTorch."""

    def to_torch(self) -> None:
        """Give the module the layer's weights."""
        arrays = to_torch(self.kind, self.layer.get_weights())
        self.module.load_state_dict({name: torch.tensor(array) for name, array in arrays.items()})

    def to_keras(self) -> None:
        """Give the layer the module's weights."""
        self.layer.set_weights(self.carried())

    def carried(self) -> Arrays:
        """The module's weights, laid out as Keras does."""
        return to_keras(self.kind, {name: value.numpy(force=True) for name, value in self.module.state_dict().items()})

    def gradients(self) -> Arrays:
        """The module's gradients, laid out as Keras does; zeros for what has none.

        A gradient is carried like the weight it belongs to: each weight of one edition is one of the other's, moved.
        Two biases that act as one are the exception, and `freeze_second_biases` sees to it.
        """
        values = {
            name: torch.zeros_like(value) if value.grad is None else value.grad
            for name, value in [*self.module.named_parameters(), *self.module.named_buffers()]
        }
        return to_keras(self.kind, {name: value.numpy(force=True) for name, value in values.items()})


class Pair:
    """Both editions of a model, started at random."""

    def __init__(self, case: Case, *, seed: int = 0, noise: float = NOISE) -> None:
        keras.utils.set_random_seed(seed)
        folder = ROOT / "reference" / case.assignment
        self.case = case
        self.keras: Any = runpy.run_path(str(folder / "model_keras.py"))[f"build_{case.id}"]()
        if case.skip:
            self.keras = keras.Sequential([keras.Input((None,), dtype="int64"), *self.keras.layers[case.skip :]])
        self.torch: nn.Module = runpy.run_path(str(folder / "model_torch.py"))[f"build_{case.id}"]()
        self.links = list(_links(self.keras, self.torch))
        self.traced = tf.function(self._trace)
        _shake(self, noise, np.random.default_rng(seed))
        self.fresh = [(link.layer.get_weights(), copy.deepcopy(link.module.state_dict())) for link in self.links]

    def start(self, source: Framework) -> None:
        """Put back the weights that the pair began with, give one edition's to the other, and forget states."""
        for link, (weights, state) in zip(self.links, self.fresh, strict=True):
            link.layer.set_weights(weights)
            link.module.load_state_dict(state)
            if source == "keras":
                link.to_torch()
            else:
                link.to_keras()
        self.reset()

    def draw(self, rows: int, length: int, rng: np.random.Generator) -> Arrays:
        """Random inputs. Rows of integers end in one zero, two, ... up to nothing but zeros, then none, and so on."""
        drawn = []
        for place, spec in enumerate(self.case.inputs):
            if isinstance(spec, tuple):
                shape = (rows, *(length if size is None else size for size in spec))
                drawn.append(rng.normal(size=shape).astype(np.float32))
                continue
            steps = length + place
            words = steps - (np.arange(rows) + 1) % (steps + 1)
            ids = rng.integers(1, spec, size=(rows, steps))
            drawn.append(np.where(np.arange(steps) < words[:, None], ids, 0))
        return drawn

    def draw_batches(self, count: int, rng: np.random.Generator) -> list[Batch]:
        """Random inputs to train on, of 16 rows where the model takes any number, with targets in [0, 1)."""
        rows = 16 if len(self.case.batches) > 1 else self.case.batches[0]
        inputs = [self.draw(rows, TRAIN_LENGTH, rng) for _ in range(count)]
        with torch.no_grad():
            shapes = [output.shape for output in self.call_torch(inputs[0])]
        return [(each, [rng.uniform(size=tuple(s)).astype(np.float32) for s in shapes]) for each in inputs]

    def reset(self) -> None:
        """Forget the states that are kept between calls."""
        if self.case.calls > 1:
            for link in self.links:
                link.layer.reset_state()
            self.torch.reset_state()

    def call_keras(self, inputs: Sequence[Any], *, training: bool = False) -> list[Any]:
        """All outputs of the Keras edition."""
        outputs = self.keras(inputs[0] if len(inputs) == 1 else list(inputs), training=training)
        return list(outputs) if isinstance(outputs, (list, tuple)) else [outputs]

    def _trace(self, inputs: Any, targets: Any) -> list[Any]:
        """Gradients of the trained weights, dense; traced once a pair, which takes longer than running.

        Keras's Adam squares a sparse gradient occurrence by occurrence: for a word that comes twice in a batch its
        second moment grows by a² + b² and not by (a + b)². `test_parity.py` shows it. PyTorch's is dense.
        """
        with tf.GradientTape() as tape:
            loss = _keras_loss(self, inputs, targets)
        found = tape.gradient(loss, [weight.value for weight in self.keras.trainable_weights])
        return [tf.convert_to_tensor(gradient) for gradient in found]

    def call_torch(self, inputs: Sequence[np.ndarray], *, training: bool = False) -> list[torch.Tensor]:
        """All outputs of the PyTorch edition."""
        outputs = self.torch.train(training)(*map(torch.from_numpy, inputs))
        return list(outputs) if isinstance(outputs, tuple) else [outputs]

    def freeze_second_biases(self) -> None:
        """Keep `bias_hh` as it is during training, where Keras has a single bias.

        PyTorch adds both biases at one place, so both get the gradient that Keras's one bias gets, and an optimizer
        that moves both moves their sum twice as far. That is a true difference of the frameworks and not what parity
        is about. A GRU has two biases in Keras too, and nothing is frozen there.
        """
        for link in self.links:
            for name, parameter in link.module.named_parameters():
                if name.startswith("bias_hh") and "GRU" not in link.kind:
                    parameter.requires_grad_(requires_grad=False)


def _links(model: Any, module: nn.Module) -> Iterator[Link]:
    """Link the n-th layer of a kind to the n-th of that kind; both editions define them in the order of the data."""
    layers = [layer for layer in model.layers if layer.weights]
    modules = [part for part in module.modules() if part._parameters]
    for part in modules:
        kind = _torch_kind(part)
        layer = next(layer for layer in layers if _family(_keras_kind(layer)) == _family(kind))
        layers.remove(layer)
        yield Link(kind=kind, layer=layer, module=part)
    assert not layers, f"without a twin in PyTorch: {[layer.name for layer in layers]}"


def _torch_kind(module: nn.Module) -> str:
    kind = KINDS.get(type(module).__name__, type(module).__name__)
    return f"Bidirectional({kind})" if getattr(module, "bidirectional", False) else kind


def _keras_kind(layer: Any) -> str:
    if isinstance(layer, keras.layers.Bidirectional):
        return f"Bidirectional({type(layer.forward_layer).__name__})"
    return type(getattr(layer, "cell", layer)).__name__


def _family(kind: str) -> str:
    """A cell that is run along the sequence is its layer."""
    return kind.removesuffix("Cell")


def _shake(pair: Pair, noise: float, rng: np.random.Generator) -> None:
    """Move all weights of both editions a little; variances stay positive."""

    def shaken(values: np.ndarray) -> np.ndarray:
        return values + rng.normal(scale=noise, size=values.shape).astype(np.float32)

    for link in pair.links:
        link.layer.set_weights([shaken(array) for array in link.layer.get_weights()])
        with torch.no_grad():
            for name, value in link.module.state_dict().items():
                if value.is_floating_point():
                    value.copy_(torch.from_numpy(shaken(value.numpy())))
                assert "var" not in name or value.min() > 0


def difference(seen: np.ndarray, expected: np.ndarray) -> float:
    """Largest difference as a share of the largest expected."""
    assert seen.shape == expected.shape
    return float(np.abs(seen - expected).max() / np.abs(expected).max())


def keras_gradients(pair: Pair, batch: Batch) -> list[list[np.ndarray | None]]:
    """Gradients of the loss in training mode, for each link and each weight of its layer; None for the untrained."""
    weights = pair.keras.trainable_weights
    found = {weight.path: gradient.numpy() for weight, gradient in zip(weights, pair.traced(*batch), strict=True)}
    return [[found.get(weight.path) for weight in link.layer.weights] for link in pair.links]


def torch_gradients(pair: Pair, batch: Batch) -> list[Arrays]:
    """The same of the PyTorch edition, laid out as Keras does."""
    pair.torch.zero_grad()
    _torch_loss(pair, *batch).backward()
    return [link.gradients() for link in pair.links]


def train_keras(pair: Pair, optimizer: Optimizer, batches: Sequence[Batch]) -> None:
    """One step a batch with Keras's own optimizer."""
    rule = {
        "sgd": lambda: keras.optimizers.SGD(pair.case.sgd_rate),
        "adam": lambda: keras.optimizers.Adam(ADAM_RATE, ADAM_BETAS[0], ADAM_BETAS[1], epsilon=ADAM_EPSILON),
    }[optimizer]()
    weights = pair.keras.trainable_weights
    for batch in batches:
        rule.apply(pair.traced(*batch), weights)


def train_torch(pair: Pair, optimizer: Optimizer, batches: Sequence[Batch]) -> None:
    """The same with PyTorch's.

    The two Adams differ in what epsilon is added to: Keras adds it to the root of the second moment as it is, PyTorch
    to that root divided by `sqrt(1 - beta_2 ** step)`. The same number therefore counts 32 times as much in Keras at
    the first step, which shows where gradients are below 1e-5. Here PyTorch is given, at each step, the epsilon that
    makes its formula Keras's (the "epsilon hat" of Kingma and Ba, section 2).
    """
    trained = [parameter for parameter in pair.torch.parameters() if parameter.requires_grad]
    rule = {
        "sgd": lambda: torch.optim.SGD(trained, pair.case.sgd_rate),
        "adam": lambda: torch.optim.Adam(trained, ADAM_RATE, ADAM_BETAS),
    }[optimizer]()
    for step, batch in enumerate(batches, start=1):
        if optimizer == "adam":
            rule.param_groups[0]["eps"] = ADAM_EPSILON / math.sqrt(1 - ADAM_BETAS[1] ** step)
        rule.zero_grad()
        _torch_loss(pair, *batch).backward()
        rule.step()


def _keras_loss(pair: Pair, inputs: Sequence[Any], targets: Sequence[Any]) -> Any:
    """Sum over the outputs of the mean squared error."""
    outputs = pair.call_keras(inputs, training=True)
    return sum(keras.ops.mean(keras.ops.square(o - t)) for o, t in zip(outputs, targets, strict=True))


def _torch_loss(pair: Pair, inputs: Arrays, targets: Arrays) -> torch.Tensor:
    """The same."""
    outputs = pair.call_torch(inputs, training=True)
    losses = [nn.functional.mse_loss(o, torch.from_numpy(t)) for o, t in zip(outputs, targets, strict=True)]
    return torch.stack(losses).sum()
