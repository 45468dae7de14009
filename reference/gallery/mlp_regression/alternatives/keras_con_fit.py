import keras
import pandas as pd
from keras import layers

keras.utils.set_random_seed(1)
df = pd.read_csv("viviendas.csv")
y = df.pop("precio")
X = (df - df.mean()) / df.std()
y = (y - y.mean()) / y.std()

entrada = keras.Input((4,))
x = layers.Dense(16)(entrada)
x = layers.Activation("relu")(x)
x = layers.Dense(8, activation="relu")(x)
modelo = keras.Model(entrada, layers.Dense(1, activation="linear")(x))
modelo.compile(optimizer=keras.optimizers.Adam(0.01), loss="mse", metrics=["mae"])
modelo.fit(X, y, epochs=60, batch_size=32, validation_split=0.1, verbose=0)
