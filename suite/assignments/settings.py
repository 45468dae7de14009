"""The parts of an `assignment.toml`: tasks and their probes, budgets, limits, points."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from suite.records import Language

Budget = Literal["quick", "standard", "full"]
Positive = Annotated[float, Field(gt=0)]
Count = Annotated[int, Field(gt=0)]


class Settings(BaseModel):
    """Base: unknown keys are errors, and values can't change after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Titles(Settings):
    """A title in each language of the reports."""

    en: str
    es: str

    def say(self, language: Language) -> str:
        """The title in that language."""
        return self.es if language == "es" else self.en


class ProbeInput(Settings):
    """One input of a model, which the host fills with random values."""

    shape: tuple[int, ...] = ()
    """Shape without the batch dimension."""
    high: int = Field(default=0, ge=0)
    """If 0, the values are float32 in [0, 1); otherwise integers in [1, high)."""
    words: int = Field(default=0, ge=0)
    """If above 0, the input is text, `(rows, 1)`, of at most this many words; the first row has exactly this many."""


class Probe(Settings):
    """What a model is called with."""

    inputs: Annotated[tuple[ProbeInput, ...], Field(min_length=1)]
    """In the order of the model's arguments."""
    rows: Count = 3
    """Batch size; 3, as no layer of the own assignments has three units or time steps as its first dimension."""

    @property
    def shapes(self) -> tuple[tuple[int | None, ...], ...]:
        """Shapes of the inputs, `None` for the batch dimension."""
        return tuple((None, *((1,) if given.words else given.shape)) for given in self.inputs)


class Task(Settings):
    """One thing to build."""

    id: str
    title: Titles
    accepts: Annotated[tuple[str, ...], Field(min_length=1)]
    """Model ids; any one of them earns the points."""
    probes: Annotated[tuple[Probe, ...], Field(min_length=1)]
    """Inputs that a model may expect, tried in this order."""
    answers: Literal["exact", "logits or probabilities"] = "exact"
    """Whether a model may return logits where its reference returns probabilities, or the reverse."""
    own_vocabulary: bool = False
    """Whether a model may know another number of words than its reference: its embedding then has as many rows."""
    graded: bool = True
    """Whether submissions are asked for it; if not, its reference exists only for comparison."""


class BudgetSettings(Settings):
    """How much training a run may do; 0 means no limit."""

    train_rows: int = Field(ge=0)
    test_rows: int = Field(ge=0)
    epochs: int = Field(ge=0)
    wall_seconds: Positive
    cores: Positive = 4
    """Cores that it may keep busy all the time: CPU time is limited to this many times the wall time. That stops a
    runaway on a large machine and no training on an ordinary one."""

    @property
    def cpu_seconds(self) -> float:
        """Limit on the CPU time of all its processes together."""
        return self.cores * self.wall_seconds


class Limits(Settings):
    """What the untrusted process may use, in all its threads and children."""

    memory_mib: Count
    processes: Count
    threads: Count
    disk_mib: Count
    open_files: Count
    cell_output_kib: Count
    total_output_kib: Count
    answer_mib: Count
    answer_seconds: Positive
    evidence_mib: Count = 256
    """Limit on all answers together; those about the sixty models of `rnn_guide` take 2 MiB."""


class CheckSettings(Settings):
    """The points of a check and its other settings, whose names the check defines."""

    model_config = ConfigDict(extra="allow", frozen=True)

    points: float = Field(ge=0)

    @property
    def options(self) -> dict[str, Any]:
        """All settings but the points."""
        return dict(self.model_extra or {})
