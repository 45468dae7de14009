"""A convolutional autoencoder: the encoder by itself, and encoder and decoder together."""

import keras
from keras import layers


def build_encoder() -> keras.Model:
    """Two convolutions that halve the image, and a code of eight numbers."""
    image = keras.Input((28, 28, 1))
    x = layers.Conv2D(8, 3, strides=2, padding="same", activation="relu")(image)
    x = layers.Conv2D(12, 3, strides=2, padding="same", activation="relu")(x)
    return keras.Model(image, layers.Dense(8)(layers.Flatten()(x)), name="encoder")


def build_autoencoder() -> keras.Model:
    """The code becomes a small image again, and two transposed convolutions double it."""
    encoder = build_encoder()
    x = layers.Dense(7 * 7 * 12, activation="relu")(encoder.output)
    x = layers.Reshape((7, 7, 12))(x)
    x = layers.Conv2DTranspose(8, 3, strides=2, padding="same", activation="relu")(x)
    x = layers.Conv2DTranspose(1, 3, strides=2, padding="same", activation="sigmoid")(x)
    return keras.Model(encoder.input, x, name="autoencoder")
