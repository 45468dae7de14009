"""The processes of the reference models: one per framework for a whole class, started when first needed.

A reference is run like a submission: in the same sandbox, and it answers the same questions. Whatever fails here is the
harness's failure and never a student's.
"""

from __future__ import annotations

import threading
from collections.abc import Container, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np

from suite.codec import Frame
from suite.errors import FrameError, HarnessError
from suite.evidence.interview.answers import Description, ExperimentAnswer, parse
from suite.evidence.interview.channel import Channel
from suite.evidence.interview.inspection import InspectedModel, inspect_model
from suite.evidence.interview.job import Job
from suite.evidence.interview.session import Session, open_session
from suite.evidence.proof.experiment import Side
from suite.evidence.proof.random_tensors import Array
from suite.frameworks import framework_named
from suite.records import FrameworkName, Submission
from suite.sandbox import Sandbox

LSTM_GATES, GRU_GATES = 4, 3
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
        self._processes = {framework: _Process(file, jobs[framework], sandbox) for framework, file in files.items()}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for process in self._processes.values():
            process.close()

    def speak(self, framework: FrameworkName) -> bool:
        """Whether there is a file for that framework."""
        return framework in self._processes

    def find(self, framework: FrameworkName, model_id: str) -> Reference:
        """The reference of that name; `HarnessError` if its file makes none."""
        found = self._processes[framework].models().get(model_id)
        if found is None:
            raise HarnessError(
                f"no reference {model_id} for {framework} answers its probe; run suite freeze to see why"
            )

        def ask(question: str, arrays: dict[str, Array], **values: Any) -> tuple[ExperimentAnswer, Mapping[str, Array]]:
            return self._ask(framework, question, arrays, **values)

        return Reference(inspected=found, side=Side(ask=ask, index=found.index, slots=found.slots, traced=True))

    def _ask(
        self, framework: FrameworkName, question: str, arrays: dict[str, np.ndarray[Any, Any]], **values: Any
    ) -> tuple[ExperimentAnswer, Mapping[str, np.ndarray[Any, Any]]]:
        """Ask a reference, one question at a time; any failure is the harness's."""
        frame = self._processes[framework].ask(question, arrays, **values)
        answer = parse(ExperimentAnswer, frame)
        if answer.problem:
            raise HarnessError(f"a reference for {framework} can't {question}: {answer.problem}")
        return answer, frame.arrays


class _Process:
    """One file of references and the process that holds its models, which is started again once if it dies."""

    def __init__(self, file: Submission, job: Job, sandbox: Sandbox) -> None:
        self._file, self._job, self._sandbox = file, job, sandbox
        self._lock = threading.Lock()
        self._stack = ExitStack()
        self._channel: Channel | None = None
        self._models: dict[str, InspectedModel] = {}
        self._reopened = False

    def models(self) -> Mapping[str, InspectedModel]:
        """Its models by name."""
        with self._lock:
            self._open()
            return self._models

    def ask(self, question: str, arrays: dict[str, np.ndarray[Any, Any]], **values: Any) -> Frame:
        """Ask, and once more in a fresh process if this one doesn't answer."""
        with self._lock:
            try:
                return self._open().ask(question, arrays, **values)
            except FrameError as error:
                if self._reopened:
                    raise self._silent(error) from error
            self._reopened = True
            self._shut()
            try:
                return self._open().ask(question, arrays, **values)
            except FrameError as error:
                raise self._silent(error) from error

    def close(self) -> None:
        """End the process."""
        with self._lock:
            self._shut()

    def _silent(self, error: FrameError) -> HarnessError:
        return HarnessError(f"the process of the reference {self._file.source} is silent: {error}")

    def _shut(self) -> None:
        self._stack.close()
        self._channel = None

    def _open(self) -> Channel:
        """The channel to the process, started if needed, with its limits on answers reset."""
        if self._channel is None:
            session = self._stack.enter_context(open_session(self._file, self._job, self._sandbox))
            try:
                self._models = inspect_references(session, self._job)
            except FrameError as error:
                self._shut()
                raise HarnessError(f"the reference {self._file.source} doesn't answer: {error}") from error
            self._channel = session.channel
        self._channel.renew()
        return self._channel


def inspect_references(session: Session, job: Job, names: Container[str] | None = None) -> dict[str, InspectedModel]:
    """The session's models by name, or only those in `names`; these must be the session's first questions."""
    session.channel.accept()
    found = {}
    for index, header in enumerate(parse(Description, session.channel.ask("describe")).models):
        if names is not None and header.name not in names:
            continue
        inspected = inspect_model(session.channel, index, header, job, session.run)
        if inspected.probe is not None:
            found[inspected.model.name] = _with_roles(inspected)
    return found


def _with_roles(inspected: InspectedModel) -> InspectedModel:
    """Set what each tensor does by its name, which can be trusted: a reference's names are our own."""
    framework, layers = framework_named(inspected.model.framework), inspected.model.layers
    slots = [
        replace(slot, role=framework.role(slot.name.rpartition(".")[2], layers[slot.layer].kind))
        for slot in inspected.slots
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
