"""The processes that build layers and models as submissions describe them.

There is one per framework, started when first needed. They hold no reference, and nothing of a submission but options
of layers and how these are put together. One that ends, as options may ask for more memory than it has, is replaced.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self, TypeVar

import numpy as np

from suite.codec import Frame
from suite.errors import AnswerError, FrameError, SuiteError
from suite.evidence.interview.answers import RebuildAnswer, RebuiltAnswer, Weights, parse
from suite.evidence.interview.inspection import Tensor, list_tensors
from suite.evidence.interview.job import Job
from suite.evidence.interview.kept_process import KeptProcess, greet
from suite.evidence.proof.findings import Findings
from suite.evidence.proof.recipes import Arguments, LayerRecipe
from suite.records import FrameworkName, Submission
from suite.sandbox import Sandbox

Array = np.ndarray[Any, Any]
FoundT = TypeVar("FoundT")
PATIENCE = 10  # seconds; the slowest layer of the tests takes 1
MODEL_PATIENCE = 30  # seconds; the graph of a deep model takes 5 in a slow hour
MOST_FINDINGS = 100  # each holds the inputs of a proof: 100 KiB with small images, 9 MiB with those of ImageNet
MOST_MODELS = 16  # that a process holds, with their graphs: 10 to 30 MiB each; of more the oldest is forgotten


class BuildError(SuiteError):
    """A layer can't be built or called so."""


class ExhaustedError(BuildError):
    """Its options made the process end, or take too long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltTensor:
    """A tensor of a layer as the suite's own process built it; so its names can be trusted."""

    kind: str
    """Class of the layer that owns it."""
    name: str
    """Its name there."""
    shape: tuple[int, ...]
    """Its shape."""


class Builders:
    """A context manager for the processes of every framework."""

    def __init__(
        self, files: Mapping[FrameworkName, Submission], jobs: Mapping[FrameworkName, Job], sandbox: Sandbox
    ) -> None:
        self._processes = {name: _Process(file, jobs[name], sandbox) for name, file in files.items()}
        self._found: Findings[Any] = Findings(MOST_FINDINGS)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for process in self._processes.values():
            process.close()

    def foresee(self, framework: FrameworkName) -> None:
        """Begin to start that framework's process, once, and return at once."""
        if framework in self._processes:
            self._processes[framework].foresee()

    def describe(
        self, framework: FrameworkName, recipe: LayerRecipe, arguments: Arguments, inputs: Sequence[Array]
    ) -> tuple[BuiltTensor, ...]:
        """Its tensors, in the order in which the framework's code lists them; `BuildError` if it can't be built."""

        def find() -> tuple[BuiltTensor, ...]:
            answer, _ = self._ask(framework, recipe, arguments, inputs, ())
            return tuple(
                BuiltTensor(kind=each.kind, name=each.name, shape=tuple(each.shape)) for each in answer.tensors
            )

        return self.remember(("layer", framework, repr(recipe), repr(arguments)), find)

    def call(
        self,
        framework: FrameworkName,
        recipe: LayerRecipe,
        arguments: Arguments,
        inputs: Sequence[Array],
        weights: Sequence[Array],
    ) -> list[Array]:
        """What it returns with these weights."""
        _, arrays = self._ask(framework, recipe, arguments, inputs, weights)
        return [array for name, array in arrays.items() if name.startswith("y")]

    def _ask(
        self,
        framework: FrameworkName,
        recipe: LayerRecipe,
        arguments: Arguments,
        inputs: Sequence[Array],
        weights: Sequence[Array],
    ) -> tuple[RebuildAnswer, Mapping[str, Array]]:
        arrays = {f"x0.{place}": array for place, array in enumerate(inputs)}
        arrays |= {f"w{place}": array for place, array in enumerate(weights)}
        frame = self._process_of(framework).ask(
            "rebuild",
            arrays,
            framework=framework,
            recipe=recipe.as_json(),
            arguments=arguments.as_json(),
            inputs=len(inputs),
            texts={},
        )
        answer = parse(RebuildAnswer, frame)
        if answer.problem:
            raise BuildError(answer.problem)
        return answer, frame.arrays

    def remember(self, about: Hashable, find: Callable[[], FoundT]) -> FoundT:
        """What was found out about a layer or a copy of a model: once, as it is the same for all that are built so."""
        found: FoundT = self._found.get(about, find)
        return found

    def tensors_of(self, framework: FrameworkName, architecture: str) -> tuple[Tensor, ...]:
        """The tensors of a model of that architecture; `BuildError` if it can't be built."""

        def find() -> tuple[Tensor, ...]:
            frame = self.ask_model(framework, architecture, "weights", {})
            return list_tensors(parse(Weights, frame).layers, frame)

        return self.remember(("model", framework, architecture), find)

    def ask_model(
        self,
        framework: FrameworkName,
        architecture: str,
        question: str,
        arrays: dict[str, Array],
        **values: Any,
    ) -> Frame:
        """Ask a model of that architecture, which is built first where it isn't held.

        `AnswerError` if it can't be built, or answers with an error; `ExhaustedError` if its process doesn't answer.
        """
        return self._process_of(framework).ask_model(framework, architecture, question, arrays, **values)

    def _process_of(self, framework: FrameworkName) -> _Process:
        """What builds for that framework; `BuildError` if nothing does."""
        if framework not in self._processes:
            raise BuildError(f"nothing builds for {framework}")
        return self._processes[framework]


class _Process:
    """A process that has imported a framework; a new one is started after one has ended."""

    def __init__(self, file: Submission, job: Job, sandbox: Sandbox) -> None:
        self._process = KeptProcess(file, job, sandbox, greet)
        self._models: OrderedDict[str, int] = OrderedDict()  # those that were asked last come last

    def foresee(self) -> None:
        """See `KeptProcess`."""
        self._process.foresee()

    def ask(self, question: str, arrays: dict[str, Array], **values: Any) -> Frame:
        """Ask about a layer; `BuildError` if it can't answer, `ExhaustedError` if it doesn't."""
        with self._process.lock:
            try:
                return self._ask(question, arrays, **values)
            except AnswerError as error:
                raise BuildError(str(error)) from error

    def ask_model(
        self, framework: FrameworkName, architecture: str, question: str, arrays: dict[str, Array], **values: Any
    ) -> Frame:
        """See `Builders.ask_model`."""
        with self._process.lock:
            if architecture not in self._models:
                full = len(self._models) >= MOST_MODELS
                oldest = self._models.popitem(last=False)[1] if full else None
                frame = self._ask("rebuild model", {}, framework=framework, architecture=architecture, forget=oldest)
                self._models[architecture] = parse(RebuiltAnswer, frame).model
            self._models.move_to_end(architecture)
            model = self._models[architecture]
            return self._ask(question, arrays, patience=MODEL_PATIENCE, model=model, **values)

    def close(self) -> None:
        """See `KeptProcess`."""
        self._process.close()

    def _ask(self, question: str, arrays: dict[str, Array], *, patience: float = PATIENCE, **values: Any) -> Frame:
        channel, _ = self._process.open()
        try:
            return channel.ask(question, arrays, patience=patience, **values)
        except AnswerError:
            raise
        except FrameError as error:
            self._shut()
            raise ExhaustedError(str(error)) from error

    def _shut(self) -> None:
        self._process.shut()
        self._models.clear()
