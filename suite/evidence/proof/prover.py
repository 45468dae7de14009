"""The functional proof: a model and an oracle compute with the same weights, chosen by the host, and are compared.

What is learnt here is evidence, distances and no verdicts; the checks say what they mean.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from suite.assignments import Assignment, ModelAccuracy, ProbeInput, ProofSettings, Task
from suite.errors import FrameError
from suite.evidence.interview.channel import Channel
from suite.evidence.interview.inspection import InspectedModel, TensorSlot
from suite.evidence.interview.probe_inputs import PROOF, stream
from suite.evidence.metrics.evaluator import Evaluator, ProvedModel
from suite.evidence.proof.comparison import ModelComparison
from suite.evidence.proof.experiment import Ask, Side, on_channel
from suite.evidence.proof.layer_proof import prove_layers
from suite.evidence.proof.random_tensors import Array, blank_rest, draw_inputs, fit_inputs
from suite.evidence.proof.references import References
from suite.evidence.proof.tensor_usage import weigh, with_worth
from suite.evidence.proof.weight_mappings import WeightMapping, mappings
from suite.records import Accuracy, Framework, Model, Proof, Shape


class Prover:
    """Holds models against the oracles of one assignment."""

    def __init__(
        self, oracles: References, assignment: Assignment, probe_seed: int | None, gauge: Evaluator | None = None
    ) -> None:
        self._oracles = oracles
        self._settings = assignment.proof
        self._tasks = {model_id: task for task in assignment.graded_tasks for model_id in task.accepts}
        self._seed = probe_seed
        self._gauge = gauge
        self._lessons = assignment.accuracy.models

    def __call__(self, channel: Channel, examined: InspectedModel) -> Model:
        """The model with its proofs, and with what is known of each tensor's worth."""
        generator = stream(self._seed, PROOF, examined.index)
        prepared = [self._prepare(channel, examined, model_id, generator) for model_id in self._tasks]
        contests = [contest for contest in prepared if contest is not None]
        proofs = tuple(contest.prove(generator) for contest in contests)
        accuracies = tuple(self._measure(channel, examined, contests, proofs, generator)) if self._gauge else ()
        model = replace(examined.model, proofs=proofs, accuracies=accuracies)
        if equal := [c for c, proof in zip(contests, proofs, strict=True) if _is_equal(proof, self._settings)]:
            return with_worth(model, {(slot.layer, slot.place) for contest in equal for slot in contest.own.slots})
        weighed = weigh(channel, replace(examined, model=model), self._settings, generator)
        return prove_layers(
            channel, replace(examined, model=weighed), self._settings, generator, self._sizes(model.framework)
        )

    def _sizes(self, framework: Framework) -> set[int]:
        """Parameters of all layers of the oracles in a framework."""
        oracles = (self._oracles.find(framework, model_id) for model_id in self._tasks)
        return {layer.parameters for oracle in oracles for layer in oracle.model.layers}

    def _measure(
        self,
        channel: Channel,
        examined: InspectedModel,
        contests: Sequence[ModelComparison],
        proofs: Sequence[Proof],
        generator: np.random.Generator,
    ) -> Iterator[Accuracy]:
        """How well the model does in each task whose oracle it equals, or else by its own answers."""
        assert self._gauge is not None  # noqa: S101 - the caller's condition
        model_id = ""
        done: dict[ModelAccuracy, list[Accuracy]] = {}
        try:
            equal = [(c, p) for c, p in zip(contests, proofs, strict=True) if _is_equal(p, self._settings)]
            for contest, proof in equal:
                model_id = contest.model_id
                if not self._gauge.examines(model_id):
                    continue
                lesson = self._lessons[model_id]
                if lesson not in done:  # a layer and a loop over its cell are equals of both oracles: asked once
                    proven = self._prove(examined, contest, proof)
                    done[lesson] = list(self._gauge.proved(proven, generator))
                yield from (replace(accuracy, model_id=model_id) for accuracy in done[lesson])
            for model_id in self._tasks if not equal and examined.probe is not None else ():
                if self._gauge.examines(model_id):
                    own = Side(ask=on_channel(channel), index=examined.index, slots=())
                    oracle = self._oracles.find(examined.model.framework, model_id)
                    yield from self._gauge.claimed(examined, oracle, own)
        except FrameError as error:  # what was proved before stays proved
            yield Accuracy(model_id=model_id, mode="as_submitted", problem=str(error)[:600])
            yield Accuracy(model_id=model_id, mode="retrain", problem=str(error)[:600])

    def _prove(self, examined: InspectedModel, contest: ModelComparison, proof: Proof) -> ProvedModel:
        """The model as its oracle's equal."""
        answers_alike = proof.form == "same" and self._lessons[contest.model_id].logits
        return ProvedModel(
            examined=examined,
            oracle=self._oracles.find(examined.model.framework, contest.model_id),
            contest=contest,
            way=contest.ways[proof.mappings - 1],
            logits=proof.form in ("own logits", "both") or answers_alike,
        )

    def _prepare(
        self, channel: Channel, examined: InspectedModel, model_id: str, generator: np.random.Generator
    ) -> ModelComparison | None:
        """What a comparison with one oracle takes; `None` where weights or inputs don't fit."""
        framework = examined.model.framework
        oracle, side = self._oracles.find(framework, model_id), self._oracles.side(framework, model_id)
        task = self._tasks[model_id]
        return prepare(on_channel(channel), examined, side, oracle, task, self._settings, generator)


