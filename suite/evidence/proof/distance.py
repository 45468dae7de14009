"""How far two models' arrays differ: plain arithmetic, without a verdict."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np

from suite.evidence.proof.activations import sigmoid, softmax
from suite.records import OutputForm

Array: TypeAlias = np.ndarray[Any, Any]
SUM_TOLERANCE = 1e-3  # of probabilities that a model computes in half precision


def probabilities(logits: Array) -> Array:
    """Softmax over the last dimension; sigmoid if that has size 1. Outputs without classes stay as they are."""
    wide = logits.astype(np.float64)
    classes = _classes(wide)
    return wide if classes == 0 else sigmoid(wide) if classes == 1 else softmax(wide)


def in_form(outputs: Sequence[Array], *, squashed: bool) -> list[Array]:
    """Outputs as they are, or as probabilities."""
    return [probabilities(output) if squashed else output for output in outputs]


def difference(own: Sequence[Array], reference: Sequence[Array]) -> float | None:
    """Largest difference as a share of the reference's largest value; `None` if they can't be compared."""
    if [array.shape for array in own] != [array.shape for array in reference] or not own:
        return None
    if not all(np.isfinite(array).all() for array in (*own, *reference)):
        return None
    gaps = [_largest(o.astype(np.float64) - r) / max(_largest(r), 1e-30) for o, r in zip(own, reference, strict=True)]
    return max(gaps)


Samples: TypeAlias = tuple[Sequence[Array], Sequence[Array]]
"""Further outputs of model and reference, which tell whether their single numbers are probabilities."""


def nearest(
    own: Sequence[Array],
    reference: Sequence[Array],
    enough: float,
    *,
    squashable: bool,
    samples: Samples = ((), ()),
) -> tuple[float | None, OutputForm]:
    """The first form in which the difference is small enough, else the one in which it is smallest.

    With `squashable`, logits are accepted for probabilities and the other way round. Which of both they are shows in
    the outputs, unless they are single numbers: a few logits may lie between 0 and 1 by chance, and `samples` tell.
    """
    found: list[tuple[float, OutputForm]] = []
    for form in _forms([*own, *samples[0]], [*reference, *samples[1]]) if squashable else ("same",):
        apart = difference(
            in_form(own, squashed=form in ("own logits", "both")),
            in_form(reference, squashed=form in ("reference logits", "both")),
        )
        if apart is not None:
            found.append((apart, form))
        if apart is not None and apart <= enough:
            return apart, form
    return min(found, key=lambda pair: pair[0]) if found else (None, "same")


def _forms(own: Sequence[Array], reference: Sequence[Array]) -> Sequence[OutputForm]:
    """The forms that make sense: probabilities aren't squashed again, and logits of two kinds are logarithms."""
    if all(map(_are_probabilities, reference)):
        return ("same",) if all(map(_are_probabilities, own)) else ("same", "own logits")
    if all(map(_are_probabilities, own)):
        return "same", "reference logits"
    return ("same", "both") if all(map(_are_log_probabilities, own)) else ("same",)


def _are_probabilities(outputs: Array) -> bool:
    """Whether each row lies in [0, 1] and, with more than one class, sums to 1."""
    wide = outputs.astype(np.float64)
    inside = bool(((wide >= -SUM_TOLERANCE) & (wide <= 1 + SUM_TOLERANCE)).all())
    classes = _classes(wide)
    sums = classes > 1 and bool((np.abs(wide.sum(-1) - 1) < SUM_TOLERANCE).all())
    return inside and (classes == 1 or sums)


def _are_log_probabilities(outputs: Array) -> bool:
    """Whether the exponentials of each row are probabilities."""
    with np.errstate(over="ignore"):
        return _classes(outputs) > 1 and _are_probabilities(np.exp(outputs.astype(np.float64)))


def _classes(outputs: Array) -> int:
    """Size of the last dimension; 0 without one, as a model may answer with a single number."""
    return outputs.shape[-1] if outputs.ndim else 0


def _largest(array: Array) -> float:
    """Largest magnitude; 0 for an empty array."""
    return float(np.abs(array).max(initial=0.0))
