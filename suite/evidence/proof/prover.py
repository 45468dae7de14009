"""The functional proof: a model and a reference compute with the same weights, chosen by the host, and are compared.

The result is evidence: differences, not verdicts; the checks decide what they mean.
"""

from __future__ import annotations

import itertools
from collections.abc import Hashable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

import numpy as np

from suite.assignments import Assignment, ModelTask, ProbeInput, ProofSettings
from suite.errors import FrameError, HarnessError
from suite.evidence.interview.channel import Answering
from suite.evidence.interview.inspection import InspectedModel, TensorSlot, are_long
from suite.evidence.interview.probe_inputs import FEWEST_WORDS, PROOF, stream
from suite.evidence.proof.builders import BuildError, Builders
from suite.evidence.proof.comparison import Answers, ModelComparison, SameOutputs
from suite.evidence.proof.experiment import Side, on_channel
from suite.evidence.proof.layer_proof import prove_layers
from suite.evidence.proof.random_tensors import blank_rest, draw_inputs, fit_inputs
from suite.evidence.proof.rebuilt_models import RebuiltModel, rebuild
from suite.evidence.proof.references import Reference, References
from suite.evidence.proof.tensor_usage import find_usage, forgive, may_be_forgiven, with_usage
from suite.evidence.proof.training_mode import SURE, varies
from suite.evidence.proof.weight_blocks import decompositions
from suite.evidence.proof.weight_layouts import Shape
from suite.evidence.proof.weight_mappings import WeightMapping, mappings
from suite.frameworks import recurrent_layers
from suite.records import Model, Proof
from suite.records import Shape as RecordedShape

MAX_ORDERS = 120  # of a model's outputs, or inputs: those of five of one shape


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvedModel:
    """A model after its proof, and what is needed to measure it."""

    inspected: InspectedModel
    """The model, with its proofs and with what is known of each tensor and layer."""
    equals: tuple[SameOutputs, ...] = ()
    """The references whose outputs it gives."""


class Prover:
    """Compares models with one assignment's reference models; without any, finds out what each layer computes."""

    def __init__(
        self, assignment: Assignment, references: References | None, builders: Builders | None, seed: int | None
    ) -> None:
        self._settings = assignment.proof
        self._references = references
        self._builders = builders
        self._seed = seed
        self._usage: dict[tuple[str, str], Model] = {}
        self._wanted = [(task, model_id) for task in assignment.model_tasks for model_id in task.accepts]

    def prove(self, channel: Answering, inspected: InspectedModel) -> ProvedModel:
        """Compare a model with each reference of its framework, or else look at its tensors and layers.

        A copy that the suite has built of it answers, where there can be one. Raises `FrameError` where the model's
        process stops answering.
        """
        copy = None
        if self._builders is not None and self._references is not None:
            copy = rebuild(self._builders, inspected, self._settings.outputs_of_largest)
        if copy is not None:
            with suppress(BuildError, FrameError):
                return self._prove_copy(copy, inspected)
        return self._prove(channel, inspected)

    def _prove_copy(self, copy: RebuiltModel, inspected: InspectedModel) -> ProvedModel:
        """Do so by asking its copy: once for all models of one architecture, as nothing else answers.

        So the submission's numbers take no part in what is found out; what is drawn comes of the first one's seed.
        """

        def find() -> tuple[Model, tuple[SameOutputs, ...]]:
            proved = self._prove(*copy.as_built(inspected))
            return proved.inspected.model, proved.equals  # not the numbers, which may be many

        about = "proof", copy.framework, copy.architecture, *_said_of(inspected), repr(self._wanted)
        known, equals = copy.builders.remember(about, find)
        return ProvedModel(
            inspected=replace(inspected, model=_with_findings(inspected.model, known)),
            equals=tuple(same.of(on_channel(copy), inspected.index) for same in equals),
        )

    def _prove(self, asked: Answering, inspected: InspectedModel) -> ProvedModel:
        """Do so by asking the model itself, or its copy."""
        generator = stream(self._seed, PROOF, inspected.index)
        references = self._find_references(inspected)
        comparisons = [
            comparison
            for task, reference in references
            if (comparison := compare_with(asked, inspected, reference, task, self._settings, generator))
        ]
        proofs: list[Proof] = []
        equals: list[SameOutputs] = []
        for comparison in comparisons:
            proof, same = _prove_in_any_order(comparison, generator)
            if same:
                proof = replace(proof, own_apart=same.compare_own(inspected))
            proofs.append(replace(proof, reference_varies=self._reference_varies(inspected, comparison)))
            equals += [same] if same else []
        random = _varies(comparisons, proofs)
        model = replace(inspected.model, proofs=tuple(proofs), varies=random)
        if equals:
            used = {(slot.layer, slot.place) for same in equals for slot in same.comparison.own.slots}
            return ProvedModel(inspected=replace(inspected, model=with_usage(model, used)), equals=tuple(equals))
        seen = replace(inspected, model=model)
        if self._references:
            tried = find_usage(on_channel(asked), seen, self._settings, generator)
            seen = replace(seen, model=self._forgive(tried, [reference for _, reference in references]))
        sizes = frozenset(layer.parameters for _, there in references for layer in there.inspected.model.layers)
        worth = sizes if self._references else None
        model = prove_layers(asked, seen, self._settings, self._builders, generator, worth)
        return ProvedModel(inspected=replace(seen, model=model))

    def _reference_varies(self, inspected: InspectedModel, comparison: ModelComparison) -> bool | None:
        """Whether a reference is random in training mode, found out once for a class."""
        assert self._references is not None  # noqa: S101 - for the type checker; there is a comparison
        return self._references.varies(inspected.model.framework, comparison.model_id, comparison.reference_calls[0])

    def _forgive(self, model: Model, references: Sequence[Reference]) -> Model:
        """The model in which no tensor counts as useless that has no effect in the references either."""
        likely = [reference for reference in references if may_be_forgiven(model, reference.inspected.model)]
        return forgive(model, map(self._find_usage, likely)) if likely else model

    def _find_usage(self, reference: Reference) -> Model:
        """A reference with whether each tensor matters; found out once."""
        model = reference.inspected.model
        key = model.framework, model.name
        if key not in self._usage:
            with suppress(HarnessError):  # one that can't be asked so forgives nothing
                generator = np.random.default_rng(0)  # nothing here need be unknown
                model = find_usage(reference.side.ask, reference.inspected, self._settings, generator)
            self._usage[key] = model
        return self._usage[key]

    def _find_references(self, inspected: InspectedModel) -> list[tuple[ModelTask, Reference]]:
        """The references in the model's framework, with the tasks that accept them."""
        framework = inspected.model.framework
        if self._references is None or not self._references.speak(framework):
            return []
        return [(task, self._references.find(framework, model_id)) for task, model_id in self._wanted]


