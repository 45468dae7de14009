import keras
from keras import layers


class Autoencoder(keras.Model):
    """Encoder and decoder are held by the class alone, in a list of networks."""

    def __init__(self):
        super().__init__()
        encoder = keras.Sequential(
            [
                layers.Conv2D(8, 3, strides=2, padding="same", activation="relu"),
                layers.Conv2D(12, 3, strides=2, padding="same", activation="relu"),
                layers.Flatten(),
                layers.Dense(8),
            ]
        )
        decoder = keras.Sequential(
            [
                layers.Dense(7 * 7 * 12, activation="relu"),
                layers.Reshape((7, 7, 12)),
                layers.Conv2DTranspose(8, 3, strides=2, padding="same", activation="relu"),
                layers.Conv2DTranspose(1, 3, strides=2, padding="same", activation="sigmoid"),
            ]
        )
        self.networks = [encoder, decoder]

    def call(self, images):
        for network in self.networks:
            images = network(images)
        return images


(images, _), _ = keras.datasets.fashion_mnist.load_data()
images = images[:1000, ..., None].astype("float32") / 255
autoencoder = Autoencoder()
autoencoder.compile("adam", "mse")
autoencoder.fit(images, images, epochs=1, batch_size=100)
