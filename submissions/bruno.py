"""Stacked recurrent layers with the functional API."""

import keras
from keras import layers


def build_model():
    image = keras.Input((28, 28), name="rows")
    hidden = layers.SimpleRNN(10, return_sequences=True)(image)
    hidden = layers.SimpleRNN(10, return_sequences=True)(hidden)
    hidden = layers.Dropout(0.1)(hidden)
    hidden = layers.SimpleRNN(10)(hidden)
    return keras.Model(image, layers.Dense(10, activation="softmax")(hidden))
