import keras
from keras import layers

LARGO, PALABRAS, ANCHO, CABEZAS = 40, 1000, 16, 2


class Posiciones(layers.Layer):
    """Suma un vector aprendido por cada posición."""

    def __init__(self):
        super().__init__()
        self.tabla = layers.Embedding(LARGO, ANCHO)

    def call(self, vectores):
        return vectores + self.tabla(keras.ops.arange(LARGO))


def sumar_y_normalizar(x, y):
    return layers.LayerNormalization(epsilon=1e-5)(layers.add([x, y]))


def codificador(x):
    atencion = layers.MultiHeadAttention(CABEZAS, ANCHO // CABEZAS)
    x = sumar_y_normalizar(x, atencion(x, x))
    oculta = layers.Conv1D(32, 1, activation="relu")(x)
    return sumar_y_normalizar(x, layers.Conv1D(ANCHO, 1)(oculta))


def construir():
    entrada = keras.Input((LARGO,), dtype="int32")
    x = codificador(Posiciones()(layers.Embedding(PALABRAS, ANCHO)(entrada)))
    x = layers.Flatten()(layers.AveragePooling1D(LARGO)(x))
    return keras.Model(entrada, layers.Dense(1, "sigmoid")(x))


modelo = construir()
modelo.compile("adam", "binary_crossentropy")
