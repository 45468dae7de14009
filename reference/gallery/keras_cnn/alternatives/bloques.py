import keras
from keras.layers import (
    BatchNormalization,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    Input,
    MaxPooling2D,
)

EPOCAS = 1
(x_entrenamiento, y_entrenamiento), (x_prueba, y_prueba) = keras.datasets.fashion_mnist.load_data()
x_entrenamiento = x_entrenamiento.reshape((-1, 28, 28, 1)) / 255.0
y_entrenamiento = keras.utils.to_categorical(y_entrenamiento, 10)


def bloque(filtros, relleno):
    """Convolución, normalización, agrupación y dropout."""
    return [
        Conv2D(filtros, kernel_size=3, strides=1, padding=relleno, activation="relu"),
        BatchNormalization(),
        MaxPooling2D(pool_size=(2, 2)),
        Dropout(0.25),
    ]


red = keras.Sequential()
red.add(Input((28, 28, 1)))
for capa in bloque(8, "same") + bloque(16, "valid"):
    red.add(capa)
red.add(Flatten())
red.add(Dense(32, activation="relu"))
red.add(Dropout(0.5))
red.add(Dense(10, activation="softmax"))
red.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"])
red.summary()
red.fit(x_entrenamiento, y_entrenamiento, epochs=EPOCAS, batch_size=256, verbose=0)
