# Models behind the vectorizer, on word numbers, in the functional API and as a subclass.
import keras
import numpy as np
from keras import layers

WORDS = 20000

numeros = keras.Input(shape=(None,), dtype="int32")
vectores = layers.Embedding(WORDS, 64)(numeros)
titulares = keras.Model(numeros, layers.Dense(4)(layers.SimpleRNN(16, return_sequences=True)(vectores)[:, -1]))

numeros2 = keras.Input(shape=(None,), dtype="int32")
con_mascara = keras.Sequential([layers.Embedding(WORDS, 64, mask_zero=True), layers.RNN(layers.SimpleRNNCell(16))])
completas = keras.Model(numeros2, layers.Softmax()(layers.Dense(4)(con_mascara(numeros2))))


class Reader(keras.Model):
    def __init__(self):
        super().__init__()
        self.out = layers.Dense(4, activation="softmax")
        self.words = layers.Embedding(WORDS, 64)
        self.lstm = layers.LSTM(8, return_state=True)

    def call(self, ids):
        _, h, _ = self.lstm(self.words(ids))
        return self.out(h)


lector = Reader()
lector(np.ones((1, 20), "int32"))

dos_sentidos = keras.Sequential(
    [
        keras.Input((None,), dtype="int32"),
        layers.Embedding(WORDS, 128, mask_zero=True),
        layers.Bidirectional(layers.LSTM(64, return_sequences=True)),
        layers.Bidirectional(layers.LSTM(64)),
        layers.Dense(4, activation="softmax"),
    ]
)
