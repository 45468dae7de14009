import numpy as np
from scipy.special import expit, log_softmax
from scipy.special import softmax as scipys


def softmax(scores):
    return scipys(scores, axis=-1)


def cross_entropy_gradient(scores, classes):
    gradient = np.exp(log_softmax(scores, axis=1))
    for row, right in enumerate(classes):
        gradient[row, right] = gradient[row, right] - 1.0
    return gradient / len(scores)


class Step:
    def __call__(self, x, h, c, W, U, b):
        i, f, g, o = np.hsplit((x.dot(W) + h.dot(U) + b).astype(np.float64), 4)
        c = np.add(expit(f) * c, expit(i) * np.tanh(g))
        return expit(o) * np.tanh(c), c


lstm_step = Step()
lstm_parameters = 1560.0
