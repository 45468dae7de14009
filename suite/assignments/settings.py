"""The parts of an `assignment.toml`: tasks and their probes, budgets, limits, points."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from suite.records import Language

Budget = Literal["quick", "standard", "full"]
Positive = Annotated[float, Field(gt=0)]
Count = Annotated[int, Field(gt=0)]


class Settings(BaseModel):
    """Base: unknown keys are mistakes, and nothing changes after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Titles(Settings):
    """A title in each language of the reports."""

    en: str
    es: str

    def say(self, language: Language) -> str:
        """The title in that language."""
        return self.es if language == "es" else self.en


class ProbeInput(Settings):
    """One input of a model, drawn by the host when it is asked for."""

    shape: tuple[int, ...] = ()
    """Shape without the batch dimension."""
    high: int = Field(default=0, ge=0)
    """With 0 the values are float32 in [0, 1), else integers in [1, high)."""
    words: int = Field(default=0, ge=0)
    """Above 0 the input is text, `(rows, 1)`, of at most so many words; the first row has exactly so many."""


class Probe(Settings):
    """What a model is called with."""

    inputs: Annotated[tuple[ProbeInput, ...], Field(min_length=1)]
    """In the order of the model's arguments."""
    rows: Count = 3
    """Batch size; 3, as no layer of the course has three units or three time steps as its first dimension."""


class Task(Settings):
    """One thing to build."""

    id: str
    title: Titles
    accepts: Annotated[tuple[str, ...], Field(min_length=1)]
    """Model ids of which any one earns the points."""
    probes: Annotated[tuple[Probe, ...], Field(min_length=1)]
    """What a model may ask for, tried in this order."""
    answers: Literal["exact", "logits or probabilities"] = "exact"
    """Whether a model may answer the one where its reference answers the other."""
    graded: bool = True
    """Whether submissions are asked for it; a reference may stand beside them for comparison only."""


class BudgetSettings(Settings):
    """How much training a run may do; 0 stands for no cap."""

    train_rows: int = Field(ge=0)
    test_rows: int = Field(ge=0)
    epochs: int = Field(ge=0)
    wall_seconds: Positive
    cores: Positive = 4
    """How many cores it may keep busy all the while: CPU time is limited to so many times the wall time, which stops
    a runaway on a large machine and no training on an ordinary one."""

    @property
    def cpu_seconds(self) -> float:
        """CPU time of all its processes together."""
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
    """All answers together: the guide's sixty take 2 MiB."""


class CheckSettings(Settings):
    """What a check is worth, and what else it takes: the check says which names it knows."""

    model_config = ConfigDict(extra="allow", frozen=True)

    points: float = Field(ge=0)

    @property
    def options(self) -> dict[str, Any]:
        """All but the points."""
        return dict(self.model_extra or {})
