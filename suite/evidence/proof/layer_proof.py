"""The proof by layer: calls each layer of a model that equals no reference by itself, and says what it computes.

What a process says about its layers is only a claim. A layer of the framework's own classes is built anew in a process
of the suite's; one that is written by hand is compared with formulas. If it computes the same with weights and inputs
drawn by the host, then there is such a layer with these tensors.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from math import prod
from typing import Any

import numpy as np

from suite.assignments import ProofSettings
from suite.errors import AnswerError
from suite.evidence.interview.answers import PartHeader, PartsAnswer, as_shape, parse
from suite.evidence.interview.channel import Answering
from suite.evidence.interview.inspection import InspectedModel, TensorSlot
from suite.evidence.interview.probe_inputs import draw
from suite.evidence.proof.builders import BuildError, Builders, BuiltTensor, ExhaustedError
from suite.evidence.proof.distance import difference
from suite.evidence.proof.experiment import ModelError, Side, on_channel
from suite.evidence.proof.formulas import answers, looks_normal
from suite.evidence.proof.layer_calls import ROWS, LayerCall, draw_call, guess_arguments, guess_calls, words_of
from suite.evidence.proof.random_tensors import Array, by_shape, describe_tensors, draw_weights
from suite.evidence.proof.recipes import Arguments, LayerRecipe, read_arguments, read_recipe, say
from suite.frameworks import framework_named
from suite.records import Model, family

LEAST = 1e-2  # smallest spread of an output (maximum - minimum), as a share of its largest magnitude
MAX_NUMBERS = 1 << 25  # most numbers in a layer's tensors: 128 MiB
MAX_FORMULA_NUMBERS = 1 << 22  # the same where NumPy computes, in float64
LIKELY = 6  # activations and gates to try for a layer of a size that no reference has: it can earn little
MAX_EXHAUSTED = 2  # layers of one submission that may bring down the process that builds them


@dataclass(frozen=True, slots=True, kw_only=True)
class CallablePart:
    """A part of a model that can be called by itself."""

    slots: Sequence[TensorSlot]
    """Its tensors."""
    recipe: LayerRecipe | None = None
    """How it is built, as its process says; `None` if it is none of the framework's own layers."""
    arguments: Arguments | None = None
    """How the model calls it, as its process says."""

    @property
    def layers(self) -> list[int]:
        """Indices of its layers in the model."""
        return list(dict.fromkeys(slot.layer for slot in self.slots))


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerMatch:
    """What a layer was seen to compute."""

    formula: str
    """Its kind and options in words, such as `Dense, activation=relu`."""
    output: Array
    """The layer's output."""
    seen: bool = False
    """Whether it was called as the model calls it."""


class Rebuilding:
    """Has layers of one submission built anew, and compares them."""

    def __init__(self, builders: Builders | None, enough: float) -> None:
        self._builders = builders
        self._enough = enough
        self._exhausted = 0

    def find(
        self, side: Side, part: CallablePart, framework: str, rows: int, generator: np.random.Generator
    ) -> LayerMatch | None:
        """The layer, if it computes what one built by its recipe does."""
        builders, recipe = self._builders, part.recipe
        if builders is None or recipe is None or self._exhausted >= MAX_EXHAUSTED:
            return None
        shapes = [slot.shape for slot in side.slots]
        guesses = guess_arguments(shapes, rows)
        for arguments in [part.arguments] if part.arguments else guesses:
            call = draw_call(arguments, words_of(shapes), generator, seen=arguments is part.arguments)
            try:
                tensors = builders.describe(framework, recipe, arguments, call.inputs)
                if [tensor.shape for tensor in tensors] != shapes:
                    continue
                weights = _draw_by_role(tensors, framework, generator)
                outputs = side.call_layer(weights, side.slots[0].number, arguments, call.inputs)
                expected = builders.call(framework, recipe, arguments, call.inputs, weights)
            except ExhaustedError:
                self._exhausted += 1
                return None
            except (BuildError, ModelError):
                continue  # it can't be called this way
            apart = difference(outputs, expected)
            if apart is not None and apart <= self._enough and _varies(expected[0]):
                formula = say(recipe, framework_named(framework).layer_classes)
                return LayerMatch(formula=formula, output=outputs[0], seen=call.seen)
            return None
        return None


def _draw_by_role(tensors: Sequence[BuiltTensor], framework: str, generator: np.random.Generator) -> list[Array]:
    """Weights for a layer that the suite has built, so that its names can be trusted."""
    known = [(tensor.kind, tensor.kind, tensor.name, tensor.shape) for tensor in tensors]
    return draw_weights(describe_tensors(framework_named(framework), known), generator)


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
        if sum(prod(slot.shape) for slot in side.slots) > MAX_FORMULA_NUMBERS:
            return None
        tensors = _draw(side.slots, generator)
        for trials in guess_calls(tensors, self.batches, generator):
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
            outputs = side.call_layer(tensors, side.slots[0].number, trial.arguments, trial.inputs)
        except ModelError:
            continue  # it can't be called this way
        if outputs:
            return trial, outputs[0]
    return trials[0], None


