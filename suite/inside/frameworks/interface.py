"""What the code for a framework must do inside the sandbox: recognise, describe, prove, train, time and watch models.

A framework is a package beside this module that defines `FRAMEWORK`. It doesn't import its library before the
submission does: without that import a submission can't have a model of it. Functions call the library's own functions
on a submission's objects, even if their classes redefine them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeAlias

from suite.inside.frameworks.conventions import Convention
from suite.inside.frameworks.recipes import Arguments, PartRecipe, Recipe
from suite.inside.frameworks.views import Array, CallCount, ForwardPass, Hear, InputView, LayerView

Batch: TypeAlias = tuple[Sequence[Any], Sequence[Array]]
"""Inputs and targets."""


class Adapter(Protocol):
    """Recognises models among values, and describes them."""

    def owns(self, value: Any) -> bool:
        """Whether the value is a model of this framework, or a layer or tensor that can be turned into one."""

    def is_model(self, value: Any) -> bool:
        """Whether it is itself a model."""

    def origin(self, value: Any) -> Any:
        """The object to look for in another model's parts to tell whether the value belongs to that model."""

    def as_model(self, value: Any) -> Any:
        """The value as a model."""

    def parts(self, model: Any) -> Iterator[Any]:
        """Everything inside a model that could otherwise be tracked by itself."""

    def inner_models(self, model: Any) -> Iterator[tuple[str, Any]]:
        """The models inside a model, in whatever they are kept, each with the path of attributes that leads to it."""

    def layers(self, model: Any) -> list[LayerView]:
        """Its layers with copies of their weights."""

    def forward(
        self, model: Any, inputs: list[Any], convention: Convention, *, expected: CallCount = "few"
    ) -> ForwardPass:
        """Run it for inference on arrays or lists of texts; an exception is part of the result.

        `expected` says how many calls with inputs of such sizes there will be, so that preparing them may pay; "one"
        only for a model that is the framework's own code alone.
        """

    def listen(self, model: Any, hear: Hear) -> AbstractContextManager[object]:
        """During the block, call `hear` with a layer's name and first output each time that a layer is called."""

    def weights(self, model: Any) -> list[Any]:
        """Its weights: the same objects that an optimizer holds."""

    def is_built(self, model: Any) -> bool:
        """Whether its weights exist."""

    def is_finite(self, model: Any) -> bool:
        """Whether all its weights are finite."""

    def steps(self, model: Any) -> int | None:
        """Optimizer steps that the notebook took on its weights; `None` if they weren't counted."""

    def words(self, model: Any) -> int:
        """How many words its largest embedding knows; 0 if it has none."""

    def called_with(self, model: Any) -> Sequence[int]:
        """Shape of the first input of the notebook's first call of it; empty if that isn't known."""

    def answered_with(self, model: Any) -> int:
        """First dimension of its first output in that call; 0 if that isn't known."""

    def takes(self, model: Any) -> list[InputView]:
        """What the notebook declares or first gives as its inputs, as far as that shows; empty if it doesn't."""

    def curves(self, model: Any) -> Mapping[str, Sequence[Any]]:
        """The values of each metric, one per epoch, if the framework stores them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepOptions:
    """Options of a training step for the functional proof."""

    rate: float
    """Learning rate of plain SGD."""
    softmax: bool
    """Whether outputs are logits, of which the probabilities are compared with the targets."""
    traced: bool
    """Whether to run as a graph, if the framework has graphs."""
    answers: tuple[int, ...]
    """Indexes of the outputs that are compared with the targets; other outputs are ignored."""
    convention: Convention
    """How the model is called."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingGoal:
    """What a model is trained towards."""

    kind: str
    """`classes`: a class number per row; `steps`: 0 or 1 at each time step, of which the first doesn't count."""
    logits: bool
    """Whether the model returns logits instead of probabilities."""
    traced: bool
    """Whether to run as a graph, if the framework has graphs."""
    answer: int
    """Index of the output that is trained; other outputs are ignored."""
    convention: Convention
    """How the model is called."""


