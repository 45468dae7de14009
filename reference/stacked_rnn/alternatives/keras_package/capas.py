import keras
from keras import layers


@keras.saving.register_keras_serializable()
class Torre(layers.Layer):
    """Three recurrent layers in one."""

    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.rnns = [layers.SimpleRNN(units, return_sequences=more) for more in (True, True, False)]

    def build(self, shape):
        for rnn in self.rnns:
            rnn.build(shape)
            shape = rnn.compute_output_shape(shape)

    def call(self, x):
        for rnn in self.rnns:
            x = rnn(x)
        return x
