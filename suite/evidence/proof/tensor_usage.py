"""Finds out which tensors a model's output depends on: one that never changes it is no part of the model."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import replace

import numpy as np

from suite.assignments import Probe, ProofSettings
from suite.evidence.interview.channel import Channel
from suite.evidence.interview.inspection import InspectedModel
from suite.evidence.interview.probe_inputs import draw
from suite.evidence.proof.distance import difference
from suite.evidence.proof.experiment import Inputs, ModelError, Side, on_channel
from suite.evidence.proof.random_tensors import Array, by_shape
from suite.records import Model

DRAWS = 2  # tries: a tensor behind a unit that is dead with some random weights shows with others
NEAR = (0.5, 1.5)  # factors
NOISE = 0.1  # of a random weight, for tensors of zeros
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
    left = set(range(min(len(slots), settings.max_tensors)))
    held = [dict(zip(inspected.slots, inspected.values, strict=True))[slot] for slot in slots]
    try:
        if not _is_steady(side, held, probe, generator):
            return without_usage(model)
        for _ in range(DRAWS):
            left -= _find_used(side, held, probe, settings, sorted(left), generator)
    except ModelError:
        return without_usage(model)
    used = set(range(min(len(slots), settings.max_tensors))) - left
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


def _draw(held: Sequence[Array], generator: np.random.Generator) -> list[Array]:
    """Values near those that the model holds, with which it works: random ones would die out in a deep network.

    Tensors above zero stay so, as they may be variances; to others noise is added, as they may be all zeros.
    """
    return [_vary(array, generator) for array in held]


def _vary(array: Array, generator: np.random.Generator) -> Array:
    numbers = array.astype(np.float32)
    noise = by_shape([array.shape], generator)[0]
    if not np.isfinite(numbers).all() or not numbers.size:
        return noise
    varied: Array = numbers * generator.uniform(*NEAR, array.shape)
    if numbers.min() <= 0:
        varied = varied + noise * max(NOISE, float(np.abs(numbers).mean()))
    return np.asarray(varied, np.float32)


def _is_steady(side: Side, held: Sequence[Array], probe: Probe, generator: np.random.Generator) -> bool:
    """Whether a small change of all tensors hardly changes the output; otherwise the output is random.

    The first of the three calls lets a model settle that keeps a state which can't be reset.
    """
    inputs = _inputs(probe, generator)
    weights = _draw(held, generator)
    nudged = [array * np.float32(1 + NUDGE) for array in weights]
    _, before, after = (side.predict(given, [inputs]) for given in (weights, weights, nudged))
    apart = difference(after, before)
    return apart is not None and apart <= STEADY


def _find_used(  # noqa: PLR0913, PLR0917 - what `find_usage` has at hand
    side: Side,
    held: Sequence[Array],
    probe: Probe,
    settings: ProofSettings,
    places: Sequence[int],
    generator: np.random.Generator,
) -> set[int]:
    """Those of `places` whose tensor changes some output when it is drawn again."""
    inputs = _inputs(probe, generator)
    weights, others = _draw(held, generator), _draw(held, generator)
    before, changed = side.predict_each(weights, {place: others[place] for place in places}, inputs)
    found = {place: difference(after, before) for place, after in changed.items()}
    return {place for place, apart in found.items() if apart is not None and apart > settings.outputs_of_largest}


def _inputs(probe: Probe, generator: np.random.Generator) -> Inputs:
    """New random inputs of the kind that the model accepted: texts or arrays."""
    arrays, texts = draw(probe, generator)
    given: dict[str, Array | list[str]] = {**arrays, **texts}
    return [given[str(place)] for place in range(len(probe.inputs))]