class Learner(Protocol):
    """Loads weights into a model, calls it and trains it."""

    def put(self, handle: Any, values: Any) -> None:
        """Put values into a tensor: an array, or what `hold` returned."""

    def hold(self, handle: Any) -> Any:
        """A tensor's values, which stay as they are whatever is put into it later."""

    def read(self, handle: Any) -> Array:
        """A copy of a tensor's values."""

    def use_full_precision(self, model: Any) -> None:
        """Compute in the precision of the weights, where the model computes in a lower one."""

    def reset(self, model: Any) -> None:
        """Reset the state that a model keeps between calls, if it has a method for that."""

    def call(self, model: Any, inputs: Sequence[Any], convention: Convention, *, traced: bool) -> list[Array]:
        """All outputs, float32, for arrays or lists of texts; as a graph if requested and possible.

        If the model has a layer that turns texts into numbers, an array takes the place of that layer's output.
        """

    def practise(
        self, model: Any, inputs: Sequence[Any], convention: Convention, seed: int, *, traced: bool
    ) -> list[Array]:
        """All outputs in training mode, with random numbers of their own for each `seed`; gradients aren't needed."""

    def may_trace(self, model: Any) -> bool:
        """Whether it computes the same as a graph, as none of its code is the notebook's; false if it never is one."""

    def may_vary(self, model: Any) -> bool:
        """Whether calls in training mode may differ, with equal weights and inputs; true where only calls can tell."""

    def call_layer(self, layer: Any, arguments: Arguments, arrays: Sequence[Array]) -> list[Array]:
        """All outputs, float32, of a layer; there is an array for each leaf of the arguments."""

    def step(self, model: Any, handles: Sequence[Any], batch: Batch, options: StepOptions) -> None:
        """Change the tensors by a step of SGD without momentum on the mean squared error, summed over the outputs.

        The model runs in inference mode, without random dropout and batch statistics.
        """

    def gradient(
        self, model: Any, handles: Sequence[Any], batch: Batch, goal: TrainingGoal
    ) -> tuple[float, list[Array | None]]:
        """The mean cross-entropy of a batch, and its gradient for each tensor; `None` for one that isn't trained.

        As in `step`, the model runs in inference mode.
        """

    def slopes(self, model: Any, handles: Sequence[Any], batch: Batch, convention: Convention) -> list[Array | None]:
        """The gradient of the sum of all outputs times the batch's targets for each tensor, also for those not trained.

        `None` for a tensor that the outputs don't depend on. As in `step`, the model runs in inference mode.
        """

    def move(self, handle: Any, by: Array) -> None:
        """Add `by` to a tensor."""

    def forget(self, model: Any) -> None:
        """Drop what is kept to ask a model again."""

    def undisturbed(self) -> AbstractContextManager[object]:
        """Compute in one thread if possible: several would wait for each other, and for other submissions' threads."""


class Rebuilder(Protocol):
    """Says how layers of the library's own classes are built, and builds them so."""

    def recipes(self, model: Any, inputs: Sequence[Any], convention: Convention) -> list[PartRecipe]:
        """For each part of a model that holds tensors, how to build it, and how it is called on these inputs."""

    def recipe(self, layer: Any) -> Recipe | None:
        """How to build one layer; `None` if its class isn't the library's own, or its options carry code."""

    def build(self, recipe: Recipe) -> Any:
        """A new layer; in Keras it gets its weights in its first call."""

    def architecture(self, model: Any) -> Recipe | None:
        """What a model is put together of, in the framework's serialized form; `None` where code takes part as well."""

    def rebuild(self, architecture: Recipe) -> Any:
        """A new model of that architecture, with weights of its own."""


class TimedCalls(Protocol):
    """What a timing needs besides a `Learner`: threads, and the device on which the model computes."""

    def set_up(self, model: Any, threads: int, device: str) -> None:
        """Set the number of threads and the device (`cpu` or `gpu`), if the framework allows a choice."""

    def threads(self) -> int:
        """Number of threads that the framework computes with; 0 if unknown."""

    def observe_device(self, model: Any) -> Callable[[], tuple[float, int]]:
        """Begin to observe the model's device; what is returned waits for it, and gives what its own clock counted.

        It gives seconds since then, and the most bytes of its memory that tensors took; 0 and 0 for the processor.
        """

    def weights_are_put(self, model: Any) -> None:
        """Have a model's weights, which were just replaced, lie as the device needs them."""

    def clear_cache(self, size: int, times: int) -> None:
        """Write that many bytes of a GPU's memory so many times, which drives all else from its cache, and wait."""

    def multiply(self, size: int, times: int) -> None:
        """Multiply square matrices of so many rows as fast as a GPU can, in half precision, and wait."""


