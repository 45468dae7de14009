"""What a framework must offer inside the sandbox: to be recognised, described, proved, trained, timed and watched.

A framework is a folder beside this module whose package holds one `FRAMEWORK`. Nothing in it imports its library before
a submission has: a submission that didn't import it can't hold a model of it. Every function calls the library's own
functions on a submission's objects, whatever their classes redefine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

from suite.inside.frameworks.views import Array, ForwardPass, Hear, LayerView

Batch: TypeAlias = tuple[Sequence[Any], Sequence[Array]]
"""Inputs and targets."""


class Adapter(Protocol):
    """Tells what a value is, and describes a model."""

    def owns(self, value: Any) -> bool:
        """Whether the value is a model of this framework, or something that stands for one."""

    def is_model(self, value: Any) -> bool:
        """Whether it is a model proper."""

    def origin(self, value: Any) -> Any:
        """The object whose being part of another model makes the value a part of it."""

    def as_model(self, value: Any) -> Any:
        """The model that the value is or stands for."""

    def parts(self, model: Any) -> Iterator[Any]:
        """Everything inside a model that could be tracked by itself."""

    def layers(self, model: Any) -> list[LayerView]:
        """Its layers with copies of their weights."""

    def forward(self, model: Any, inputs: list[Any]) -> ForwardPass:
        """Run it for inference on arrays or lists of texts; what it raises is part of what comes back."""

    def listen(self, model: Any, hear: Hear) -> AbstractContextManager[object]:
        """During the block, let every layer tell its name and first output, each time that it is called."""

    def weights(self, model: Any) -> list[Any]:
        """Its weights: the very objects that an optimizer holds."""

    def is_built(self, model: Any) -> bool:
        """Whether its weights exist."""

    def is_finite(self, model: Any) -> bool:
        """Whether they are all finite numbers."""

    def steps(self, model: Any) -> int | None:
        """Optimizer steps that the notebook took on its weights; `None` where nothing counted them."""

    def curves(self, model: Any) -> Mapping[str, Sequence[Any]]:
        """The values of each metric, one an epoch, where the framework keeps them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepOptions:
    """How to learn."""

    rate: float
    """Of plain SGD."""
    softmax: bool
    """The outputs are logits: their probabilities are held against the targets."""
    traced: bool
    """Through a graph, where the framework has them."""
    answers: tuple[int, ...]
    """Places of the outputs that are held against the targets; what else a model returns doesn't count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingGoal:
    """What a model is trained towards."""

    kind: str
    """`classes`: the number of a class a row; `steps`: 0 or 1 at each step, of which the first doesn't count."""
    logits: bool
    """Whether the model answers logits instead of probabilities."""
    traced: bool
    """Through a graph, where the framework has them."""


class Learner(Protocol):
    """Takes the host's weights, answers, and learns."""

    def swap(self, handle: Any, values: Any) -> Any:
        """Put values into a tensor and return those that it held, in a form that `swap` takes back."""

    def read(self, handle: Any) -> Array:
        """The values of a tensor, as an array of its own."""

    def reset(self, model: Any) -> None:
        """Let a model that keeps a state between calls forget it, where it says how."""

    def call(self, model: Any, inputs: Sequence[Any], *, traced: bool) -> list[Array]:
        """All outputs, float32, for arrays or lists of texts; through a graph where asked for and possible.

        Where the model holds a layer that turns texts into numbers, an array stands for what that layer returns.
        """

    def call_layer(self, layer: Any, inputs: Sequence[Array], *, nested: bool) -> list[Array]:
        """All outputs, float32, of a layer by itself, given an input, and states: `nested` in one argument."""

    def step(self, model: Any, handles: Sequence[Any], batch: Batch, options: StepOptions) -> None:
        """Move the tensors by one step of SGD, without momentum, down the mean squared error, summed over the outputs.

        The model computes as it does for inference, so that dropout and batch statistics draw nothing at random.
        """

    def gradient(
        self, model: Any, handles: Sequence[Any], batch: Batch, goal: TrainingGoal
    ) -> tuple[float, list[Array | None]]:
        """The mean cross-entropy of a batch, and its gradient for each tensor; `None` for one that isn't trained.

        As in `step` the model computes as it does for inference.
        """

    def move(self, handle: Any, by: Array) -> None:
        """Add to a tensor."""

    def undisturbed(self) -> AbstractContextManager[object]:
        """For many small steps in a row: on one thread, where that can be chosen; several would wait for each other."""


class TimedCalls(Protocol):
    """What a timing needs to set and to know, besides what a learner does."""

    def set_up(self, model: Any, threads: int, device: str) -> None:
        """Compute with so many threads, and on the device (`cpu` or `gpu`), where the framework leaves the choice."""

    def threads(self) -> int:
        """Threads that the framework computes with; 0 where it doesn't say."""


class OptimizerNote(Protocol):
    """What is noted of one optimizer in one cell; hooks add to it."""

    steps: int
    effective: int
    test_steps: int
    rate: float | None
    loss: str

    def add_loss(self, loss: Any) -> None:
        """Keep a loss, as a number or an object that becomes one."""


class TrainingNotes(Protocol):
    """Where a framework's hooks tell how a notebook trains."""

    @property
    def is_closed(self) -> bool:
        """Whether the notebook has ended: what the grader does isn't the submission's doing."""

    @property
    def cell(self) -> int:
        """Number of the cell that runs."""

    def optimizer(self, optimizer: Any, weights: Callable[[], list[Any]]) -> OptimizerNote | None:
        """What is noted of an optimizer in the cell that runs; `None` where there is no room for more."""

    def remark(self, kind: str, model: Any = None) -> None:
        """Count something that happened in the cell that runs."""

    def has_trained(self, weights: Sequence[Any]) -> bool:
        """Whether some optimizer has stepped over one of these weights."""


class Framework(Protocol):
    """One framework."""

    name: str
    """As records and assignments name it."""
    libraries: tuple[str, ...]
    """Modules whose versions are told, where they were imported."""
    adapter: Adapter
    learner: Learner
    timed_calls: TimedCalls

    def prepare(self, runtime: str, loaders: Mapping[str, Mapping[str, str]]) -> None:
        """Get ready before the library is imported: choose its version, and patch what loads data.

        `loaders` names each dataset by the loaders that give it: `{"mnist": {"keras.datasets": "mnist"}}`.
        """

    def open_data(self) -> None:
        """The prepared data lies there now, and the working folder is the submission's."""

    def cap_epochs(self, epochs: int, capped: list[str]) -> None:
        """Let nothing train for more than so many epochs; what was cut is added to `capped`."""

    def seed(self, seed: int) -> None:
        """Seed the library, now or when it is imported."""

    def watch(self, notes: TrainingNotes) -> None:
        """Tell `notes` how the notebook trains, from when the library is imported."""
