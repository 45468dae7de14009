# Subclasses: cells stepped by hand, two directions as two layers, a nested cell that looks at the last step only.
import keras
import numpy as np
from keras import layers, ops


class Reader(keras.Model):
    """An LSTM cell along the words."""

    def __init__(self):
        super().__init__()
        self.out = layers.Dense(10)
        self.embedding = layers.Embedding(1000, 64)
        self.cell = layers.LSTMCell(128)

    def call(self, ids):
        words = self.embedding(ids)
        states = [ops.zeros((ops.shape(ids)[0], 128)), ops.zeros((ops.shape(ids)[0], 128))]
        for step in range(words.shape[1]):
            h, states = self.cell(words[:, step], states)
        return self.out(h)


class GatedReader(keras.Model):
    def __init__(self):
        super().__init__()
        self.stack = keras.Sequential(
            [layers.Embedding(1000, 64), layers.RNN(layers.GRUCell(256), return_sequences=True), layers.SimpleRNN(128)]
        )
        self.out = layers.Dense(10)

    def call(self, ids):
        return self.out(self.stack(ids))


class Translator(keras.Model):
    def __init__(self):
        super().__init__()
        self.source, self.target = layers.Embedding(1000, 64), layers.Embedding(2000, 64)
        self.encoder = layers.LSTM(64, return_state=True, return_sequences=True)
        self.decoder = layers.LSTM(64, return_sequences=True)
        self.out = layers.Dense(10)

    def call(self, inputs):
        source, target = inputs
        _, h, c = self.encoder(self.source(source))
        return self.out(self.decoder(self.target(target), initial_state=[h, c])[:, -1])


class BothWays(layers.Layer):
    """Two layers in opposite directions, side by side."""

    def __init__(self, units, whole):
        super().__init__()
        self.whole = whole
        self.forwards = layers.LSTM(units, return_sequences=whole)
        self.backwards = layers.LSTM(units, return_sequences=whole, go_backwards=True)

    def build(self, shape):
        self.forwards.build(shape)
        self.backwards.build(shape)

    def call(self, x):
        back = self.backwards(x)
        return ops.concatenate([self.forwards(x), ops.flip(back, axis=1) if self.whole else back], axis=-1)


class Sink(layers.Layer):
    """The nested cell: its outputs depend on the last step alone."""

    def build(self, shapes):
        self.first = self.add_weight(shape=(32, 10), name="first")
        self.second = self.add_weight(shape=(64, 32, 20, 30), name="second")

    def call(self, inputs):
        one, two = inputs
        return ops.matmul(one[:, -1], self.first), ops.tensordot(two[:, -1], self.second, axes=[[1, 2], [0, 1]])


class Digits(keras.Model):
    def __init__(self, recurrent):
        super().__init__()
        self.recurrent = recurrent
        self.normalise = layers.BatchNormalization()
        self.out = layers.Dense(10)

    def call(self, rows, training=False):
        return self.out(self.normalise(self.recurrent(rows), training=training))


lector, compuertas, traductor = Reader(), GatedReader(), Translator()
lector(np.ones((1, 12), "int32"))
compuertas(np.ones((1, 12), "int32"))
traductor([np.ones((1, 12), "int32"), np.ones((1, 7), "int32")])
both = keras.Sequential([keras.Input((5, 10)), BothWays(64, True), BothWays(32, False), layers.Dense(10)])
digits, digits_cell = Digits(layers.LSTM(64)), Digits(layers.RNN(layers.LSTMCell(64)))
digits(np.zeros((1, 28, 28), "float32"))
digits_cell(np.zeros((1, 28, 28), "float32"))
one, two = keras.Input((None, 32)), keras.Input((None, 64, 32))
nested = keras.Model([one, two], Sink()([one, two]))
