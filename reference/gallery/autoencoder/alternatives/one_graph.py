import keras
from keras import layers

image = keras.Input((28, 28, 1))
h = layers.Conv2D(8, 3, 2, "same", activation="relu")(image)
h = layers.Conv2D(12, 3, 2, "same", activation="relu")(h)
code = layers.Dense(8, name="code")(layers.Reshape((588,))(h))
h = layers.Reshape((7, 7, 12))(layers.Dense(588, "relu")(code))
h = layers.Conv2DTranspose(8, 3, 2, "same", activation="relu")(h)
out = layers.Conv2DTranspose(1, 3, 2, "same", activation="sigmoid")(h)

ae = keras.Model(image, out)
enc = keras.Model(image, code)
ae.compile("adam", "mae")
