"""The processes of the reference models: one per framework for a whole class, started when first needed.

A reference is run like a submission: in the same sandbox, and it answers the same questions. Whatever fails here is the
harness's failure and never a student's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np

from suite.errors import HarnessError
from suite.evidence.interview.answers import Description, ExperimentAnswer, parse
from suite.evidence.interview.inspection import InspectedModel, are_long, inspect_model
from suite.evidence.interview.job import Job
from suite.evidence.interview.reference_process import ReferenceProcess
from suite.evidence.interview.session import Session
from suite.evidence.proof.experiment import Inputs, Side
from suite.evidence.proof.random_tensors import Array, describe_tensors
from suite.evidence.proof.training_mode import SURE, varies
from suite.frameworks import framework_named
from suite.records import FrameworkName, Submission
from suite.sandbox import Sandbox

LSTM_GATES, GRU_GATES = 4, 3
FEW_LESSONS = 2  # of a reference, after which a graph of its steps is traced: that takes as long as these in Keras
MANY_STEPS = 50  # in a sequence, with which a graph takes less time at once; see `ProofSettings.traced_steps`
FORGET_GATE = 1  # the second of an LSTM's, in both frameworks


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A reference model in a running process."""

    inspected: InspectedModel
    """What was observed of it, with what each of its tensors does."""
    side: Side
    """The model, as one side of a comparison."""


class References:
    """A context manager for the reference models of every framework that has a file of them."""

    def __init__(
        self, files: Mapping[FrameworkName, Submission], jobs: Mapping[FrameworkName, Job], sandbox: Sandbox
    ) -> None:
        self._processes = {
            framework: ReferenceProcess(file, jobs[framework], sandbox, inspect_references)
            for framework, file in files.items()
        }
        self._lessons: Counter[tuple[FrameworkName, str]] = Counter()
        self._varying: dict[tuple[FrameworkName, str], bool | None] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for process in self._processes.values():
            process.close()

    def speak(self, framework: FrameworkName) -> bool:
        """Whether there is a file for that framework."""
        return framework in self._processes

    def foresee(self, framework: FrameworkName) -> None:
        """Begin to start the references for that framework, if there are any, and return at once."""
        if framework in self._processes:
            self._processes[framework].foresee()

    def find(self, framework: FrameworkName, model_id: str) -> Reference:
        """The reference of that name; `HarnessError` if its file makes none."""
        found = self._processes[framework].opened().get(model_id)
        if found is None:
            raise HarnessError(
                "no reference {model} for {framework} answers its probe; run suite freeze to see why",
                model=model_id,
                framework=framework,
            )

        def ask(question: str, arrays: dict[str, Array], **values: Any) -> tuple[ExperimentAnswer, Mapping[str, Array]]:
            if question == "train":
                self._lessons[framework, model_id] += 1
                long = are_long((array for name, array in arrays.items() if name.startswith("x")), MANY_STEPS)
                values["traced"] = long or self._lessons[framework, model_id] > FEW_LESSONS
            return self._ask(framework, question, arrays, **values)

        return Reference(inspected=found, side=Side(ask=ask, index=found.index, slots=found.slots, traced=True))

    def varies(self, framework: FrameworkName, model_id: str, inputs: Inputs) -> bool | None:
        """Whether a reference's answers are random in training mode; `None` if it can't be called so."""
        key = framework, model_id
        if key not in self._varying:
            try:
                self._varying[key] = varies(replace(self.find(framework, model_id).side, traced=False), inputs, SURE)
            except HarnessError:
                self._varying[key] = None
        return self._varying[key]

    def _ask(
        self, framework: FrameworkName, question: str, arrays: dict[str, np.ndarray[Any, Any]], **values: Any
    ) -> tuple[ExperimentAnswer, Mapping[str, np.ndarray[Any, Any]]]:
        """Ask a reference, one question at a time; any failure is the harness's."""
        frame = self._processes[framework].ask(question, arrays, **values)
        answer = parse(ExperimentAnswer, frame)
        if answer.problem:
            raise HarnessError(
                "a reference for {framework} doesn't answer the question {question!r}: {problem}",
                framework=framework,
                question=question,
                problem=answer.problem,
            )
        return answer, frame.arrays


def inspect_references(session: Session, job: Job, names: Container[str] | None = None) -> dict[str, InspectedModel]:
    """The session's models by name, or only those in `names`; these must be the session's first questions."""
    session.channel.accept()
    found = {}
    for index, header in enumerate(parse(Description, session.channel.ask("describe")).models):
        if names is not None and header.name not in names:
            continue
        inspected = inspect_model(session.channel, index, header, job, session.run)
        if inspected.probe is not None:
            found[inspected.model.name] = with_roles(inspected)
    return found


def with_roles(inspected: InspectedModel) -> InspectedModel:
    """Set what each tensor does by its name, which can be trusted: a reference's names are our own."""
    framework, layers = framework_named(inspected.model.framework), inspected.model.layers
    named = [
        (slot.layer, layers[slot.layer].kind, slot.name.rpartition(".")[2], slot.shape) for slot in inspected.slots
    ]
    slots = [
        replace(slot, role=known.role, fan=known.fan, divided=known.divided)
        for slot, known in zip(inspected.slots, describe_tensors(framework, named), strict=True)
    ]
    keeping = {LSTM_GATES: FORGET_GATE, GRU_GATES: framework.update_gate}
    gates = {slot.layer: max(slot.shape) // min(slot.shape) for slot in slots if slot.role == "recurrent kernel"}
    found = (
        replace(slot, keeping=(keeping[count], count))
        if slot.role == "bias" and (count := gates.get(slot.layer, 0)) in keeping
        else slot
        for slot in slots
    )
    return replace(inspected, slots=tuple(found))
