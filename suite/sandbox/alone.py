"""The proof by layer: each layer of a model that no oracle equals is called by itself and held against the formulas.

What a process says of its layers is its word. That one computes what a standard layer does, with weights and inputs
drawn by the host, shows that there is such a layer with these tensors.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

import numpy as np

from suite.proof_settings import ProofSettings
from suite.records import Layer, Model
from suite.sandbox.cells import state_size
from suite.sandbox.chance import Array, draw_weights
from suite.sandbox.channel import Channel
from suite.sandbox.distance import difference
from suite.sandbox.examine import Examined, Slot
from suite.sandbox.experiment import ModelError, Side, on_channel
from suite.sandbox.formulas import answers

ROWS = 3  # in a batch, where the model took no probe
STEPS = 4  # enough for a recurrent kernel, a direction and a last step to show
LEAST = 1e-2  # of an answer's largest number, between its smallest and largest
MEMORIES = 2  # states of an LSTM
STACKED = re.compile(r"(?P<module>.*)\[\d+\]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """How a layer may be called."""

    inputs: Sequence[Array]
    """One array, and a cell's states."""
    nested: bool = False
    """Whether the states are one argument."""


def prove_layers(
    channel: Channel, examined: Examined, model: Model, settings: ProofSettings, generator: np.random.Generator
) -> Model:
    """The model with the formula of each layer that could earn points; those beyond `max_tensors` have none."""
    ask, rows = on_channel(channel), examined.probe.rows if examined.probe else ROWS
    formulas: dict[int, str] = {}
    for number, slots in enumerate(_modules(examined)):
        places = {slot.layer for slot in slots}
        if all(model.layers[place].idle for place in places):
            continue
        side = Side(ask=ask, index=examined.index, slots=slots)
        known = _find_formula(side, rows, settings, generator) if number < settings.max_tensors else ""
        formulas |= dict.fromkeys(places, known)
    layers = (replace(layer, formula=formulas.get(place)) for place, layer in enumerate(model.layers))
    return replace(model, layers=tuple(layers))


def _modules(examined: Examined) -> Iterator[list[Slot]]:
    """The tensors of what can be called by itself: a layer, or all layers that one module stacks."""

    def owner(slot: Slot) -> str | int:
        layer: Layer = examined.model.layers[slot.layer]
        stacked = STACKED.fullmatch(layer.name)
        return stacked["module"] if stacked else slot.layer

    for _, slots in groupby(examined.slots, owner):
        yield list(slots)


def _find_formula(side: Side, rows: int, settings: ProofSettings, generator: np.random.Generator) -> str:
    """The standard layer that it computes, in words; empty where it is none."""
    tensors = draw_weights([(slot.name, slot.shape) for slot in side.slots], generator)
    for trial in _trials(tensors, rows, generator):
        try:
            output = side.call_layer(tensors, side.slots[0].number, trial.inputs, nested=trial.nested)[0]
        except ModelError:
            continue  # it isn't to be called so
        for name, expected in answers(tensors, trial.inputs):
            apart = difference([output], [expected])
            if apart is not None and apart <= settings.outputs_of_largest and _varies(expected):
                return name
    return ""


def _varies(expected: Array) -> bool:
    """Whether it is more than a constant, which anyone can answer."""
    return bool(np.ptp(expected) > LEAST * np.abs(expected).max())


def _trials(tensors: Sequence[Array], rows: int, generator: np.random.Generator) -> Iterator[Trial]:
    """Inputs in the shapes that layers of these tensors take, the likely ones first."""

    def numbers(*shape: int) -> Array:
        return generator.uniform(-1, 1, shape).astype(np.float32)

    remembers = state_size(tensors)
    if remembers:
        features, units = remembers
        yield Trial(inputs=[numbers(rows, STEPS, features)])
        states = [numbers(rows, units) for _ in range(MEMORIES)]
        for count, nested in ((1, False), (2, True), (1, True), (2, False)):
            yield Trial(inputs=[numbers(rows, features), *states[:count]], nested=nested)
        return
    if len(tensors) == 1 and tensors[0].ndim > 1:
        yield Trial(inputs=[generator.integers(1, max(len(tensors[0]), 2), (rows, STEPS))])
    for features in dict.fromkeys(tensors[0].shape[:2]):
        yield Trial(inputs=[numbers(rows, STEPS, features)])
        yield Trial(inputs=[numbers(rows, features)])
        yield Trial(inputs=[numbers(rows, features, STEPS)])
