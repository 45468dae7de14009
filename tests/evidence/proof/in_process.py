"""Models of this process behind the host's questions: what the proof asks of a sandbox, answered without one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast

import numpy as np

from suite.assignments import ModelTask, Probe, ProofSettings
from suite.codec import Frame, decode, encode
from suite.errors import AnswerError
from suite.evidence.interview.answers import ModelHeader, RebuildAnswer, parse
from suite.evidence.interview.channel import Channel
from suite.evidence.interview.inspection import InspectedModel, inspect_model
from suite.evidence.interview.job import Job
from suite.evidence.proof.builders import BuildError, Builders
from suite.evidence.proof.experiment import Side, on_channel
from suite.evidence.proof.prover import compare_with
from suite.evidence.proof.references import Reference, References, with_roles
from suite.frameworks import framework_named
from suite.inside.frameworks import load
from suite.inside.worker import answers
from suite.inside.worker.model_tracker import TrackedModel
from suite.records import Proof, Run

INSIDE = {each.name: each for each in load([framework_named(name).inside for name in ("keras", "torch")])}


@dataclass
class Process:
    """Answers as a worker does, through encoded frames."""

    models: Sequence[Any]
    framework: str
    asked: int = 0
    known: list[TrackedModel] = field(default_factory=list)

    def __post_init__(self) -> None:
        inside = INSIDE[self.framework]
        self.known = [
            TrackedModel(model=model, framework=inside, name="model", cell=0, finished=True) for model in self.models
        ]

    def ask(self, question: str, arrays: Mapping[str, Any] | None = None, **values: Any) -> Frame:
        self.asked += 1
        body = {"question": question, "number": self.asked} | {k: v for k, v in values.items() if k != "patience"}
        sent = _carry(Frame(body=body, arrays=dict(arrays or {})))
        frameworks = tuple(INSIDE.values())
        notes = answers.Notes(
            skipped=[],
            capped=[],
            training=cast("Any", None),
            frameworks=frameworks,
            namespace={},
            calls=cast("Any", None),
            submission=Path(),
        )
        frame = _carry(answers._answer_or_fail(sent, self.known, notes))
        if "failure" in frame.body:
            raise AnswerError(frame.body["failure"])
        return frame

    def inspect(self, probe: Probe) -> InspectedModel:
        adapter = self.known[0].framework.adapter
        header = ModelHeader(
            name="model",
            framework=self.framework,
            class_name="Net",
            cell=0,
            finished=True,
            called_with=[],
            answered_with=0,
            words=adapter.words(self.models[0]),
        )
        job, run = cast("Job", _Job(probes=(probe,))), cast("Run", _Run())
        return inspect_model(cast("Channel", self), 0, header, job, run)


@dataclass
class _Job:
    probes: Sequence[Probe]
    probe_seed: int = 0
    copied: bool = True
    repeated_steps: int = 0


@dataclass
class _Cell:
    index: int = 0


@dataclass
class _Run:
    cells: Sequence[_Cell] = (_Cell(),)


def _carry(frame: Frame) -> Frame:
    raw, place = encode(frame), 0

    def read(size: int) -> bytes:
        nonlocal place
        place += size
        return raw[place - size : place]

    return decode(read, 1 << 30)


class InProcessBuilders(Builders):
    """Builds layers and models in this process."""

    def __init__(self) -> None:
        super().__init__({}, {}, cast("Any", None))
        self.built: list[str] = []
        self.process = Process([], "keras")
        self.models: dict[str, int] = {}

    def ask_model(self, framework: Any, architecture: str, question: str, arrays: Any, **values: Any) -> Frame:
        if architecture not in self.models:
            said = {"framework": framework, "architecture": architecture, "forget": None}
            frame = self.process.ask("rebuild model", {}, **said)
            self.models[architecture] = frame.body["model"]
        return self.process.ask(question, arrays, model=self.models[architecture], **values)

    def _ask(self, framework: Any, recipe: Any, arguments: Any, inputs: Any, weights: Any) -> Any:
        self.built.append(recipe.kind)
        arrays = {f"x0.{place}": array for place, array in enumerate(inputs)}
        arrays |= {f"w{place}": array for place, array in enumerate(weights)}
        values = {"framework": framework, "recipe": recipe.as_json(), "arguments": arguments.as_json()}
        frame = Process([], framework).ask("rebuild", arrays, inputs=len(inputs), texts={}, **values)
        answer = parse(RebuildAnswer, frame)
        if answer.problem:
            raise BuildError(answer.problem)
        return answer, frame.arrays


class InProcessReferences(References):
    """References of one framework in this process."""

    def __init__(self, framework: str, models: Mapping[str, tuple[Any, Probe]]) -> None:
        super().__init__({}, {}, cast("Any", None))
        self.framework = framework
        self.processes = {name: Process([model], framework) for name, (model, _) in models.items()}
        found = {name: with_roles(self.processes[name].inspect(probe)) for name, (_, probe) in models.items()}
        self.found = {name: replace(each, model=replace(each.model, name=name)) for name, each in found.items()}

    @property
    def asked(self) -> int:
        """How many questions they have answered."""
        return sum(process.asked for process in self.processes.values())

    def speak(self, framework: str) -> bool:
        return framework == self.framework

    def find(self, framework: str, model_id: str) -> Reference:  # noqa: ARG002 - of the only one
        known, ask = self.found[model_id], on_channel(cast("Channel", self.processes[model_id]))
        return Reference(inspected=known, side=Side(ask=ask, index=0, slots=known.slots, traced=True))


def prove(framework: str, reference: Any, model: Any, probe: Probe, seed: int = 0, **task: Any) -> Proof | None:
    """Compare a model with a reference as the suite does."""
    theirs, own = Process([reference], framework), Process([model], framework)
    known = with_roles(theirs.inspect(probe))
    ask = on_channel(cast("Channel", theirs))
    side = Side(ask=ask, index=0, slots=known.slots, traced=True)
    title = {"en": "T", "es": "T"}
    asked = ModelTask.model_validate({"id": "t", "title": title, "accepts": ["m"], "probes": [probe]} | task)
    generator = np.random.default_rng(seed)
    reference_model = Reference(inspected=known, side=side)
    channel = cast("Channel", own)
    comparison = compare_with(channel, own.inspect(probe), reference_model, asked, ProofSettings(), generator)
    return comparison.prove(generator)[0] if comparison else None
