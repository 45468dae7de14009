import keras
import numpy as np
from keras import layers


class PositionEmbedding(layers.Layer):
    """Adds a table of weights, one row a position."""

    def build(self, shape):
        self.table = self.add_weight(shape=shape[1:], initializer="random_normal", name="table")

    def call(self, x):
        return x + self.table


class TransformerEncoder(layers.Layer):
    def __init__(self, width=16, heads=2, hidden=32, rate=0.1):
        super().__init__()
        self.norm2 = layers.LayerNormalization(epsilon=1e-5)
        self.norm1 = layers.LayerNormalization(epsilon=1e-5)
        self.feed_forward = keras.Sequential([layers.Dense(hidden, "relu"), layers.Dense(width)])
        self.attention = layers.MultiHeadAttention(heads, width // heads, dropout=rate)
        self.drop = layers.Dropout(rate)

    def call(self, x, training=False):
        y = self.attention(query=x, value=x, key=x, training=training)
        x = self.norm1(x + self.drop(y, training=training))
        return self.norm2(x + self.drop(self.feed_forward(x), training=training))


class Classifier(keras.Model):
    def __init__(self):
        super().__init__()
        self.embed = layers.Embedding(1000, 16)
        self.place = PositionEmbedding()
        self.encoder = TransformerEncoder()
        self.pool = layers.GlobalAveragePooling1D()
        self.out = layers.Dense(1, activation="sigmoid")

    def call(self, tokens, training=False):
        return self.out(self.pool(self.encoder(self.place(self.embed(tokens)), training=training)))


classifier = Classifier()
print(classifier(np.ones((2, 40), "int32")).shape)
