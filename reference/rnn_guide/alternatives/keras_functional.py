# Functional API throughout, other names, and the last step taken from whole sequences.
from tensorflow import keras
from tensorflow.keras import layers

palabras = keras.Input(shape=(None,), dtype="int64")
vectores = layers.Embedding(input_dim=1000, output_dim=64)(palabras)
modelo_lstm = keras.Model(palabras, layers.Dense(10)(layers.LSTM(128, return_sequences=True)(vectores)[:, -1]))

palabras2 = keras.Input(shape=(None,), dtype="int64")
x = layers.Embedding(1000, 64)(palabras2)
x = layers.GRU(256, return_sequences=True)(x)
modelo_gru = keras.Model(palabras2, layers.Dense(10, activation="softmax")(layers.SimpleRNN(128)(x)))

origen, destino = keras.Input((None,), dtype="int64"), keras.Input((None,), dtype="int64")
_, *estado = layers.LSTM(64, return_state=True)(layers.Embedding(1000, 64)(origen))
salida, *_ = layers.LSTM(64, return_state=True)(layers.Embedding(2000, 64)(destino), initial_state=estado)
traductor = keras.Model([origen, destino], layers.Dense(10)(salida))

bloque = keras.Input(batch_shape=(20, 10, 50))
con_memoria = keras.Model(bloque, layers.LSTM(64, stateful=True, return_sequences=True)(bloque)[:, -1])

otro, h, c = keras.Input((10, 50)), keras.Input((64,)), keras.Input((64,))
continuado = keras.Model([otro, h, c], layers.RNN(layers.LSTMCell(64))(otro, initial_state=[h, c]))

serie = keras.Input((5, 10))
x = layers.Bidirectional(layers.LSTM(64, return_sequences=True))(serie)
dos_sentidos = keras.Model(serie, layers.Dense(10)(layers.Bidirectional(layers.LSTM(32))(x)))

pixeles = keras.Input((784,))
x = layers.LSTM(64)(layers.Reshape((28, 28))(pixeles))
cifras = keras.Model(pixeles, layers.Softmax()(layers.Dense(10)(layers.BatchNormalization()(x))))

filas = keras.Input((28, 28))
x = layers.BatchNormalization()(layers.RNN(layers.LSTMCell(64))(filas))
cifras_celda = keras.Model(filas, layers.Dense(10)(x))
