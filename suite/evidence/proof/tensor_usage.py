"""Finds out which tensors a model's output depends on: one that never changes it is no part of the model."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import replace
from itertools import groupby

import numpy as np

from suite.assignments import Probe, ProofSettings
from suite.evidence.interview.channel import Channel
from suite.evidence.interview.inspection import InspectedModel
from suite.evidence.interview.probe_inputs import draw
from suite.evidence.proof.distance import difference
from suite.evidence.proof.experiment import Inputs, ModelError, Side, on_channel
from suite.evidence.proof.formulas import looks_normal
from suite.evidence.proof.random_tensors import Array, by_shape
from suite.records import Model

DRAWS = 2  # tries: a tensor behind a unit that is dead with some random weights shows with others
NUDGE = 1e-4  # relative change of each number: a network's output changes by about as much, a made-up one entirely
STEADY = 5e-2  # largest change allowed then, as a share of the largest output


def find_usage(
    channel: Channel, inspected: InspectedModel, settings: ProofSettings, generator: np.random.Generator
) -> Model:
    """The model with `matters` set for each tensor; none matters if the model fails, nor beyond `max_tensors`.

    Tensors that aren't tried don't count: otherwise many tensors in front could hide useless ones.
    """
    model, probe = inspected.model, inspected.probe
    slots = [slot for slot in inspected.slots if slot.place is not None]
    if probe is None or not slots:
        return model
    side = Side(
        ask=on_channel(channel), index=inspected.index, slots=slots, traced=True, convention=inspected.convention
    )
    tried = min(len(slots), settings.max_tensors)
    used: set[int] = set()
    try:
        positive = next((each for each in (False, True) if _is_steady(side, probe, generator, positive=each)), None)
        if positive is None:
            return without_usage(model)
        for _ in range(DRAWS):
            left = [n for n in range(tried) if n not in used]
            used |= _find_used(side, probe, settings, left, generator, positive=positive)
    except ModelError:
        return without_usage(model)
    return with_usage(model, {(slots[n].layer, slots[n].place) for n in used})


def with_usage(model: Model, used: Container[tuple[int, int | None]]) -> Model:
    """The model in which the tensors in `used`, (layer, tensor) indices, matter and no others."""
    layers = tuple(
        replace(
            layer,
            weights=tuple(
                replace(weight, matters=(number, place) in used) for place, weight in enumerate(layer.weights)
            ),
        )
        for number, layer in enumerate(model.layers)
    )
    return replace(model, layers=layers)


def without_usage(model: Model) -> Model:
    """The model with no tensor that matters: its claims couldn't be tested."""
    return with_usage(model, ())


def _draw(side: Side, generator: np.random.Generator, *, positive: bool) -> list[Array]:
    """Draw weights by shape alone, as names are a claim; the last of four equal vectors may be a variance.

    If `positive`, every vector may be one: a normalisation without scale or shift has fewer than four, and a negative
    variance has no square root.
    """
    arrays = by_shape((slot.shape for slot in side.slots), generator, positive=positive)
    for _, group in groupby(range(len(side.slots)), lambda place: side.slots[place].layer):
        places = list(group)
        if looks_normal([arrays[place] for place in places]):
            arrays[places[-1]] = by_shape([arrays[places[-1]].shape], generator, positive=True)[0]
    return arrays


def _is_steady(side: Side, probe: Probe, generator: np.random.Generator, *, positive: bool) -> bool:
    """Whether a small change of all tensors hardly changes the output; otherwise the output is random.

    The first of the three calls lets a model settle that keeps a state which can't be reset.
    """
    inputs = _inputs(probe, generator)
    weights = _draw(side, generator, positive=positive)
    nudged = [array * np.float32(1 + NUDGE) for array in weights]
    _, before, after = (side.predict(given, [inputs]) for given in (weights, weights, nudged))
    apart = difference(after, before)
    return apart is not None and apart <= STEADY


def _find_used(  # noqa: PLR0913 - what `find_usage` has at hand
    side: Side,
    probe: Probe,
    settings: ProofSettings,
    places: list[int],
    generator: np.random.Generator,
    *,
    positive: bool,
) -> set[int]:
    """Those of `places` whose tensor changes some output when it is drawn again."""
    inputs = _inputs(probe, generator)
    weights, others = (_draw(side, generator, positive=positive) for _ in range(2))
    before = side.predict(weights, [inputs])
    used = set()
    for place in places:
        after = side.predict([*weights[:place], others[place], *weights[place + 1 :]], [inputs])
        apart = difference(after, before)
        if apart is not None and apart > settings.outputs_of_largest:
            used.add(place)
    return used


def _inputs(probe: Probe, generator: np.random.Generator) -> Inputs:
    """New random inputs of the kind that the model accepted: texts or arrays."""
    arrays, texts = draw(probe, generator)
    given: dict[str, Array | list[str]] = {**arrays, **texts}
    return [given[str(place)] for place in range(len(probe.inputs))]
