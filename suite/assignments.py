"""Assignments: a folder with `assignment.toml`, the oracles' `expected.json` and the files laid beside a submission.

This module turns those files into validated settings; it runs nothing. Public: `load`, `known`, `Assignment`.
"""

from __future__ import annotations

import hashlib
import json
import sys
import tomllib
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from suite.accuracy_settings import AccuracySettings
from suite.calibration import Calibration, load_calibration
from suite.errors import AssignmentError
from suite.proof_settings import ProofSettings
from suite.records import Framework, Language, SourceFile, family
from suite.throughput_settings import ThroughputSettings

Budget = Literal["quick", "standard", "full"]
Runtime = Literal["keras", "keras2", "torch"]
Positive = Annotated[float, Field(gt=0)]
Count = Annotated[int, Field(gt=0)]
OWN_FOLDERS = (
    Path(__file__).parent.parent / "reference",  # a checkout
    Path(sys.prefix) / "share" / "notebook-suite" / "reference",  # an installed wheel
)


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
    """Whether a model may answer the one where its oracle answers the other."""
    graded: bool = True
    """Whether submissions are asked for it; an oracle may stand beside them for comparison only."""


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
    """What a check is worth."""

    points: float = Field(ge=0)


class ExpectedLayer(Settings):
    """One layer as the oracle showed it."""

    kind: str
    parameters: int
    output_shape: tuple[int | None, ...]
    weights: tuple[tuple[int, ...], ...]
    """Shapes of its tensors."""
    formula: str | None = None
    """The standard layer that it computes; empty for one of an own design, `None` in a file that doesn't say."""

    @property
    def family(self) -> str | None:
        """The kind of layer, such as `LSTM`."""
        return None if self.formula is None else family(self.formula)


class ExpectedModel(Settings):
    """One oracle model in one framework."""

    parameters: int
    outputs: tuple[tuple[int | None, ...], ...]
    layers: tuple[ExpectedLayer, ...]
    golden: tuple[float, ...]
    """First values of its first output, with seeded weights and a seeded probe."""


class Expected(Settings):
    """Contents of `expected.json`, written by `suite freeze`."""

    schema_version: Literal[1] = 1
    versions: dict[str, str]
    models: dict[str, dict[Framework, ExpectedModel]]


class Assignment(Settings):
    """Everything that grading needs to know about one assignment."""

    schema_version: Literal[1]
    title: Titles
    runtime: Runtime = "keras"
    """What submissions run in that import Keras, or neither framework."""
    datasets: tuple[str, ...] = ()
    tasks: Annotated[tuple[Task, ...], Field(min_length=1)]
    constants: tuple[str, ...] = ()
    """Names whose integer value a budget caps at its epochs."""
    checks: dict[str, CheckSettings]
    budgets: dict[Budget, BudgetSettings]
    limits: Limits
    proof: ProofSettings = ProofSettings()
    accuracy: AccuracySettings = AccuracySettings()
    calibration: Calibration = Calibration()
    """What the oracles reach, from `calibration.json`: verdicts depend on it, and whether the host trains once more."""
    throughput: ThroughputSettings | None = None
    """How submissions are timed, where that is asked for."""
    name: str = ""
    folder: Path = Path()
    helpers: tuple[SourceFile, ...] = ()
    fingerprint: str = ""
    """SHA-256 of `assignment.toml` and the helpers: what a run depends on."""

    @model_validator(mode="after")
    def _complete(self) -> Assignment:
        if missing := {"quick", "standard", "full"} - self.budgets.keys():
            raise ValueError(f"every assignment has the budgets quick, standard and full; missing: {missing}")
        if unknown := self.accuracy.models.keys() - set(self.model_ids):
            raise ValueError(f"[accuracy.models] names what no task accepts: {', '.join(sorted(unknown))}")
        return self

    def with_throughput(self) -> Assignment:
        """The same with the check `throughput`, which counts only where it is asked for.

        Raises `AssignmentError` where the assignment has no settings for it.
        """
        if self.throughput is None:
            raise AssignmentError(
                f"{self.name} has no table [throughput] in its assignment.toml, so nothing can be timed"
            )
        points = CheckSettings(points=self.throughput.points)
        return self.model_copy(update={"checks": self.checks | {"throughput": points}})

    @property
    def graded_tasks(self) -> tuple[Task, ...]:
        """What submissions are asked for."""
        return tuple(task for task in self.tasks if task.graded)

    @property
    def model_ids(self) -> tuple[str, ...]:
        """Every model that some task accepts, in order and once each."""
        return tuple(dict.fromkeys(model for task in self.tasks for model in task.accepts))


def known(root: Path) -> list[str]:
    """Names of the assignments under a folder."""
    return sorted(path.parent.name for path in root.glob("*/assignment.toml"))


def load(name: str, root: Path) -> Assignment:
    """Read one assignment; `AssignmentError` names the known ones, or the setting that is wrong."""
    folder = root / name
    if name not in known(root):
        listed = ", ".join(known(root)) or "none"
        raise AssignmentError(f"no assignment is called {name!r} under {root}; known: {listed}")
    raw = (folder / "assignment.toml").read_bytes()
    helpers = _read_helpers(folder / "student")
    digest = hashlib.sha256(raw)
    for helper in helpers:
        digest.update(helper.path.encode() + b"\0" + helper.content)
    try:
        calibration = load_calibration(folder / "calibration.json")
        found = {
            "calibration": calibration,
            "name": name,
            "folder": folder,
            "helpers": helpers,
            "fingerprint": digest.hexdigest(),
        }
        return Assignment.model_validate(tomllib.loads(raw.decode()) | found)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, ValidationError) as error:
        raise AssignmentError(f"{folder / 'assignment.toml'} isn't a valid assignment: {error}") from error


def load_expected(assignment: Assignment) -> Expected:
    """Read what the oracles showed; `AssignmentError` says how to record it."""
    path = assignment.folder / "expected.json"
    remedy = f"record it with: suite freeze {assignment.name}"
    try:
        expected = Expected.model_validate(json.loads(path.read_bytes()))
    except FileNotFoundError as error:
        raise AssignmentError(f"{path} doesn't exist; {remedy}") from error
    except (ValueError, ValidationError) as error:
        raise AssignmentError(f"{path} isn't what this version reads ({error}); {remedy}") from error
    if missing := set(assignment.model_ids) - expected.models.keys():
        raise AssignmentError(f"{path} lacks {', '.join(sorted(missing))}; {remedy}")
    return expected


def _read_helpers(folder: Path) -> tuple[SourceFile, ...]:
    """Files that are laid beside each submission."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return tuple(SourceFile(path=p.relative_to(folder).as_posix(), content=p.read_bytes()) for p in paths)
