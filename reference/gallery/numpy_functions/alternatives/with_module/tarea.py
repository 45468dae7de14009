from capas import lstm_step
from capas import mi_softmax as softmax


def cross_entropy_gradient(scores, classes):
    probabilidades = softmax(scores).copy()
    filas = range(scores.shape[0])
    probabilidades[list(filas), list(classes)] -= 1
    return probabilidades * (1 / scores.shape[0])


lstm_parameters = sum([28 * 40, 10 * 40, 40])
