"""The proof by layer: calls each layer of a model that equals no reference by itself, and compares it with formulas.

What a process says about its layers is only a claim. If a layer computes what a standard layer does, with weights and
inputs drawn by the host, then there is such a layer with these tensors.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from math import prod

import numpy as np

from suite.assignments import ProofSettings
from suite.evidence.interview.channel import Channel
from suite.evidence.interview.inspection import InspectedModel, TensorSlot
from suite.evidence.proof.distance import difference
from suite.evidence.proof.experiment import ModelError, Side, on_channel
from suite.evidence.proof.formulas import answers, looks_normal
from suite.evidence.proof.random_tensors import Array, by_shape
from suite.evidence.proof.recurrent_cells import state_size
from suite.records import Layer, Model, family

ROWS = (3, 1, 32, 64)  # batch sizes to try after the probe's: a layer that keeps its state may accept only one
STEPS = 4  # enough for a recurrent kernel, a direction and a last step to show
MEMORIES = 2  # states of an LSTM
LEAST = 1e-2  # smallest spread of an output (maximum - minimum), as a share of its largest magnitude
MAX_NUMBERS, MAX_LENGTH = 1 << 22, 1 << 14  # most numbers in a layer's tensors, and largest input dimension
LIKELY = 6  # activations and gates to try for a layer of a size that no reference has: it can earn little
STACKED = re.compile(r"(?P<module>.*)\[(?P<level>\d+)\]\.\w+_l(?P=level)(_reverse)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerCall:
    """How a layer may be called."""

    inputs: Sequence[Array]
    """One array, then a cell's states."""
    nested: bool = False
    """Whether the states are passed as one argument."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerMatch:
    """What a layer was seen to compute."""

    formula: str
    """Its name in words, such as `Dense, relu`."""
    output: Array
    """The layer's output."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormulaSearch:
    """How to search for a layer's formula."""

    enough: float
    """Largest difference that counts as equal, as a share of the largest number."""
    limit: int | None
    """How many activations and gates to try; `None` for all."""
    batches: Sequence[int]
    """Batch sizes to try."""

    def find(self, side: Side, generator: np.random.Generator) -> LayerMatch | None:
        """The standard layer that this one computes; `None` if it is none."""
        tensors = _draw(side.slots, generator)
        for trials in _trials(tensors, self.batches, generator):
            trial, output = _call(side, tensors, trials)
            if output is None:
                continue
            for formula, expected in answers(tensors, trial.inputs, self.limit):
                apart = difference([output], [expected])
                if apart is not None and apart <= self.enough and _varies(expected):
                    return LayerMatch(formula=formula, output=output)
        return None


def _call(side: Side, tensors: Sequence[Array], trials: Sequence[LayerCall]) -> tuple[LayerCall, Array | None]:
    """The first trial that the layer accepts, and its first output; `None` if it accepts none."""
    for trial in trials:
        try:
            outputs = side.call_layer(tensors, side.slots[0].number, trial.inputs, nested=trial.nested)
        except ModelError:
            continue  # it can't be called this way
        if outputs:
            return trial, outputs[0]
    return trials[0], None


def prove_layers(
    channel: Channel,
    inspected: InspectedModel,
    settings: ProofSettings,
    generator: np.random.Generator,
    sizes: Container[int] | None = None,
) -> Model:
    """The model with the formula of each layer that could earn points; layers beyond `max_tensors` get none.

    Args:
        channel: connection to its process.
        inspected: the model, with whether each tensor matters.
        settings: which differences count as equal.
        generator: draws weights and inputs.
        sizes: parameter counts of the layers for which every formula is tried; `None` for all layers.
    """
    model, ask = inspected.model, on_channel(channel)
    batches = [inspected.probe.rows, *ROWS] if inspected.probe else list(ROWS)
    formulas: dict[int, str] = {}
    for number, slots in enumerate(_modules(inspected)):
        layers = {slot.layer: model.layers[slot.layer] for slot in slots}
        if all(layer.idle for layer in layers.values()):
            continue
        worth = sizes is None or any(layer.parameters in sizes for layer in layers.values())
        search = FormulaSearch(enough=settings.layer_of_largest, limit=None if worth else LIKELY, batches=batches)
        side = Side(ask=ask, index=inspected.index, slots=slots)
        tried = number < settings.max_tensors and _is_sound(slots)
        found = search.find(side, generator) if tried else None
        kept = found and _could_return(list(layers.values())[-1], found)
        formulas |= dict.fromkeys(layers, found.formula if found and kept else "")
    proved = (replace(layer, formula=formulas.get(place)) for place, layer in enumerate(model.layers))
    return replace(model, layers=tuple(proved))


def _modules(inspected: InspectedModel) -> Iterator[list[TensorSlot]]:
    """The tensors of each part that can be called by itself: a layer, or all layers that one PyTorch module stacks."""

    def owner(slot: TensorSlot) -> str | int:
        stacked = STACKED.fullmatch(slot.name)
        return stacked["module"] if stacked else slot.layer

    for _, slots in groupby(inspected.slots, owner):
        yield list(slots)


def _is_sound(slots: Sequence[TensorSlot]) -> bool:
    """Whether the host can compute with tensors of these shapes."""
    sizes = [prod(slot.shape) for slot in slots]
    return all(sizes) and sum(sizes) <= MAX_NUMBERS


def _draw(slots: Sequence[TensorSlot], generator: np.random.Generator) -> list[Array]:
    """Draw weights by shape alone, as names are a claim: a weight falsely named variance would saturate its layer."""
    arrays = by_shape((slot.shape for slot in slots), generator)
    if looks_normal(arrays):
        arrays[-1:] = by_shape([slots[-1].shape], generator, positive=True)
    return arrays


def _varies(expected: Array) -> bool:
    """Whether the output is more than a constant, which any layer could return."""
    return bool(np.ptp(expected) > LEAST * np.abs(expected).max())


def _could_return(layer: Layer, found: LayerMatch) -> bool:
    """Whether the output shape claimed for the layer in the model fits what it returned here."""
    said, seen = layer.output_shape, found.output
    kind = family(found.formula)
    if said is None or kind == "BatchNormalization":
        return True
    same_rank = len(said) == seen.ndim or kind in ("Dense", "Embedding")
    return bool(said) and said[-1] == seen.shape[-1] and same_rank


def _trials(
    tensors: Sequence[Array], batches: Sequence[int], generator: np.random.Generator
) -> Iterator[list[LayerCall]]:
    """Inputs in the shapes that layers with these tensors take, most likely first; one of each list is enough."""

    def numbers(*shape: int) -> Array:
        return generator.uniform(-1, 1, shape).astype(np.float32)

    remembers = state_size(tensors)
    if remembers and max(remembers) <= MAX_LENGTH:
        features, units = remembers
        yield [LayerCall(inputs=[numbers(rows, STEPS, features)]) for rows in dict.fromkeys(batches)]
        states = [numbers(batches[0], units) for _ in range(MEMORIES)]
        for count, nested in ((1, False), (2, True), (1, True), (2, False)):
            yield [LayerCall(inputs=[numbers(batches[0], features), *states[:count]], nested=nested)]
        return
    if len(tensors) == 1 and tensors[0].ndim > 1:
        yield [LayerCall(inputs=[generator.integers(1, max(len(tensors[0]), 2), (batches[0], STEPS))])]
    for features in dict.fromkeys(tensors[0].shape[:2]):
        if features <= MAX_LENGTH:
            for shape in ((STEPS, features), (features,), (features, STEPS)):
                yield [LayerCall(inputs=[numbers(batches[0], *shape)])]
