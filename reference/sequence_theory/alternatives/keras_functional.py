# Functional API throughout, with variables named otherwise; logits where the reference answers probabilities.
from tensorflow import keras
from tensorflow.keras import layers

simbolos = keras.Input(shape=(3, 5))
siguiente = keras.Model(simbolos, layers.Dense(5, activation="softmax")(layers.LSTM(32)(simbolos)))

serie = keras.Input(shape=(100, 2))
todas = keras.Model(serie, layers.LSTM(64, return_sequences=True)(serie))

otra_serie = keras.Input(shape=(100, 2))
ultima = keras.Model(otra_serie, layers.LSTM(64, return_sequences=True)(otra_serie)[:, -1])

bits = keras.Input(shape=(4, 1))
estados = layers.LSTM(64, return_sequences=True)(bits)
anterior = keras.Model(bits, layers.TimeDistributed(layers.Dense(1))(estados))

entrada = keras.Input(shape=(100, 2))
x = entrada
for unidades in (16, 16, 16, 10):
    x = layers.LSTM(unidades, return_sequences=True)(x)
torre = keras.Model(entrada, layers.Dense(10)(x[:, -1]))

entrada_doble = keras.Input(shape=(100, 2))
doble = layers.Bidirectional(layers.LSTM(16), merge_mode="concat")(entrada_doble)
ambas = keras.Model(entrada_doble, layers.Softmax()(layers.Dense(10)(doble)))
