# One RNN layer over a list of three cells, built by a function that the grader calls.
import keras
from keras import layers


def build_stack():
    cells = [layers.SimpleRNNCell(8) for _ in range(3)]
    return keras.Sequential([keras.Input((28, 28)), layers.RNN(cells), layers.Dense(10)])
