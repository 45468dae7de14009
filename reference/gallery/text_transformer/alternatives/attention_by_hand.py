import keras
from keras import layers, ops


class SelfAttention(layers.Layer):
    """Queries, keys and values by dense layers, cut into heads."""

    def __init__(self, width, heads, **options):
        super().__init__(**options)
        self.heads, self.width = heads, width
        self.q = layers.Dense(width)
        self.k = layers.Dense(width)
        self.v = layers.Dense(width)
        self.o = layers.Dense(width)

    def split(self, x):
        return ops.transpose(ops.reshape(x, (-1, x.shape[1], self.heads, self.width // self.heads)), (0, 2, 1, 3))

    def call(self, x):
        q, k, v = self.split(self.q(x)), self.split(self.k(x)), self.split(self.v(x))
        scores = ops.matmul(q, ops.swapaxes(k, -1, -2)) / (self.width / self.heads) ** 0.5
        mixed = ops.matmul(ops.softmax(scores, axis=-1), v)
        return self.o(ops.reshape(ops.transpose(mixed, (0, 2, 1, 3)), (-1, x.shape[1], self.width)))


class Embeddings(layers.Layer):
    def __init__(self, **options):
        super().__init__(**options)
        self.position_table = layers.Embedding(40, 16)
        self.word_table = layers.Embedding(1000, 16)

    def call(self, ids):
        places = ops.arange(0, ops.shape(ids)[-1], 1)
        return self.word_table(ids) + self.position_table(places)


ids = keras.Input((40,), dtype="int64", name="ids")
h = Embeddings()(ids)
h = layers.LayerNormalization(epsilon=1e-5)(layers.Add()([SelfAttention(16, 2)(h), h]))
f = layers.Dense(16)(layers.ReLU()(layers.Dense(32)(h)))
h = layers.LayerNormalization(epsilon=1e-5)(layers.Add()([h, f]))
model = keras.Model(ids, layers.Dense(1)(ops.mean(h, axis=1)))
