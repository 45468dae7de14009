"""The parts of an `assignment.toml` that every assignment has: budgets, limits, points, titles."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from suite.errors import Words
from suite.records import Language
from suite.text import LANGUAGES

Budget = Literal["quick", "standard", "full"]
Public = Literal["outputs", "parameters", "layers", "references"]
Positive = Annotated[float, Field(gt=0)]
Count = Annotated[int, Field(gt=0)]


class Settings(BaseModel):
    """Base: unknown keys are errors, and values can't change after loading.

    What stands below a key is its description in docs/assignment.md and in error messages.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class Titles(Settings):
    """A title in each language of the reports; a plain string stands for all."""

    model_config = ConfigDict(extra="allow", frozen=True, use_attribute_docstrings=True)
    __pydantic_extra__: dict[str, str]

    en: str = Field(json_schema_extra={"usually": "the Spanish one"})
    """In English."""
    es: str = Field(json_schema_extra={"usually": "the English one"})
    """In Spanish."""

    @model_validator(mode="before")
    @classmethod
    def _complete(cls, given: Any) -> Any:
        """One title for all languages where there is only one."""
        if isinstance(given, str):
            return {"en": given, "es": given}
        if isinstance(given, dict) and len(given) == 1:
            return {"en": next(iter(given.values())), "es": next(iter(given.values()))} | given
        return given

    @model_validator(mode="after")
    def _in_known_languages(self) -> Titles:
        """Refuse what no page could show."""
        for language in self.__pydantic_extra__:
            if language not in LANGUAGES:
                raise ValueError(
                    Words(
                        "expected titles in {known}, seen one in {language!r}",
                        known=", ".join(LANGUAGES),
                        language=language,
                    )
                )
        return self

    def say(self, language: Language) -> str:
        """The title in that language; in English where it lacks."""
        title: str = getattr(self, language, self.en)
        return title


class BudgetSettings(Settings):
    """How much training a run may do; its defaults are those of quick, standard and full."""

    train_rows: int = Field(ge=0, json_schema_extra={"usually": "2000, 10000, 0"})
    """Rows of each dataset's training part; 0 for all."""
    test_rows: int = Field(ge=0, json_schema_extra={"usually": "500, 2000, 0"})
    """Rows of its test part; 0 for all."""
    epochs: int = Field(ge=0, json_schema_extra={"usually": "1, 5, 0"})
    """Most epochs of each training; 0 for as many as the notebook asks for."""
    wall_seconds: Annotated[float, Field(gt=0, json_schema_extra={"usually": "180, 900, 7200"})]
    """Limit on the time of a run, waiting for a CPU not counted."""
    cores: Positive = 4
    """Cores that it may keep busy all the time: CPU time is limited to this many times the wall time. That stops a
    runaway on a large machine and no training on an ordinary one."""

    @property
    def cpu_seconds(self) -> float:
        """Limit on the CPU time of all its processes together."""
        return self.cores * self.wall_seconds


BUDGETS: dict[Budget, BudgetSettings] = {
    "quick": BudgetSettings(train_rows=2000, test_rows=500, epochs=1, wall_seconds=180),
    "standard": BudgetSettings(train_rows=10000, test_rows=2000, epochs=5, wall_seconds=900),
    "full": BudgetSettings(train_rows=0, test_rows=0, epochs=0, wall_seconds=7200),
}
"""What each budget allows where an assignment says nothing else. The course notebooks on two cores take 15 to 25 s at
`quick`, of which imports are 6 to 10 s."""


class Limits(Settings):
    """What the untrusted process may use, in all its threads and children."""

    memory_mib: Count = 4096
    """Memory; TensorFlow, PyTorch and all of Fashion-MNIST as float64 take 1.6 GiB."""
    processes: Count = 64
    """Processes; a DataLoader with 8 workers and its helpers fit four times over."""
    threads: Count = 1024
    """Threads; TensorFlow and PyTorch start a few hundred on a large machine."""
    disk_mib: Count = 512
    """Files in its folders; a saved model of a course takes under 1 MiB."""
    open_files: Count = 1024
    """Open files of one process."""
    cell_output_kib: Count = 2048
    """Output of one cell; five plots of 20 × 6 inches take 0.5 MiB."""
    total_output_kib: Count = 16384
    """Output of all cells."""
    answer_mib: Count = 64
    """One answer to the host; it has to hold all weights of the largest model in float32."""
    answer_seconds: Positive = 60
    """Time for one answer; a first forward pass traces in under 3 s."""
    evidence_mib: Count = 256
    """Limit on all answers together; those about the sixty models of `rnn_guide` take 2 MiB."""


class CheckSettings(Settings):
    """The points of a check and its other settings, whose names the check defines."""

    model_config = ConfigDict(extra="allow", frozen=True, use_attribute_docstrings=True)

    points: float = Field(ge=0, examples=[5])
    """Most points that it gives, shared among the tasks that it judges."""

    @property
    def options(self) -> dict[str, Any]:
        """All settings but the points."""
        return dict(self.model_extra or {})
