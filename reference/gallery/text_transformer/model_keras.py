"""One block of a transformer encoder over words and their positions, and the probability that a review is good."""

from typing import Any

import keras
from keras import layers, ops

LENGTH, WORDS, WIDTH = 40, 1000, 16


class WordsAndPositions(layers.Layer):
    """The vector of each word plus the vector of its position."""

    def __init__(self) -> None:
        super().__init__()
        self.words = layers.Embedding(WORDS, WIDTH)
        self.positions = layers.Embedding(LENGTH, WIDTH)

    def call(self, numbers: Any) -> Any:
        return self.words(numbers) + self.positions(ops.arange(LENGTH))


def build_classifier() -> keras.Model:
    """Attention of two heads and a network of 32 units, each with a shortcut and a norm behind it."""
    numbers = keras.Input((LENGTH,), dtype="int32")
    x = WordsAndPositions()(numbers)
    attended = layers.MultiHeadAttention(num_heads=2, key_dim=WIDTH // 2)(x, x)
    x = layers.LayerNormalization(epsilon=1e-5)(x + attended)
    y = layers.Dense(32, activation="relu")(x)
    y = layers.Dense(WIDTH)(y)
    x = layers.LayerNormalization(epsilon=1e-5)(x + y)
    x = layers.GlobalAveragePooling1D()(x)
    return keras.Model(numbers, layers.Dense(1, activation="sigmoid")(x), name="classifier")