def _said_of(inspected: InspectedModel) -> tuple[Hashable, ...]:
    """What a proof of a model's copy takes from the model's own process."""
    layers = tuple((layer.name, layer.kind, layer.weights, layer.output_shape) for layer in inspected.model.layers)
    called = inspected.probe, inspected.convention, inspected.words
    return *called, inspected.slots, layers, inspected.model.inputs, inspected.model.outputs


def _with_findings(model: Model, known: Model) -> Model:
    """A model with what was found out about one of the same architecture."""
    layers = (
        replace(layer, weights=there.weights, formula=there.formula)
        for layer, there in zip(model.layers, known.layers, strict=True)
    )
    return replace(model, layers=tuple(layers), proofs=known.proofs, varies=known.varies)


def _varies(comparisons: Sequence[ModelComparison], proofs: Sequence[Proof]) -> bool | None:
    """Whether a model's answers are random in training mode; looked at twice where its reference's are."""
    if not comparisons:
        return None
    own, inputs = comparisons[0].own, comparisons[0].calls[0]
    found = varies(own, inputs)
    if found is False and any(proof.reference_varies for proof in proofs):
        found = varies(own, inputs, SURE)
    return found


def _prove_in_any_order(
    comparison: ModelComparison, generator: np.random.Generator
) -> tuple[Proof, SameOutputs | None]:
    """Compare a model with a reference; if it differs, also with its word sequences in other orders.

    Inputs of one shape keep their order: whoever swaps two states has made a mistake.
    """
    first = comparison.prove(generator)
    own = comparison.own
    if first[1] or own.convention.order:
        return first
    inputs = comparison.calls[0]
    words = [place for place, array in enumerate(inputs) if array.dtype.kind == "i"]
    if len({inputs[place].shape for place in words}) < len(words):
        return first
    for order in list(itertools.permutations(range(len(inputs))))[1:MAX_ORDERS]:
        if all(place == at or {place, at} <= set(words) for at, place in enumerate(order)):
            turned = replace(own, convention=replace(own.convention, order=order))
            proof, same = replace(comparison, own=turned).prove(generator)
            if same:
                return proof, same
    return first


