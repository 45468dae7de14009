"""A model as it was observed: its layers, their tensors, and what was found out about them.

Shapes are tuples; `None` stands for the batch dimension.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import prod
from typing import Any, TypeAlias

from suite.records.accuracy import Accuracy, TrainingClaim
from suite.records.exploration import TakenInput
from suite.records.open_tasks import MetricScore
from suite.records.proof import Proof
from suite.records.weight_files import UnfitFile

Shape: TypeAlias = tuple[int | None, ...]
FrameworkName: TypeAlias = str
"""Name of a framework in `suite.frameworks`; checked when answers are parsed."""


def family(formula: str) -> str:
    """What a formula begins with: `GRU` of `GRU, reset_after=False, activation=tanh`."""
    return formula.partition(",")[0]


def options_of(formula: str) -> dict[str, str]:
    """The options that a formula names: `{"filters": "16"}` of `Conv2D, filters=16`."""
    parts = (part.partition("=") for part in formula.split(", ")[1:])
    return {name: value for name, _, value in parts}


@dataclass(frozen=True, slots=True, kw_only=True)
class Weight:
    """One tensor that a layer owns."""

    name: str
    """Its name in the framework, such as `recurrent_kernel` or `weight_hh_l0`."""
    shape: tuple[int, ...]
    """Shape of the array that came back, not of a description of it."""
    trainable: bool
    """Whether an optimizer may change it."""
    matters: bool | None = None
    """Whether the model's answer depends on it; `None` if that wasn't tried."""

    @property
    def size(self) -> int:
        """Number of scalars."""
        return prod(self.shape)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """One layer of a model that holds weights, in the order of computation."""

    name: str
    """Its name in the model."""
    kind: str
    """Class name, such as `SimpleRNN` or `Linear`."""
    weights: tuple[Weight, ...]
    """Its tensors; empty while it was never built."""
    output_shape: Shape | None
    """What it returned for the probe; `None` when it was never reached."""
    options: dict[str, Any] = field(default_factory=dict)
    """Scalar settings such as `units`, `return_sequences`, `batch_first`."""
    formula: str | None = None
    """The standard layer that it was seen to compute, called by itself with the host's weights; empty if it was
    none, `None` if that wasn't tried."""

    @property
    def parameters(self) -> int:
        """Scalars in all its tensors."""
        return sum(weight.size for weight in self.weights)

    @property
    def counted(self) -> int:
        """Scalars in the tensors that matter, or may matter; 0 for a layer that may be made up."""
        if self.unproved:
            return 0
        return sum(weight.size for weight in self.weights if weight.matters is not False)

    @property
    def family(self) -> str | None:
        """The kind of layer that its formula belongs to, such as `LSTM`, whatever its activation and direction."""
        return None if self.formula is None else family(self.formula)

    @property
    def unproved(self) -> bool:
        """Whether the proof of this layer failed: what is known of it is only a claim of the notebook's process."""
        return self.formula == ""

    @property
    def counts(self) -> bool:
        """Whether it can earn points."""
        return bool(self.weights) and not (self.idle or self.unproved)

    @property
    def idle(self) -> bool:
        """Whether none of its tensors matters."""
        return bool(self.weights) and all(weight.matters is False for weight in self.weights)


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """One model that a submission created."""

    name: str
    """The variable that held it."""
    framework: FrameworkName
    """Which library it is made with."""
    class_name: str
    """Its class."""
    cell: int
    """Index of the notebook cell after which it was first seen."""
    finished: bool
    """False for a model whose construction raised: its layers up to there are known."""
    layers: tuple[Layer, ...]
    """Layers with weights, plus recurrent layers that were never built."""
    inputs: tuple[Shape, ...]
    """Shapes of the probe that it accepted; empty if it accepted none."""
    outputs: tuple[Shape, ...]
    """Shapes of its outputs."""
    sample: tuple[float, ...]
    """First values of its first output."""
    problem: str = ""
    """What it raised on the probe; empty if nothing."""
    proofs: tuple[Proof, ...] = ()
    """One per reference that it was compared with."""
    accuracies: tuple[Accuracy, ...] = ()
    """What was counted on held-out rows, in each task and mode in which it was examined."""
    scores: tuple[MetricScore, ...] = ()
    """Its score in each open task."""
    takes: tuple[TakenInput, ...] = ()
    """What its notebook gives it; empty where nobody asked."""
    training: TrainingClaim | None = None
    """What its process claims about its training."""
    varies: bool | None = None
    """Whether its answers are random in training mode, with equal weights and inputs; `None` if that isn't known."""
    within: tuple[int, ...] = ()
    """Places of the models that it is a part of; empty for a model that stands by itself."""

    laid: str = ""
    """File with trained weights that was handed in and laid into it; empty for none."""
    laid_sha256: str = ""
    """SHA-256 of all its tensors then, whatever the file's form and the tensors' names; empty without such a file."""
    unfit: tuple[UnfitFile, ...] = ()
    """Files with weights that were handed in and don't fit it."""

    def find_proof(self, task: str, model_id: str) -> Proof | None:
        """How it compared with a reference in a task; `None` if it wasn't compared."""
        return next((proof for proof in self.proofs if (proof.task, proof.model_id) == (task, model_id)), None)

    @property
    def parameters(self) -> int:
        """Scalars in all its tensors, trainable or not."""
        return sum(layer.parameters for layer in self.layers)

    @property
    def counted(self) -> int:
        """Scalars in all tensors that matter, or may matter."""
        return sum(layer.counted for layer in self.layers)

    @property
    def layer_counts(self) -> tuple[int, ...]:
        """Parameters of each layer that count."""
        return tuple(layer.counted for layer in self.layers)
