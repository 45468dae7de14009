# Two epochs of training.
import keras
from keras import layers

(imagenes, etiquetas), (imagenes_prueba, etiquetas_prueba) = keras.datasets.fashion_mnist.load_data()

modelo = keras.Sequential(
    [
        keras.Input((28, 28)),
        layers.SimpleRNN(10, return_sequences=True),
        layers.SimpleRNN(10, return_sequences=True),
        layers.SimpleRNN(10),
        layers.Dense(10, activation="softmax"),
    ]
)
modelo.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
modelo.fit(imagenes / 255, etiquetas, batch_size=32, epochs=2, validation_split=0.1)
print(modelo.evaluate(imagenes_prueba / 255, etiquetas_prueba))