class Tensors(Protocol):
    """The library's tensors, for functions that are called with them."""

    def to_tensor(self, values: Array) -> Any:
        """A tensor of the same dtype."""

    def gradients(self, compute: Callable[[], Any], given: Sequence[Any]) -> tuple[Any, list[Any]]:
        """What is computed, and the gradient of its sum, weighted by cosines, for each tensor of floats in `given`.

        `None` for a tensor that it doesn't depend on. Of several results the first that has gradients is summed.
        """


class WeightFiles(Protocol):
    """Trained weights that were handed in beside the notebook."""

    def lay(self, model: Any, path: Path) -> None:
        """Lay a file's tensors into a model without running or unpickling anything; `UnfitFileError` says why not."""


class OptimizerNote(Protocol):
    """What is recorded of one optimizer in one cell; hooks add to it."""

    steps: int
    effective: int
    test_steps: int
    rate: float | None
    loss: str

    def add_loss(self, loss: Any) -> None:
        """Store a loss: a number, or an object that can be converted to one."""


class TrainingNotes(Protocol):
    """What a framework's hooks call to record how a notebook trains."""

    @property
    def is_closed(self) -> bool:
        """Whether the notebook has ended, so that the grader's own calls aren't recorded."""

    @property
    def cell(self) -> int:
        """Number of the running cell."""

    def optimizer(self, optimizer: Any, weights: Callable[[], list[Any]]) -> OptimizerNote | None:
        """The notes on an optimizer in the running cell; `None` if there are too many already."""

    def remark(self, kind: str, model: Any = None) -> None:
        """Count an event in the running cell."""

    def has_trained(self, weights: Sequence[Any]) -> bool:
        """Whether an optimizer that holds one of these weights has taken a step."""


class TimeLimit(Protocol):
    """The time that a notebook may train."""

    def is_short(self) -> bool:
        """Whether training is to end."""

    def note(self, what: str) -> None:
        """Say what was ended."""


class InsideFramework(Protocol):
    """One framework."""

    name: str
    """Name used in records and assignments."""
    libraries: tuple[str, ...]
    """Modules whose versions are reported, if they were imported."""
    adapter: Adapter
    learner: Learner
    rebuilder: Rebuilder
    timed_calls: TimedCalls
    tensors: Tensors
    weight_files: WeightFiles

    def prepare(self, runtime: str, loaders: Mapping[str, Mapping[str, str]]) -> None:
        """Prepare before the library is imported: choose its version, and patch what loads data.

        `loaders` gives each dataset's name in every loader: `{"mnist": {"keras.datasets": "mnist"}}`.
        """

    def open_data(self) -> None:
        """Called when the prepared data is in place and the working folder is the submission's."""

    def cap_epochs(self, epochs: int, capped: list[str]) -> None:
        """Limit every training to `epochs` epochs; what was cut is added to `capped`."""

    def cap_pass(self, rows: int, capped: list[str]) -> None:
        """Limit each pass over the data, by a loader or in `fit`, to `rows` rows; what was cut is added to `capped`."""

    def end_training(self, limit: TimeLimit) -> None:
        """End functions of the library that train, when there is little time left."""

    def seed(self, seed: int) -> None:
        """Seed the library's random numbers, now or when it is imported."""

    def watch(self, notes: TrainingNotes) -> None:
        """Record in `notes` how the notebook trains, once the library is imported."""

    def watch_construction(self, made: Callable[[Any], None]) -> None:
        """Call `made` with every model whose construction begins, once the library is imported; parts of models too."""

    def restore(self) -> None:
        """Undo what a notebook set for the whole process: default precision and device, eager mode, hooks."""
