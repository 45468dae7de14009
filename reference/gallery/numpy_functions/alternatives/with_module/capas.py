import numpy as np


def mi_softmax(z):
    z = z - np.max(z, axis=1)[:, None]
    return np.exp(z) / np.sum(np.exp(z), axis=1)[:, None]


def lstm_step(x, h, c, W, U, b):
    z = np.einsum("ni,ij->nj", x, W) + np.einsum("nu,uj->nj", h, U) + b[None]
    n = c.shape[-1]
    puerta = lambda k: 1 / (1 + np.exp(-z[..., k * n : (k + 1) * n]))  # noqa: E731
    c = puerta(1) * c + puerta(0) * np.tanh(z[..., 2 * n : 3 * n])
    return puerta(3) * np.tanh(c), c
