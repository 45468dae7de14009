"""The processes that build layers as submissions describe them: one per framework, started when first needed.

They hold nothing: no reference and nothing of a submission but the options of the layer that is asked for. One that
ends, as options may ask for more memory than it has, is replaced.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from suite.errors import FrameError, SuiteError
from suite.evidence.interview.answers import RebuildAnswer, parse
from suite.evidence.interview.job import Job
from suite.evidence.interview.kept_process import KeptProcess, greet
from suite.evidence.proof.recipes import Arguments, LayerRecipe
from suite.records import FrameworkName, Submission
from suite.sandbox import Sandbox

Array = np.ndarray[Any, Any]
PATIENCE = 10  # seconds; the slowest layer of the tests takes 1


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
        self._known: dict[tuple[str, str, str], tuple[BuiltTensor, ...]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for process in self._processes.values():
            process.close()

    def describe(
        self, framework: FrameworkName, recipe: LayerRecipe, arguments: Arguments, inputs: Sequence[Array]
    ) -> tuple[BuiltTensor, ...]:
        """Its tensors, in the order in which the framework's code lists them; `BuildError` if it can't be built."""
        key = framework, repr(recipe), repr(arguments)
        if key not in self._known:
            answer, _ = self._ask(framework, recipe, arguments, inputs, ())
            self._known[key] = tuple(
                BuiltTensor(kind=each.kind, name=each.name, shape=tuple(each.shape)) for each in answer.tensors
            )
        return self._known[key]

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
        if framework not in self._processes:
            raise BuildError(f"nothing builds layers of {framework}")
        arrays = {f"x0.{place}": array for place, array in enumerate(inputs)}
        arrays |= {f"w{place}": array for place, array in enumerate(weights)}
        answer, found = self._processes[framework].ask(
            arrays,
            framework=framework,
            recipe=recipe.as_json(),
            arguments=arguments.as_json(),
            inputs=len(inputs),
            texts={},
        )
        if answer.problem:
            raise BuildError(answer.problem)
        return answer, found


class _Process:
    """A process that has imported a framework; a new one is started after one has ended."""

    def __init__(self, file: Submission, job: Job, sandbox: Sandbox) -> None:
        self._process = KeptProcess(file, job, sandbox, greet)
        self._lock = threading.Lock()

    def ask(self, arrays: dict[str, Array], **values: Any) -> tuple[RebuildAnswer, Mapping[str, Array]]:
        """Ask for a layer; `ExhaustedError` if the process doesn't answer."""
        with self._lock:
            channel, _ = self._process.open()
            try:
                frame = channel.ask("rebuild", arrays, patience=PATIENCE, **values)
                return parse(RebuildAnswer, frame), frame.arrays
            except FrameError as error:
                self._process.shut()
                raise ExhaustedError(str(error)) from error

    def close(self) -> None:
        """End the process."""
        with self._lock:
            self._process.shut()
