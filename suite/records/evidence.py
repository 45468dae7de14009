"""Everything that was observed of one submission, and how it came about."""

from __future__ import annotations

from dataclasses import dataclass, field

from suite.records.exploration import NameSeen
from suite.records.message import Text
from suite.records.model import Model
from suite.records.results import ResultComparison
from suite.records.run import Run
from suite.records.timing import PairedTiming
from suite.records.training import TrainingObservations


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """How one piece of evidence came about; runtime, sandbox and data are in the evidence itself."""

    key: str
    """Hash of what it depends on; the name of its file."""
    submission: str
    """Student name."""
    source: str
    """Path as the instructor gave it."""
    content_hash: str
    """SHA-256 of the submission's paths and contents."""
    assignment: str
    """Name of the assignment."""
    fingerprint: str
    """SHA-256 of its settings and helper files."""
    calibration: str
    """SHA-256 of the accuracies that the references reach: whether a model is trained once more depends on them."""
    references: dict[str, str]
    """Framework to the SHA-256 of the references' file; empty if nothing was to be proved."""
    budget: str
    """How much training was allowed."""
    seed: int
    """Seeded the frameworks in the sandbox."""
    probe_seed: int
    """Seeded all random numbers of the host: probes, weights, inputs and targets."""
    suite: str
    """Version of the suite."""
    code: str
    """SHA-256 of the code that makes evidence."""
    libraries: dict[str, str]
    """Versions of Python and of what a submission may import."""
    main: str = ""
    """Path of the file that ran, inside the submission."""
    remarks: tuple[Text, ...] = ()
    """What is said of how it was handed in."""


@dataclass(frozen=True, kw_only=True)  # without slots, as its hash is kept with it
class Evidence:
    """Everything that was observed of one submission; verdicts are computed from this alone."""

    run: Run
    """How the cells went."""
    models: tuple[Model, ...] = ()
    """In order of creation."""
    parts: dict[int, Model] = field(default_factory=dict)
    """Parts of these models that may be what a task asks for, by place; their places come after those of `models`."""
    results: tuple[ResultComparison, ...] = ()
    """One per task of kind function or value."""
    shell_lines: tuple[str, ...] = ()
    """Shell commands that were recorded and not run."""
    capped: tuple[str, ...] = ()
    """What the budget cut, such as `TRAIN_EPOCHS 64 → 1`."""
    versions: dict[str, str] = field(default_factory=dict)
    """Python and framework versions in the sandbox."""
    data: str = ""
    """Where the dataset came from, and how many rows it gave."""
    stand_in: bool = False
    """Whether the data was the built-in stand-in for the real data set."""
    runtime: str = "keras"
    """What it ran in, such as `keras`, `keras2` or `torch`."""
    removed_apis: tuple[tuple[str, str], ...] = ()
    """(API, replacement) for each API removed in Keras 3 for which it was run again on Keras 2."""
    retried: tuple[str, ...] = ()
    """What is otherwise than in the first run, which failed: `version` of its framework, all `epochs`, all `rows`;
    nothing after a `death` of its process."""
    names: tuple[NameSeen, ...] = ()
    """What names of the notebook held, where an assignment is to be made of it."""
    silent: str = ""
    """Why the process stopped answering questions; empty if it didn't."""
    provenance: Provenance | None = None
    """How it came about; `None` if no pipeline made it."""
    observations: TrainingObservations = field(default_factory=TrainingObservations)
    """How the notebook trained, as its process reports; it earns no marks."""
    timings: tuple[PairedTiming, ...] = ()
    """How long its models took beside the references, if that was asked for."""

    def model_at(self, place: int) -> Model:
        """A model or a part of one, by its place."""
        return self.models[place] if place < len(self.models) else self.parts[place]

    @property
    def budget(self) -> str:
        """The budget under which it ran; empty if no pipeline made it."""
        return self.provenance.budget if self.provenance else ""
