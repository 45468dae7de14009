import keras
from keras import layers

(x_train, y_train), _ = keras.datasets.fashion_mnist.load_data()
x_train = x_train[..., None].astype("float32") / 255

image = keras.Input(shape=(28, 28, 1), name="image")
x = image
for filters, padding in ((8, "same"), (16, "valid")):
    x = layers.Conv2D(filters, (3, 3), padding=padding)(x)
    x = layers.Activation("relu")(x)
    x = layers.BatchNormalization(momentum=0.9)(x)
    x = layers.MaxPool2D()(x)
    x = layers.SpatialDropout2D(0.2)(x)
x = layers.Flatten()(x)
x = layers.Dense(32)(x)
x = layers.ReLU()(x)
x = layers.Dropout(0.4)(x)
logits = layers.Dense(10)(x)
net = keras.Model(image, logits)
net.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"])
net.fit(x_train, y_train, epochs=1, batch_size=128, validation_split=0.1, verbose=0)