def prepare(  # noqa: PLR0913, PLR0917 - two sides, and how to compare them
    own_ask: Ask,
    examined: InspectedModel,
    oracle_side: Side,
    oracle: InspectedModel,
    task: Task,
    settings: ProofSettings,
    generator: np.random.Generator,
) -> ModelComparison | None:
    """What a comparison of a model with one oracle takes; `None` where weights or inputs don't fit."""
    ways, slots = _find_ways(oracle.slots, examined.slots, settings.max_mappings)
    answers = _find_answers(examined.model.outputs, oracle.model.outputs)
    if not ways or examined.probe is None or oracle.probe is None or answers is None:
        return None
    inputs = read_by(oracle, task)
    rows = max(settings.rows, oracle.probe.rows)
    padded = [True] * settings.calls + [False] * settings.steps
    calls = [draw_inputs(inputs, rows, generator, padded=each) for each in padded]
    fitted = [call for drawn in calls if (call := fit_inputs(drawn, examined.probe.inputs)) is not None]
    if len(fitted) < len(calls):
        return None
    taken = len(examined.probe.inputs)
    traced = _is_long(fitted[0], settings)
    return ModelComparison(
        own=Side(ask=own_ask, index=examined.index, slots=slots, traced=traced),
        oracle=oracle_side,
        model_id=oracle.model.name,
        ways=ways,
        calls=fitted,
        oracle_calls=[blank_rest(drawn, taken) for drawn in calls],
        layers=tuple(layer.name for layer in examined.model.layers),
        oracle_layers=tuple(layer.name for layer in oracle.model.layers),
        answers=answers,
        squashable=task.answers != "exact",
        settings=settings,
    )


def _is_long(inputs: Sequence[Array], settings: ProofSettings) -> bool:
    """Whether some input is a sequence that is worth a graph."""
    return any(array.ndim > 1 and array.shape[1] >= settings.traced_steps for array in inputs)


def _is_equal(proof: Proof, settings: ProofSettings) -> bool:
    """Whether the outputs agreed."""
    return proof.difference is not None and proof.difference <= settings.outputs_of_largest


def _find_ways(
    oracle: Sequence[TensorSlot], own: Sequence[TensorSlot], limit: int
) -> tuple[Sequence[WeightMapping], tuple[TensorSlot, ...]]:
    """Ways of laying the oracle's tensors into the model's, and those of the model's that they fill.

    Tensors that were never called, and buffers, may have no counterpart.
    """
    by_layer: dict[int, list[tuple[int, ...]]] = {}
    for slot in oracle:
        by_layer.setdefault(slot.layer, []).append(slot.shape)
    called = tuple(slot for slot in own if slot.called)
    parts = tuple(slot for slot in called if slot.place is not None)
    for slots in dict.fromkeys((tuple(own), called, parts)):
        if found := mappings(list(by_layer.values()), [slot.shape for slot in slots], limit):
            return found, slots
    return (), ()


def _find_answers(own: Sequence[Shape], oracle: Sequence[Shape]) -> tuple[int, ...] | None:
    """Places of the model's outputs that have the oracle's shapes, in its order; what else it returns is left out."""
    places: list[int] = []
    for shape in oracle:
        after = places[-1] + 1 if places else 0
        found = next((place for place in range(after, len(own)) if own[place] == shape), None)
        if found is None:
            return None
        places.append(found)
    return tuple(places)


def read_by(oracle: InspectedModel, task: Task) -> Sequence[ProbeInput]:
    """What the oracle reads; for one that reads texts, the numbers of their words."""
    assert oracle.probe is not None  # noqa: S101 - for the type checker; the caller has looked
    if not any(given.words for given in oracle.probe.inputs):
        return oracle.probe.inputs
    plain = (probe.inputs for probe in task.probes if not any(given.words for given in probe.inputs))
    return next(plain, ())
