import keras
import numpy as np
import tensorflow as tf
from keras import layers

(images, labels), _ = keras.datasets.fashion_mnist.load_data()
images = np.expand_dims(images / 255.0, -1).astype("float32")


class Network(keras.Model):
    def __init__(self):
        super().__init__()
        self.classify = layers.Dense(10, "softmax")
        self.hidden = layers.Dense(32, "relu")
        self.norms = [layers.BatchNormalization(), layers.BatchNormalization()]
        self.first = layers.Conv2D(8, 3, padding="same")
        self.second = layers.Conv2D(16, 3)
        self.drop, self.strong = layers.Dropout(0.25), layers.Dropout(0.5)
        self.pool = layers.MaxPooling2D()
        self.flatten = layers.Flatten()

    def call(self, x, training=False):
        for convolution, norm in zip((self.first, self.second), self.norms):
            x = norm(tf.nn.relu(convolution(x)), training=training)
            x = self.drop(self.pool(x), training=training)
        x = self.hidden(self.flatten(x))
        return self.classify(self.strong(x, training=training))


network = Network()
optimizer = keras.optimizers.Adam(0.001)
loss_of = keras.losses.SparseCategoricalCrossentropy()
batches = tf.data.Dataset.from_tensor_slices((images, labels)).shuffle(500).batch(100)
for x, y in batches.take(10):
    with tf.GradientTape() as tape:
        loss = loss_of(y, network(x, training=True))
    gradients = tape.gradient(loss, network.trainable_variables)
    optimizer.apply_gradients(zip(gradients, network.trainable_variables))
print(float(loss))
