import keras


def build_model(units=10):
    return keras.Sequential(
        [
            keras.Input((28, 28)),
            keras.layers.SimpleRNN(units, return_sequences=True),
            keras.layers.SimpleRNN(units, return_sequences=True),
            keras.layers.SimpleRNN(8),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )
