"""The records that flow from stage to stage: frozen, without I/O and with no behaviour beyond arithmetic.

Shapes are tuples; `None` stands for the batch dimension. Seconds are wall-clock seconds on the host.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from math import prod
from typing import Any, Literal, TypeAlias

from suite.accuracies import Accuracy, Curve, Training
from suite.duels import Duel
from suite.observations import Observations
from suite.proofs import Proof
from suite.provenance import Provenance

Shape: TypeAlias = tuple[int | None, ...]
Framework: TypeAlias = Literal["keras", "torch"]
Language: TypeAlias = Literal["en", "es"]


class Outcome(StrEnum):
    """How a check, a cell or a whole submission ended."""

    PASS = "pass"
    FAIL = "fail"
    ERROR = "error"
    TIMEOUT = "timeout"
    MEMORY = "memory"
    LIMIT = "limit"
    MISSING_DEPENDENCY = "missing dependency"
    INCONCLUSIVE = "inconclusive"
    SKIPPED = "skipped"
    HARNESS_ERROR = "harness error"


class Standing(StrEnum):
    """What the functional proof says of a model."""

    PROVED = "proved"
    DISPROVED = "disproved"
    CLAIMED = "claimed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A message for a person, kept as a key of the catalogue so that it can be said in any language."""

    key: str
    """Entry of `messages.toml`."""
    values: dict[str, str | int | float] = field(default_factory=dict)
    """What the entry's placeholders stand for."""


def text(key: str, **values: str | float) -> Text:
    """Name a catalogue entry and the values of its placeholders."""
    return Text(key=key, values=values)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFile:
    """One file of a submission, read once, so that later changes on disk can't matter."""

    path: str
    """Relative path with forward slashes, inside the submission's folder."""
    content: bytes
    """The bytes as they were handed in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """What one student handed in, ready to run."""

    student: str
    """File or folder name without its suffix; unique within a class."""
    source: str
    """The path as the instructor gave it, for messages."""
    files: tuple[SourceFile, ...]
    """Everything to lay into the working folder."""
    main: str
    """Path of the file to run, among `files`; empty where `problem` is set."""
    notebook: str
    """The notebook to run, as nbformat 4 JSON; empty where `problem` is set."""
    content_hash: str
    """SHA-256 of all paths and contents, hexadecimal."""
    problem: Text | None = None
    """Why it can't run at all, such as invalid JSON."""
    ungraded: bool = False
    """The problem may not be the student's doing, such as a path that doesn't exist: no score instead of zero."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CellOutcome:
    """What became of one code cell."""

    index: int
    """Position in the notebook, markdown cells counted, from 0."""
    outcome: Outcome
    """PASS, ERROR, TIMEOUT, MEMORY, LIMIT, MISSING_DEPENDENCY, or SKIPPED when it never ran."""
    seconds: float
    """Wall time."""
    error_name: str = ""
    """Class of the exception, where one was raised."""
    error_message: str = ""
    """Its message, without terminal escapes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What happened when the notebook ran."""

    cells: tuple[CellOutcome, ...]
    """One entry a code cell that isn't blank."""
    notebook: str
    """The executed notebook, nbformat 4 JSON with its outputs."""
    seconds: float
    """From the start of the process to the last cell."""
    sandbox: str
    """Name of the sandbox that held it."""
    stopped: Text | None = None
    """The limit or accident that ended the run early."""
    stopped_as: Outcome | None = None
    """Its outcome: TIMEOUT, MEMORY, LIMIT or ERROR."""
    left: bool = True
    """Whether the process was ready for questions afterwards."""
    cut: tuple[int, ...] = ()
    """Cells, counted as Jupyter counts inputs, whose outputs were too long to be kept whole."""
    stderr_tail: str = ""
    """Last lines that the process wrote past Jupyter's channels."""


def family(formula: str) -> str:
    """What a formula begins with: `GRU` of `GRU, reset_after=False, tanh, sigmoid`."""
    return formula.partition(",")[0]


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
    """Whether the model's answer depends on it; `None` where that wasn't tried."""

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
    """The standard layer that it was seen to compute, called by itself with the host's weights; empty where it was
    none, `None` where that wasn't tried."""

    @property
    def parameters(self) -> int:
        """Scalars in all its tensors."""
        return sum(weight.size for weight in self.weights)

    @property
    def counted(self) -> int:
        """Scalars in the tensors that matter, or of which that isn't known; none of a layer that may be made up."""
        if self.unproved:
            return 0
        return sum(weight.size for weight in self.weights if weight.matters is not False)

    @property
    def family(self) -> str | None:
        """The kind of layer that its formula belongs to, such as `LSTM`, whatever its activation and direction."""
        return None if self.formula is None else family(self.formula)

    @property
    def unproved(self) -> bool:
        """Whether it was to compute and wasn't seen to: what is said of it is the word of the notebook's process."""
        return self.formula == ""

    @property
    def counts(self) -> bool:
        """Whether what is said of it earns points."""
        return bool(self.weights) and not (self.idle or self.unproved)

    @property
    def idle(self) -> bool:
        """Whether none of its tensors matters."""
        return bool(self.weights) and all(weight.matters is False for weight in self.weights)


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """One model that came to life in a submission."""

    name: str
    """The variable that held it."""
    framework: Framework
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
    """Shapes of the probe that it accepted; empty where it accepted none."""
    outputs: tuple[Shape, ...]
    """Shapes of its answer."""
    sample: tuple[float, ...]
    """First values of its first output."""
    problem: str = ""
    """What it raised on the probe, where it did."""
    proofs: tuple[Proof, ...] = ()
    """One an oracle that it was held against."""
    accuracies: tuple[Accuracy, ...] = ()
    """What was counted on hidden rows, in each task and mode in which it was examined."""
    training: Training | None = None
    """What its process says of its training."""

    @property
    def parameters(self) -> int:
        """Scalars in all its tensors, trainable or not."""
        return sum(layer.parameters for layer in self.layers)

    @property
    def counted(self) -> int:
        """Scalars in all tensors that matter, or of which that isn't known."""
        return sum(layer.counted for layer in self.layers)

    @property
    def layer_counts(self) -> tuple[int, ...]:
        """Parameters of each layer that count."""
        return tuple(layer.counted for layer in self.layers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Everything that was observed of one submission; verdicts are computed from this alone."""

    run: Run
    """How the cells went."""
    models: tuple[Model, ...] = ()
    """In the order in which they came to life."""
    shell_lines: tuple[str, ...] = ()
    """Shell commands that were recorded and not run."""
    capped: tuple[str, ...] = ()
    """What the budget cut, such as `TRAIN_EPOCHS 64 → 1`."""
    versions: dict[str, str] = field(default_factory=dict)
    """Python and framework versions in the sandbox."""
    data: str = ""
    """Which door the dataset came through and how many rows it gave."""
    stand_in: bool = False
    """The data was the embedded stand-in and not the real set."""
    runtime: str = "keras"
    """What it ran in: `keras`, `keras2` or `torch`."""
    removed_apis: tuple[tuple[str, str], ...] = ()
    """(API, replacement) for each API removed in Keras 3 for which it was run again on Keras 2."""
    silent: str = ""
    """Why the process stopped answering questions, where it did."""
    provenance: Provenance | None = None
    """How it came about; `None` of evidence that no pipeline made."""
    observations: Observations = field(default_factory=Observations)
    """How the notebook trained, as its process tells; it earns no marks."""
    duels: tuple[Duel, ...] = ()
    """How long its models took beside the oracles, where that was asked for."""

    @property
    def budget(self) -> str:
        """Under which budget it ran; empty where no pipeline made it."""
        return self.provenance.budget if self.provenance else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What one check says."""

    check: str
    """Name in the registry of checks."""
    model: str
    """The assignment's model that it was held against; empty for the run as a whole."""
    outcome: Outcome
    """How the check ended."""
    points: float
    """Points gained, at most `max_points`."""
    max_points: float
    """Points to be had."""
    expected: Any
    """What the oracle showed: plain JSON."""
    observed: Any
    """What the submission showed, in the same form; `None` where nothing was seen."""
    message: Text
    """What it means and what to do next."""
    details: tuple[Text, ...] = ()
    """One finding each, in the order of the layers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """The submission's layers beside the oracle's, for the report."""

    task: str
    """Id of the task."""
    model: str
    """The assignment's model."""
    variable: str
    """The variable that held the submission's model; empty when there was none."""
    framework: Framework
    """Which of the oracle's two forms was used."""
    rows: tuple[tuple[Layer | None, Layer | None], ...]
    """Pairs of (oracle's layer, submission's layer)."""
    standing: Standing = Standing.CLAIMED
    """Whether the model is proved to be what it claims."""
    curves: tuple[Curve, ...] = ()
    """How it learnt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """A cause that was recognised: what was observed, why it matters, what to change."""

    cause: str
    """Name in the registry of causes."""
    cell: int | None
    """Index of the notebook cell where it shows; `None` where no one cell does."""
    message: Text
    """What to tell the student."""
    explains: Literal["error", "model", "training", "style"]
    """What follows from it: an exception, a wrong model, training that came to little, or nothing yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """The graded submission."""

    submission: str
    """Student name."""
    source: str
    """Path as given."""
    status: Outcome
    """PASS with full marks, FAIL with less, else what went wrong first."""
    score: float | None
    """Points; `None` when the harness couldn't grade it."""
    max_score: float
    """Points to be had."""
    verdicts: tuple[Verdict, ...]
    """In the order of the checks."""
    summary: Text
    """The one sentence for the class table."""
    comparisons: tuple[Comparison, ...] = ()
    """One a task, for the layer tables."""
    notes: tuple[Text, ...] = ()
    """Remarks that cost no points."""
    evidence: Evidence | None = None
    """What it was judged from."""
    diagnoses: tuple[Diagnosis, ...] = ()
    """Causes that were recognised, the likeliest first; they cost and earn no points."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A graded class, ready to be rendered."""

    assignment: str
    """Name of the assignment."""
    title: str
    """Its title in the report's language."""
    language: Language
    """What the pages speak."""
    results: tuple[Result, ...]
    """In the order of the submissions."""
    notes: tuple[Text, ...]
    """Remarks on the class as a whole."""
