"""Last outputs, whole sequences, towers and two directions, in Keras.

A recurrent layer answers its last output, `(batch, units)`, to classify a sequence; with `return_sequences=True` it
answers every one, `(batch, T, units)`, to classify each step or to feed another recurrent layer. Source of every model
here: course notebook "Teoría - Redes Neuronales Recurrentes" (session 3.2, University of Alicante).
"""

import keras
from keras import layers

STEPS, FEATURES = 100, 2  # the notebook's T and F


def build_next_symbol() -> keras.Model:
    """Three symbols of an alphabet of five, one-hot; which comes next.

    Input `(batch, 3, 5)` float32; output `(batch, 5)` float32 probabilities.
    Parameters 4864 + 165 = 5029: an LSTM has `4 × units × (inputs + units + 1)`.
    In the notebook, after 100 epochs of RMSprop on its four sequences, the predictions are symbols 4, 5, 1 and 2.
    """
    return keras.Sequential(
        [
            keras.Input((3, 5)),
            layers.LSTM(32),
            layers.Dense(5),
            layers.Activation("softmax"),
        ],
        name="next_symbol",
    )


def build_last_vs_sequences() -> keras.Model:
    """The last output only: `(batch, 100, 2)` float32 → `(batch, 64)` float32; 17152 parameters."""
    return keras.Sequential([keras.Input((STEPS, FEATURES)), layers.LSTM(64)], name="last_vs_sequences")


def build_last_vs_sequences_all() -> keras.Model:
    """Every output: `(batch, 100, 2)` float32 → `(batch, 100, 64)` float32; the same 17152 parameters."""
    return keras.Sequential(
        [keras.Input((STEPS, FEATURES)), layers.LSTM(64, return_sequences=True)],
        name="last_vs_sequences_all",
    )


def build_equals_previous() -> keras.Model:
    """At each bit of four, whether it equals the bit before; the first has none, so its answer can't be known.

    Input `(batch, 4, 1)` float32, zeros and ones; output `(batch, 4, 1)` float32 probabilities, one a step.
    Parameters 16896 + 65 = 16961: the dense layer is one and the same at every step.
    """
    return keras.Sequential(
        [
            keras.Input((4, 1)),
            layers.LSTM(64, return_sequences=True),
            layers.Dense(1, activation="sigmoid"),
        ],
        name="equals_previous",
    )


def build_lstm_tower() -> keras.Model:
    """Four LSTMs: three hand on their sequence, the last its final output.

    Input `(batch, 100, 2)` float32; output `(batch, 10)` float32 probabilities.
    Parameters 1216 + 2112 + 2112 + 1080 + 110 = 6630.
    """
    return keras.Sequential(
        [
            keras.Input((STEPS, FEATURES)),
            layers.LSTM(16, return_sequences=True),
            layers.LSTM(16, return_sequences=True),
            layers.LSTM(16, return_sequences=True),
            layers.LSTM(10),
            layers.Dense(10, activation="softmax"),
        ],
        name="lstm_tower",
    )


def build_bidirectional16() -> keras.Model:
    """The sequence read in both directions, the two last outputs concatenated into 32 numbers.

    Input `(batch, 100, 2)` float32; output `(batch, 10)` float32 probabilities.
    Parameters 2432 + 330 = 2762.
    """
    return keras.Sequential(
        [
            keras.Input((STEPS, FEATURES)),
            layers.Bidirectional(layers.LSTM(16)),
            layers.Dense(10, activation="softmax"),
        ],
        name="bidirectional16",
    )
