# Cells in RNN layers, a tower as one layer over a list of cells, two directions as two layers.
import keras
from keras import layers


def build_symbols():
    return keras.Sequential(
        [keras.Input((3, 5)), layers.RNN(layers.LSTMCell(32)), layers.Dense(5), layers.Activation("softmax")]
    )


def build_last():
    return keras.Sequential([keras.Input((None, 2)), layers.RNN(layers.LSTMCell(64))])


def build_all():
    return keras.Sequential([keras.Input((None, 2)), layers.RNN(layers.LSTMCell(64), return_sequences=True)])


def build_bits():
    cell = layers.RNN(layers.LSTMCell(64), return_sequences=True)
    return keras.Sequential([keras.Input((None, 1)), cell, layers.Dense(1, activation="sigmoid")])


def build_tower():
    cells = [layers.LSTMCell(units) for units in (16, 16, 16, 10)]
    return keras.Sequential([keras.Input((100, 2)), layers.RNN(cells), layers.Dense(10, activation="softmax")])


def build_both_ways():
    series = keras.Input((100, 2))
    forward = layers.LSTM(16)(series)
    backward = layers.LSTM(16, go_backwards=True)(series)
    return keras.Model(series, layers.Dense(10, activation="softmax")(layers.Concatenate()([forward, backward])))
