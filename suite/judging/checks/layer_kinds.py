"""What kind of layer one is, as far as messages need to know it: by its formula, else by its class."""

from __future__ import annotations

from collections.abc import Sequence

from suite.frameworks import recurrent_layers
from suite.judging.checks.proof_status import RECURRENT
from suite.records import Layer

ROW_BY_ROW = ("Dense", "Linear", "LazyLinear")
"""Classes of layers that work on the last axis and keep all others."""


def is_recurrent(layer: Layer) -> bool:
    """Whether it is known to carry a state from step to step: by its formula, else by its class."""
    return layer.family in RECURRENT if layer.formula else layer.kind in recurrent_layers()


def reads_steps(layers: Sequence[Layer], layer: Layer) -> bool:
    """Whether a layer's input comes from a recurrent layer before it."""
    before = layers[: next((n for n, other in enumerate(layers) if other is layer), 0)]
    return any(map(is_recurrent, before))


def works_row_by_row(layer: Layer) -> bool:
    """Whether it works on the last axis and keeps all others."""
    return layer.family == "Dense" or layer.kind in ROW_BY_ROW
