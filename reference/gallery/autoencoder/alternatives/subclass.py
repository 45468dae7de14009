import keras
import numpy as np
import tensorflow as tf
from keras import layers


def halve(filters):
    return layers.Conv2D(filters, (3, 3), strides=(2, 2), padding="same", activation=tf.nn.relu)


def double(filters, activation):
    return layers.Conv2DTranspose(filters, 3, 2, "same", activation=activation)


class Autoencoder(keras.Model):
    def __init__(self, size=8):
        super().__init__()
        self.decoder = keras.Sequential(
            [layers.Dense(588, "relu"), layers.Reshape((7, 7, 12)), double(8, "relu"), double(1, "sigmoid")]
        )
        self.encoder = keras.Sequential([halve(8), halve(12), layers.Flatten(), layers.Dense(size)])

    def call(self, images):
        return self.decoder(self.encoder(images))


model = Autoencoder()
(x, _), _ = keras.datasets.fashion_mnist.load_data()
x = (x[:1000, ..., None] / 255).astype(np.float32)
optimizer = keras.optimizers.Adam()
for start in range(0, len(x), 100):
    batch = x[start : start + 100]
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((model(batch) - batch) ** 2)
    weights = model.trainable_weights
    optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights))
encoder = model.encoder
codes = encoder(x[:5])
