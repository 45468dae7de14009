import keras
import numpy as np
import tensorflow as tf
from keras import layers

tf.random.set_seed(5)
datos = np.genfromtxt("viviendas.csv", delimiter=",", skip_header=1, dtype="float32")
x, y = datos[:, :-1], datos[:, -1:]
x = (x - x.mean(axis=0)) / x.std(axis=0)
y = (y - y.mean()) / y.std()


class Perceptron(keras.Model):
    def __init__(self, unidades=(16, 8)):
        super().__init__()
        self.ocultas = [layers.Dense(n, activation=tf.nn.relu) for n in unidades]
        self.precio = layers.Dense(1)

    def call(self, entradas):
        for capa in self.ocultas:
            entradas = capa(entradas)
        return self.precio(entradas)


perceptron = Perceptron()
optimizador = keras.optimizers.Adam(0.02)


@tf.function
def paso():
    with tf.GradientTape() as cinta:
        error = tf.reduce_mean(tf.square(perceptron(x) - y))
    optimizador.apply_gradients(
        zip(cinta.gradient(error, perceptron.trainable_variables), perceptron.trainable_variables)
    )
    return error


perceptron(x)
optimizador.build(perceptron.trainable_variables)
for _ in range(250):
    error = paso()
print(float(error))
