"""Training by the host's protocol: one optimizer for all frameworks, so that equal gradients give equal changes.

Formulas as in PyTorch: Adam adds epsilon after the bias correction (D. P. Kingma, J. Ba, ICLR 2015).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from suite.inside.frameworks.views import Array

Gradient = Callable[[Array], tuple[float, list[Array | None]]]
Move = Callable[[int, Array], None]
FADING, SQUARES_FADING, EPSILON = 0.9, 0.999, 1e-7  # Adam's decay rates; RMSprop decays squares by 0.9 as in Keras


def descend(gradient_of: Gradient, move: Move, order: Array, optimizer: str, rate: float) -> list[float]:
    """Take a step for each row of `order`, `(steps, batch)` indexes of examples; return the loss before each."""
    means: dict[int, Array] = {}
    squares: dict[int, Array] = {}
    losses = []
    for step, rows in enumerate(order, 1):
        loss, gradients = gradient_of(rows)
        losses.append(loss)
        for place, gradient in enumerate(gradients):
            if gradient is not None:
                move(place, _change(place, gradient.astype(np.float32), step, optimizer, rate, means, squares))
    return losses


def _change(  # noqa: PLR0913, PLR0917 - an optimizer's state
    place: int,
    gradient: Array,
    step: int,
    optimizer: str,
    rate: float,
    means: dict[int, Array],
    squares: dict[int, Array],
) -> Array:
    """The change of one tensor in a step."""
    if optimizer == "sgd":
        return np.asarray(-rate * gradient, np.float32)
    before = squares.get(place, np.float32(0))
    if optimizer == "rmsprop":
        squares[place] = FADING * before + (1 - FADING) * gradient**2
        return np.asarray(-rate * gradient / (np.sqrt(squares[place]) + EPSILON), np.float32)
    means[place] = FADING * means.get(place, np.float32(0)) + (1 - FADING) * gradient
    squares[place] = SQUARES_FADING * before + (1 - SQUARES_FADING) * gradient**2
    mean = means[place] / (1 - FADING**step)
    square = squares[place] / (1 - SQUARES_FADING**step)
    return np.asarray(-rate * mean / (np.sqrt(square) + EPSILON), np.float32)
