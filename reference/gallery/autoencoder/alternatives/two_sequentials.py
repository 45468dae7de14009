import keras
from keras import layers

(x_train, _), _ = keras.datasets.fashion_mnist.load_data()
x_train = x_train.reshape((-1, 28, 28, 1)).astype("float32") / 255

encoder = keras.Sequential(
    [
        keras.Input((28, 28, 1)),
        layers.Conv2D(8, 3, strides=2, padding="same"),
        layers.ReLU(),
        layers.Conv2D(12, 3, strides=2, padding="same"),
        layers.ReLU(),
        layers.Flatten(),
        layers.Dense(8),
    ]
)
decoder = keras.Sequential(
    [
        keras.Input((8,)),
        layers.Dense(588, activation="relu"),
        layers.Reshape((7, 7, 12)),
        layers.Conv2DTranspose(8, 3, strides=2, padding="same", activation="relu"),
        layers.Conv2DTranspose(1, 3, strides=2, padding="same", activation="sigmoid"),
    ]
)
autoencoder = keras.Sequential([encoder, decoder])
autoencoder.compile("adam", "mse")
autoencoder.fit(x_train, x_train, epochs=1, batch_size=128, verbose=0)
