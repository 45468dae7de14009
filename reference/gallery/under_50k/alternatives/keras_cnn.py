import keras

(x_train, y_train), (x_test, y_test) = keras.datasets.fashion_mnist.load_data()
x_train = x_train / 255.0

red = keras.Sequential(
    [
        keras.Input((28, 28)),
        keras.layers.Reshape((28, 28, 1)),
        keras.layers.Conv2D(8, 3, strides=2, activation="relu"),
        keras.layers.SeparableConv2D(16, 3, strides=2, activation="relu"),
        keras.layers.Flatten(),
        keras.layers.Dense(10, activation="softmax"),
    ]
)
red.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy", ["accuracy"])
for vuelta in range(8):
    red.fit(x_train, y_train, epochs=1, batch_size=32, verbose=0)
