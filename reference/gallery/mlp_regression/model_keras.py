"""La red que predice el precio."""

import keras
from keras import layers


def build_mlp() -> keras.Model:
    """Cuatro entradas, dos capas ocultas de 16 y 8 unidades, y un número."""
    return keras.Sequential(
        [keras.Input((4,)), layers.Dense(16, "relu"), layers.Dense(8, "relu"), layers.Dense(1)], name="mlp"
    )