def prove_layers(  # noqa: PLR0913, PLR0917 - the model, and how it is looked at
    channel: Answering,
    inspected: InspectedModel,
    settings: ProofSettings,
    builders: Builders | None,
    generator: np.random.Generator,
    sizes: Container[int] | None = None,
) -> Model:
    """The model with the formula of each layer that could earn points; layers beyond `max_tensors` get none.

    Args:
        channel: connection to its process.
        inspected: the model, with whether each tensor matters.
        settings: which differences count as equal.
        builders: build layers anew; `None` to use formulas alone.
        generator: draws weights and inputs.
        sizes: parameter counts of the layers for which every formula is tried; `None` for all layers.
    """
    model, ask = inspected.model, on_channel(channel)
    batches = [inspected.probe.rows, *ROWS] if inspected.probe else list(ROWS)
    rebuilding = Rebuilding(builders, settings.layer_of_largest)
    formulas: dict[int, str] = {}
    for number, part in enumerate(_parts(channel, inspected, generator)):
        layers = {place: model.layers[place] for place in part.layers}
        if all(layer.idle for layer in layers.values()):
            continue
        formulas |= dict.fromkeys(layers, "")
        if number >= settings.max_tensors or not _is_sound(part.slots):
            continue
        worth = sizes is None or any(layer.parameters in sizes for layer in layers.values())
        search = FormulaSearch(enough=settings.layer_of_largest, limit=None if worth else LIKELY, batches=batches)
        side = Side(ask=ask, index=inspected.index, slots=part.slots)
        found = rebuilding.find(side, part, model.framework, batches[0], generator) or search.find(side, generator)
        said = [layer.output_shape for layer in layers.values() if layer.output_shape is not None]
        if found and (not said or _could_return(said[-1], found, batches[0])):
            formulas |= dict.fromkeys(layers, found.formula)
    proved = (replace(layer, formula=formulas.get(place)) for place, layer in enumerate(model.layers))
    return replace(model, layers=tuple(proved))


def _parts(channel: Answering, inspected: InspectedModel, generator: np.random.Generator) -> Iterator[CallablePart]:
    """The parts of the model in its layers' order: those that its process names, then each layer of the others."""
    places = {layer.name: place for place, layer in enumerate(inspected.model.layers)}
    headers = _ask_parts(channel, inspected, generator)
    owner = {places[name]: number for number, header in enumerate(headers) for name in header.layers if name in places}
    slots: dict[int | str, list[TensorSlot]] = {}
    for slot in inspected.slots:
        slots.setdefault(owner.get(slot.layer, f"layer {slot.layer}"), []).append(slot)
    for key, group in slots.items():
        part = CallablePart(slots=sorted(group, key=lambda slot: slot.number))
        yield _with_recipe(part, headers[key], inspected.model.framework) if isinstance(key, int) else part


def _with_recipe(part: CallablePart, header: PartHeader, framework: str) -> CallablePart:
    """A part with what its process says of it, as far as that can be used."""
    arguments = read_arguments(header.arguments)
    sizes = [size for slot in part.slots for size in slot.shape]
    sizes += [size for leaf in (arguments.leaves if arguments else ()) for size in leaf.shape]
    recipe = read_recipe(header.recipe, framework_named(framework).layer_classes, max(sizes, default=0))
    return replace(part, recipe=recipe, arguments=arguments)


def _ask_parts(channel: Answering, inspected: InspectedModel, generator: np.random.Generator) -> Sequence[PartHeader]:
    """What its process says of the parts of a model."""
    arrays: dict[str, Array] = {}
    texts: dict[str, list[str]] = {}
    probe = inspected.tried
    if probe is not None:
        drawn, words = draw(probe, generator)
        arrays = {f"x0.{place}": array for place, array in drawn.items()}
        texts = {f"x0.{place}": lines for place, lines in words.items()}
    values: dict[str, Any] = {
        "inputs": len(arrays) + len(texts),
        "texts": texts,
        "convention": asdict(inspected.convention),
    }
    try:
        return parse(PartsAnswer, channel.ask("recipes", arrays, model=inspected.index, **values)).parts
    except AnswerError:
        return []


def _is_sound(slots: Sequence[TensorSlot]) -> bool:
    """Whether tensors of these shapes can be drawn."""
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
    return bool(expected.size and np.ptp(expected) > LEAST * np.abs(expected).max())


def _could_return(said: Sequence[int | None], found: LayerMatch, rows: int) -> bool:
    """Whether the output shape claimed for the layer in the model fits what it returned here."""
    seen, kind = found.output, family(found.formula)
    if found.seen:
        return tuple(said) == as_shape(seen.shape, rows)
    if kind == "BatchNormalization":
        return True
    same_rank = len(said) == seen.ndim or kind in ("Dense", "Embedding")
    return bool(said) and said[-1] == seen.shape[-1] and same_rank
