"""Training the Keras references under a figure's protocol."""

from __future__ import annotations

import importlib
import math
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from reference.reproduce.examples import Examples
from reference.reproduce.protocols import SEED, Figure
from reference.reproduce.watch import Watch

TORCH_ADAM_EPSILON = 1e-8


class Following(keras.callbacks.Callback):
    """Tell the watch of each batch and each epoch."""

    def __init__(self, watch: Watch) -> None:
        super().__init__()
        self.watch = watch

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:  # noqa: ARG002 - Keras passes both
        self.watch.step()

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:  # noqa: ARG002
        self.watch.epoch(accuracy=logs["accuracy"], val_accuracy=logs.get("val_accuracy"))


def train(figure: Figure, examples: Examples, epochs: int, watch: Watch) -> list[int]:
    """Train the reference; answer the classes that it predicts for the first examples afterwards."""
    keras.utils.set_random_seed(SEED)
    model = _build(figure, examples)
    if figure.notebook == "torch":
        _start_like_torch(model)
    model.compile(
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=figure.logits),
        optimizer=_optimizer(figure),
        metrics=["accuracy"],
        jit_compile=False,  # the notebooks' Keras didn't; and each length of text would be compiled anew
    )
    model.fit(
        _batches(figure, examples.x, examples.y, shuffle=figure.shuffle),
        validation_data=None if examples.valid_y is None else _batches(figure, examples.valid_x, examples.valid_y),
        epochs=epochs,
        shuffle=False,  # the data set does it
        verbose=0,
        callbacks=[Following(watch)],
    )
    first = next(iter(_batches(figure, examples.x[:4], examples.y[:4])))[0]
    return np.argmax(model(first, training=False), axis=-1).tolist()


def _build(figure: Figure, examples: Examples) -> keras.Model:
    module = importlib.import_module(f"reference.{figure.assignment}.model_keras")
    build = getattr(module, f"build_{figure.model}")
    return build(module.build_vectorizer(examples.vocabulary)) if examples.vocabulary else build()


def _batches(figure: Figure, x: Any, y: np.ndarray, *, shuffle: bool = False) -> tf.data.Dataset:
    x = tf.constant(x)[:, None] if isinstance(x, list) else x
    rows = tf.data.Dataset.from_tensor_slices((x, y)).cache()
    rows = rows.shuffle(len(y), seed=SEED) if shuffle else rows
    return rows.batch(figure.batch).prefetch(2)


def _optimizer(figure: Figure) -> keras.optimizers.Optimizer:
    if figure.optimizer == "adam" and figure.notebook == "torch":
        return keras.optimizers.Adam(epsilon=TORCH_ADAM_EPSILON)
    return keras.optimizers.get(figure.optimizer)


def _start_like_torch(model: keras.Model) -> None:
    """Draw all weights uniformly: ±1/√units in a recurrent layer, ±1/√inputs in a dense one.

    The one bias of a recurrent layer starts as the sum of PyTorch's two.
    """
    rng = np.random.default_rng(SEED)
    for layer in model.layers:
        recurrent = isinstance(layer, keras.layers.RNN)
        limit = 1 / math.sqrt(layer.units if recurrent else layer.kernel.shape[0])
        weights = [rng.uniform(-limit, limit, weight.shape) for weight in layer.weights]
        if recurrent:
            weights[-1] += rng.uniform(-limit, limit, weights[-1].shape)
        layer.set_weights(weights)
