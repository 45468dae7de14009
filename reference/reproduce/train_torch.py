"""Training the PyTorch references under a figure's protocol."""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from reference.reproduce.examples import Examples
from reference.reproduce.protocols import SEED, Figure
from reference.reproduce.watch import Watch

KERAS_EPSILON = 1e-7  # of Adam and RMSprop, and the least probability that its loss knows
EMBEDDING_LIMIT = 0.05
LARGE_BATCH = 1024  # below it one thread: with 32 rows a second gained nothing
PREDICT_ROWS = 8192

Prepare = Callable[[Tensor], Tensor]
"""Row numbers to inputs."""


def train(figure: Figure, examples: Examples, epochs: int, watch: Watch) -> list[int]:
    """Train the reference; answer the classes that it predicts for the first examples afterwards."""
    torch.manual_seed(SEED)
    torch.set_num_threads(1 if figure.batch < LARGE_BATCH else os.cpu_count() or 1)
    module = importlib.import_module(f"reference.{figure.assignment}.model_torch")
    model = getattr(module, f"build_{figure.model}")()
    if figure.notebook == "keras":
        start_like_keras(model)
    vectorizer = module.Vectorizer(examples.vocabulary) if examples.vocabulary else None
    prepare, labels = _prepare(examples.x, vectorizer), torch.from_numpy(examples.y)
    optimizer = _optimizer(figure, model)
    for _ in range(epochs):
        order = torch.randperm(len(labels)) if figure.shuffle else torch.arange(len(labels))
        accuracy = _train_epoch(figure, model, optimizer, _batches(prepare, labels, order, figure.batch), watch)
        watch.epoch(accuracy=accuracy, val_accuracy=_validate(figure, model, examples, vectorizer))
    with torch.no_grad():
        return model.eval()(prepare(torch.arange(4))).argmax(dim=-1).tolist()


def start_like_keras(model: nn.Module) -> None:
    """Glorot-uniform kernels, orthogonal recurrent kernels, embeddings within ±.05, and biases of zero.

    Keras has one bias where PyTorch has two, each of which would move, so that their sum would move twice as far: the
    second one stays at zero, but in a GRU, where Keras has two as well.

    An LSTM's forget gate, second of the four, starts with a bias of one, since Keras has `unit_forget_bias=True`.
    """
    for part in model.modules():
        for name, weight in part.named_parameters(recurse=False):
            if isinstance(part, nn.Embedding):
                nn.init.uniform_(weight, -EMBEDDING_LIMIT, EMBEDDING_LIMIT)
            elif isinstance(part, nn.BatchNorm1d):
                continue  # ones and zeros in both
            elif name.startswith("bias"):
                nn.init.zeros_(weight)
                weight.requires_grad_(requires_grad=not name.startswith("bias_hh") or isinstance(part, nn.GRU))
                if isinstance(part, nn.LSTM) and name.startswith("bias_ih"):
                    nn.init.ones_(weight.data[part.hidden_size : 2 * part.hidden_size])
            elif name.startswith("weight_hh"):
                nn.init.orthogonal_(weight)
            else:
                nn.init.xavier_uniform_(weight)


def _optimizer(figure: Figure, model: nn.Module) -> torch.optim.Optimizer:
    """The optimizer with the constants of the notebook's framework."""
    if figure.optimizer == "sgd":
        return torch.optim.SGD(model.parameters(), lr=0.01)
    if figure.optimizer == "rmsprop":
        return torch.optim.RMSprop(model.parameters(), lr=0.001, alpha=0.9, eps=KERAS_EPSILON)
    epsilon = {"eps": KERAS_EPSILON} if figure.notebook == "keras" else {}
    return torch.optim.Adam(model.parameters(), lr=0.001, fused=True, **epsilon)


def _prepare(x: Any, vectorizer: Callable[[list[str]], Tensor] | None) -> Prepare:
    if vectorizer:
        return lambda rows: vectorizer([x[row] for row in rows])
    inputs = torch.from_numpy(np.asarray(x))
    return lambda rows: inputs[rows]


def _batches(prepare: Prepare, labels: Tensor, order: Tensor, size: int) -> Iterator[tuple[Tensor, Tensor]]:
    for rows in order.split(size):
        yield prepare(rows), labels[rows]


def _train_epoch(
    figure: Figure,
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    batches: Iterator[tuple[Tensor, Tensor]],
    watch: Watch,
) -> float:
    """Answer the mean accuracy over the batches as they were trained on."""
    model.train()
    right, seen = torch.zeros((), dtype=torch.int64), 0
    for inputs, labels in batches:
        outputs = model(inputs)
        loss = _loss(outputs, labels, logits=figure.logits)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        right += (outputs.detach().argmax(dim=-1) == labels).sum()
        seen += len(labels)
        watch.step()
    return right.item() / seen


def _loss(outputs: Tensor, labels: Tensor, *, logits: bool) -> Tensor:
    if logits:
        return nn.functional.cross_entropy(outputs, labels)
    return nn.functional.nll_loss(outputs.clamp(KERAS_EPSILON, 1 - KERAS_EPSILON).log(), labels)


def _validate(figure: Figure, model: nn.Module, examples: Examples, vectorizer: Any) -> float | None:
    """Accuracy on the validation rows, texts in batches as when training, because padding is read."""
    if examples.valid_y is None:
        return None
    model.eval()
    labels = torch.from_numpy(examples.valid_y)
    size = figure.batch if vectorizer else PREDICT_ROWS
    batches = _batches(_prepare(examples.valid_x, vectorizer), labels, torch.arange(len(labels)), size)
    with torch.no_grad():
        right = sum((model(inputs).argmax(dim=-1) == labels).sum().item() for inputs, labels in batches)
    return right / len(labels)
