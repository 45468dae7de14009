import keras
from keras import layers, ops


@keras.saving.register_keras_serializable()
class Stage(layers.Layer):
    """A convolution and all that follows it."""

    def __init__(self, filters, padding="valid", **options):
        super().__init__(**options)
        self.convolve = layers.Conv2D(filters, 3, padding=padding, use_bias=True)
        self.norm = layers.BatchNormalization()
        self.drop = layers.Dropout(0.3)

    def call(self, x, training=None):
        x = self.norm(ops.relu(self.convolve(x)), training=training)
        return self.drop(ops.max_pool(x, 2, 2), training=training)


def make_model():
    inputs = keras.Input((28, 28))
    x = layers.Reshape((28, 28, 1))(inputs)
    x = Stage(16)(Stage(8, "same")(x))
    x = layers.Reshape((-1,))(x)
    x = layers.Dropout(0.5)(layers.Dense(32, "relu")(x))
    return keras.Model(inputs, layers.Softmax()(layers.Dense(10)(x)))


model = make_model()
