# Functional API on all 784 pixels, with other names; logits instead of probabilities.
from tensorflow import keras
from tensorflow.keras import layers

pixeles = keras.Input(shape=(784,), name="pixeles")
filas = layers.Reshape((28, 28))(pixeles)
x = layers.SimpleRNN(10, return_sequences=True, name="primera")(filas)
x = layers.SimpleRNN(10, return_sequences=True, name="segunda")(x)
x = layers.SimpleRNN(10, return_sequences=True, name="tercera")(x)
ultima = x[:, -1]  # the last output of the whole sequence
salida = layers.Dense(10)(ultima)
mi_red = keras.Model(pixeles, salida)