def compare_with(  # noqa: PLR0913, PLR0917 - two sides, and how to compare them
    asked: Answering,
    inspected: InspectedModel,
    reference: Reference,
    task: ModelTask,
    settings: ProofSettings,
    generator: np.random.Generator,
) -> ModelComparison | None:
    """Set up the comparison of a model with one reference; `None` if weights or inputs don't fit."""
    there, side = reference.inspected, reference.side
    words = inspected.words if task.own_vocabulary else 0
    if words:
        side = _with_vocabulary(side, inspected.slots, words)
    by_layer = _shapes_by_layer(side.slots)
    found, slots = _find_mappings(by_layer, inspected.slots, settings.max_mappings)
    orders = _find_orders(inspected.model.outputs, there.model.outputs)
    if not slots or inspected.probe is None or there.probe is None or not orders:
        return None
    inputs = [given.model_copy(update={"high": _known(given, words)}) for given in read_by(there, task)]
    rows = max(settings.rows, there.probe.rows)
    padded = [True] * settings.calls + [False] * settings.steps
    calls = [draw_inputs(inputs, rows, generator, padded=each) for each in padded]
    fitted = [call for drawn in calls if (call := fit_inputs(drawn, inspected.probe.inputs)) is not None]
    if len(fitted) < len(calls):
        return None
    taken = len(inspected.probe.inputs)
    return ModelComparison(
        own=Side(
            ask=on_channel(asked),
            index=inspected.index,
            slots=slots,
            traced=are_long(fitted[0], settings.traced_steps),
            copied=isinstance(asked, RebuiltModel),
            traced_calls=_is_recurrent(inspected)
            and inspected.traceable
            and are_long(fitted[0], settings.repeated_steps),
            traceable=inspected.traceable,
            convention=inspected.convention,
        ),
        reference=side,
        task=task.id,
        model_id=there.model.name,
        mappings=found,
        calls=fitted,
        reference_calls=[blank_rest(drawn, taken) for drawn in calls],
        layers=tuple(layer.name for layer in inspected.model.layers),
        reference_layers=tuple(layer.name for layer in there.model.layers),
        layer_shapes=by_layer,
        orders=orders,
        words=max((given.high for given in inputs), default=0),
        own_vocabulary=bool(words),
        squashable=task.answers != "exact",
        settings=settings,
    )


def _with_vocabulary(side: Side, own: Sequence[TensorSlot], words: int) -> Side:
    """The reference's side with as many words in its tables as the model has in those of the same width."""
    shapes = {slot.shape for slot in own}
    tables = (slot for slot in side.slots if slot.role == "table" and slot.shape not in shapes)
    wider = [slot for slot in tables if (words, *slot.shape[1:]) in shapes]
    numbers = {slot.number for slot in wider}
    slots = [replace(s, shape=(words, *s.shape[1:])) if s.number in numbers else s for s in side.slots]
    return replace(side, slots=slots, rows={slot.number: slot.shape[0] for slot in wider})


def _known(given: ProbeInput, words: int) -> int:
    """One more than the largest word index that both the reference and the model know; 0 for numbers."""
    return min(given.high, max(words, FEWEST_WORDS)) if words else given.high


def _is_recurrent(inspected: InspectedModel) -> bool:
    """Whether it has a layer that computes step after step."""
    return any(layer.kind in recurrent_layers() for layer in inspected.model.layers)


def _shapes_by_layer(slots: Sequence[TensorSlot]) -> list[list[Shape]]:
    """Shapes of a reference's tensors, layer by layer."""
    found: dict[int, list[Shape]] = {}
    for slot in slots:
        found.setdefault(slot.layer, []).append(slot.shape)
    return list(found.values())


def _find_mappings(
    layers: Sequence[Sequence[Shape]], own: Sequence[TensorSlot], limit: int
) -> tuple[Sequence[WeightMapping], tuple[TensorSlot, ...]]:
    """Mappings of the reference's tensors to the model's, and the model's tensors that they fill; none if none fit.

    Tensors that were never called, and buffers, may have no counterpart. Where only blocks of tensors fit, there is no
    mapping yet.
    """
    called = tuple(slot for slot in own if slot.called)
    parts = tuple(slot for slot in called if slot.place is not None)
    choices = list(dict.fromkeys((tuple(own), called, parts)))
    for slots in choices:
        if found := mappings(layers, [slot.shape for slot in slots], limit):
            return found, slots
    fitting = (slots for slots in choices if next(decompositions(layers, [slot.shape for slot in slots]), None))
    return (), next(fitting, ())


def _find_orders(own: Sequence[RecordedShape], reference: Sequence[RecordedShape]) -> list[Answers]:
    """The choices of the model's outputs that have the reference's shapes, their own order first; others are left out.

    Outputs of equal shapes may be in any order.
    """
    places = [[place for place, shape in enumerate(own) if shape == wanted] for wanted in reference]
    chosen = (choice for choice in itertools.product(*places) if len(set(choice)) == len(choice))
    found = list(itertools.islice(chosen, MAX_ORDERS))
    return sorted(found, key=lambda choice: list(choice) != sorted(choice))


def read_by(reference: InspectedModel, task: ModelTask) -> Sequence[ProbeInput]:
    """The reference's inputs; for one that reads texts, the word indices instead."""
    assert reference.probe is not None  # noqa: S101 - for the type checker; the caller has checked
    if not any(given.words for given in reference.probe.inputs):
        return reference.probe.inputs
    plain = (probe.inputs for probe in task.probes if not any(given.words for given in probe.inputs))
    return next(plain, ())
