"""Finds out which tensors a model's output depends on: one that never changes it is no part of the model."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from dataclasses import replace

import numpy as np

from suite.assignments import Probe, ProofSettings
from suite.evidence.interview.inspection import InspectedModel
from suite.evidence.interview.probe_inputs import draw
from suite.evidence.proof.distance import difference
from suite.evidence.proof.experiment import Ask, Inputs, ModelError, Side
from suite.evidence.proof.random_tensors import Array, by_shape, uniform
from suite.evidence.proof.slopes import SlopeCheck
from suite.records import Layer, Model

DRAWS = 6
"""Tries of what showed no effect so far: a tensor behind a unit that is dead with some random weights, or in an
attention that hardly depends on it, shows with others. Two tries hid the keys of 1 in 8 small encoders."""
NEAR = (0.5, 1.5)  # factors
NOISE = 0.1  # of a random weight, for tensors of zeros
NUDGE = 1e-4  # relative change of each number: a network's output changes by about as much, a made-up one entirely
STEADY = 5e-2  # largest change allowed then, as a share of the largest output


def find_usage(ask: Ask, inspected: InspectedModel, settings: ProofSettings, generator: np.random.Generator) -> Model:
    """The model with `matters` set for each tensor; none matters if the model fails, nor beyond `max_tensors`.

    Tensors that aren't tried don't count: otherwise many tensors in front could hide useless ones.
    """
    model, probe = inspected.model, inspected.probe
    slots = [slot for slot in inspected.slots if slot.place is not None]
    if probe is None or not slots:
        return model
    side = Side(ask=ask, index=inspected.index, slots=slots, traced=True, convention=inspected.convention)
    left = set(range(min(len(slots), settings.max_tensors)))
    held = [dict(zip(inspected.slots, inspected.values, strict=True))[slot] for slot in slots]
    try:
        if not _is_steady(side, held, probe, generator):
            return without_usage(model)
        for _ in range(DRAWS):
            if not left:
                break
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


def forgive(model: Model, references: Iterable[Model]) -> Model:
    """The model in which those tensors matter, too, that have no effect in a reference either.

    As the bias of an attention's keys, which no attention's answer depends on: it stands in a layer that has tensors of
    the same ranks, at the same place. A layer without any effect is forgiven nothing.
    """
    idle = {
        (_ranks(layer), place)
        for reference in references
        for layer in reference.layers
        for place, weight in enumerate(layer.weights)
        if weight.matters is False and not layer.idle
    }
    used = {
        (number, place)
        for number, layer in enumerate(model.layers)
        for place, weight in enumerate(layer.weights)
        if weight.matters or (not layer.idle and (_ranks(layer), place) in idle)
    }
    return with_usage(model, used)


def may_be_forgiven(model: Model, reference: Model) -> bool:
    """Whether a layer with a tensor that has no effect may have a counterpart in the reference."""
    doubtful = (layer for layer in model.layers if not layer.idle and any(w.matters is False for w in layer.weights))
    return bool({_ranks(layer) for layer in doubtful} & {_ranks(layer) for layer in reference.layers})


def _ranks(layer: Layer) -> tuple[int, ...]:
    return tuple(len(weight.shape) for weight in layer.weights)


def without_usage(model: Model) -> Model:
    """The model with no tensor that matters: its claims couldn't be tested."""
    return with_usage(model, ())


def _draw(held: Sequence[Array], generator: np.random.Generator) -> list[Array]:
    """Values near those that the model holds, with which it works: random ones would die out in a deep network.

    Tensors above zero stay so, as they may be variances; to others noise is added, as they may be all zeros.
    """
    return [_vary(array, generator) for array in held]


def _vary(array: Array, generator: np.random.Generator) -> Array:
    numbers = array.astype(np.float32, copy=False)
    if not np.isfinite(numbers).all() or not numbers.size:
        return by_shape([array.shape], generator)[0]
    varied = uniform(*NEAR, array.shape, generator)
    varied *= numbers
    if numbers.min() <= 0:
        noise = by_shape([array.shape], generator)[0]
        noise *= np.float32(max(NOISE, float(np.abs(numbers).mean())))
        varied += noise
    return varied


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
    used: set[int] = set()
    if len(places) > 1 and sum(array.size for array in held) >= settings.large:
        ways = {place: others[place] - weights[place] for place in places}
        check = SlopeCheck(side=side, weights=weights, ways=ways, inputs=inputs, generator=generator)
        used = check.confirmed()
    left = [place for place in places if place not in used]
    if not left:
        return used
    before, changed = side.predict_each(weights, {place: others[place] for place in left}, inputs)
    found = {place: difference(after, before) for place, after in changed.items()}
    enough = settings.outputs_of_largest
    return used | {place for place, apart in found.items() if apart is not None and apart > enough}


def _inputs(probe: Probe, generator: np.random.Generator) -> Inputs:
    """New random inputs of the kind that the model accepted: texts or arrays."""
    arrays, texts = draw(probe, generator)
    given: dict[str, Array | list[str]] = {**arrays, **texts}
    return [given[str(place)] for place in range(len(probe.inputs))]
