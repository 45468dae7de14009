"""The functional proof: a model and an oracle compute with the same weights, chosen by the host, and are compared.

What is learnt here is evidence, distances and no verdicts; the checks say what they mean.
"""

from __future__ import annotations

from collections.abc import Mapping as Dictionary
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from suite.assignments import Assignment, ProbeInput, Task
from suite.proof_settings import ProofSettings
from suite.proofs import Proof
from suite.records import Framework, Model
from suite.sandbox.answers import ExperimentAnswer
from suite.sandbox.chance import Array, blank_rest, draw_inputs, fit_inputs
from suite.sandbox.channel import Channel
from suite.sandbox.compare import Contest
from suite.sandbox.examine import Examined, Slot
from suite.sandbox.experiment import Ask, Side, on_channel
from suite.sandbox.mapping import Mapping, mappings
from suite.sandbox.oracles import Oracles
from suite.sandbox.worth import weigh


class Prover:
    """Holds models against the oracles of one assignment."""

    def __init__(self, oracles: Oracles, assignment: Assignment, probe_seed: int | None) -> None:
        self._oracles = oracles
        self._settings = assignment.proof
        self._tasks = {model_id: task for task in assignment.graded_tasks for model_id in task.accepts}
        self._seed = probe_seed

    def __call__(self, channel: Channel, examined: Examined) -> Model:
        """The model with its proofs, and with what is known of each tensor's worth."""
        generator = np.random.default_rng(self._seed)
        contests = [self._prepare(channel, examined, model_id, generator) for model_id in self._tasks]
        proofs = tuple(contest.prove(generator) for contest in contests if contest is not None)
        model = replace(examined.model, proofs=proofs)
        if any(_is_equal(proof, self._settings) for proof in proofs):
            return model
        return weigh(channel, replace(examined, model=model), self._settings, generator)

    def _prepare(
        self, channel: Channel, examined: Examined, model_id: str, generator: np.random.Generator
    ) -> Contest | None:
        """What a comparison with one oracle takes; `None` where weights or inputs don't fit."""
        framework = examined.model.framework
        oracle, ask = self._oracles.find(framework, model_id), _on_oracle(self._oracles, framework)
        task = self._tasks[model_id]
        return prepare(on_channel(channel), examined, ask, oracle, task, self._settings, generator)


def prepare(  # noqa: PLR0913, PLR0917 - two sides, and how to compare them
    own_ask: Ask,
    examined: Examined,
    oracle_ask: Ask,
    oracle: Examined,
    task: Task,
    settings: ProofSettings,
    generator: np.random.Generator,
) -> Contest | None:
    """What a comparison of a model with one oracle takes; `None` where weights or inputs don't fit."""
    ways, slots = _find_ways(oracle.slots, examined.slots, settings.max_mappings)
    if not ways or examined.probe is None or oracle.probe is None or examined.model.outputs != oracle.model.outputs:
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
    return Contest(
        own=Side(ask=own_ask, index=examined.index, slots=slots, traced=traced),
        oracle=Side(ask=oracle_ask, index=oracle.index, slots=oracle.slots, traced=True),
        model_id=oracle.model.name,
        ways=ways,
        calls=fitted,
        oracle_calls=[blank_rest(drawn, taken) for drawn in calls],
        layers=tuple(layer.name for layer in examined.model.layers),
        oracle_layers=tuple(layer.name for layer in oracle.model.layers),
        squashable=task.answers != "exact",
        settings=settings,
    )


def _is_long(inputs: Sequence[Array], settings: ProofSettings) -> bool:
    """Whether some input is a sequence that is worth a graph."""
    return any(array.ndim > 1 and array.shape[1] >= settings.traced_steps for array in inputs)


def _is_equal(proof: Proof, settings: ProofSettings) -> bool:
    """Whether the outputs agreed."""
    return proof.difference is not None and proof.difference <= settings.outputs_of_largest


def _find_ways(oracle: Sequence[Slot], own: Sequence[Slot], limit: int) -> tuple[Sequence[Mapping], tuple[Slot, ...]]:
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


def read_by(oracle: Examined, task: Task) -> Sequence[ProbeInput]:
    """What the oracle reads; for one that reads texts, the numbers of their words."""
    assert oracle.probe is not None  # noqa: S101 - for the type checker; the caller has looked
    if not any(given.words for given in oracle.probe.inputs):
        return oracle.probe.inputs
    plain = (probe.inputs for probe in task.probes if not any(given.words for given in probe.inputs))
    return next(plain, ())


def _on_oracle(oracles: Oracles, framework: Framework) -> Ask:
    """Ask the process of the oracles."""

    def ask(question: str, arrays: dict[str, Array], **values: Any) -> tuple[ExperimentAnswer, Dictionary[str, Array]]:
        return oracles.ask(framework, question, arrays, **values)

    return ask
