"""Finds out which tensors a model's answer depends on: one whose change never changes it is no part of the model."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import replace

import numpy as np

from suite.assignments import Probe, ProofSettings
from suite.evidence.interview.channel import Channel
from suite.evidence.interview.inspection import InspectedModel
from suite.evidence.interview.probe_inputs import draw
from suite.evidence.proof.distance import difference
from suite.evidence.proof.experiment import Inputs, ModelError, Side, on_channel
from suite.evidence.proof.random_tensors import Array, draw_weights
from suite.records import Model

DRAWS = 2  # a tensor behind a unit that happens to be dead in one draw shows in another
NUDGE = 1e-4  # of each number: a network's answer moves by about as much, answers made up anew by all of it
STEADY = 5e-2  # of the largest output, under a nudge


def weigh(channel: Channel, examined: InspectedModel, settings: ProofSettings, generator: np.random.Generator) -> Model:
    """The model with `matters` said of each tensor; none matters where it can't answer, nor beyond `max_tensors`.

    What isn't tried doesn't count: else a crowd of tensors before them would hide those on which nothing depends.
    """
    model, probe = examined.model, examined.probe
    slots = [slot for slot in examined.slots if slot.place is not None]
    if probe is None or not slots:
        return model
    side = Side(ask=on_channel(channel), index=examined.index, slots=slots, traced=True)
    tried = min(len(slots), settings.max_tensors)
    alive: set[int] = set()
    try:
        if not _is_steady(side, probe, generator):
            return without_worth(model)
        for _ in range(DRAWS):
            alive |= _find_alive(side, probe, settings, [n for n in range(tried) if n not in alive], generator)
    except ModelError:
        return without_worth(model)
    return with_worth(model, {(slots[n].layer, slots[n].place) for n in alive})


def with_worth(model: Model, alive: Container[tuple[int, int | None]]) -> Model:
    """The model whose tensors at these places, of layer and of tensor, matter and no others."""
    layers = tuple(
        replace(
            layer,
            weights=tuple(
                replace(weight, matters=(number, place) in alive) for place, weight in enumerate(layer.weights)
            ),
        )
        for number, layer in enumerate(model.layers)
    )
    return replace(model, layers=layers)


def without_worth(model: Model) -> Model:
    """The model with tensors that don't matter: what it claimed couldn't be tried."""
    return with_worth(model, ())


def _is_steady(side: Side, probe: Probe, generator: np.random.Generator) -> bool:
    """Whether a nudge to all tensors hardly moves the answer: one that always changes depends on nothing.

    The first of the three calls lets a model that keeps its state, and can't be told to forget it, settle.
    """
    inputs = _inputs(probe, generator)
    weights = draw_weights([(slot.name, slot.shape) for slot in side.slots], generator)
    nudged = [array * np.float32(1 + NUDGE) for array in weights]
    _, before, after = (side.predict(given, [inputs]) for given in (weights, weights, nudged))
    apart = difference(after, before)
    return apart is not None and apart <= STEADY


def _find_alive(
    side: Side, probe: Probe, settings: ProofSettings, places: list[int], generator: np.random.Generator
) -> set[int]:
    """The places among these whose tensor, drawn anew, changes some output."""
    named = [(slot.name, slot.shape) for slot in side.slots]
    inputs = _inputs(probe, generator)
    weights = draw_weights(named, generator)
    before = side.predict(weights, [inputs])
    alive = set()
    for place in places:
        (other,) = draw_weights([named[place]], generator)
        after = side.predict([*weights[:place], other, *weights[place + 1 :]], [inputs])
        apart = difference(after, before)
        if apart is not None and apart > settings.outputs_of_largest:
            alive.add(place)
    return alive


def _inputs(probe: Probe, generator: np.random.Generator) -> Inputs:
    """What the model accepted, drawn anew: texts or arrays."""
    arrays, texts = draw(probe, generator)
    given: dict[str, Array | list[str]] = {**arrays, **texts}
    return [given[str(place)] for place in range(len(probe.inputs))]
