"""An assignment: a folder with `assignment.toml`, the reference models and the files copied beside a submission.

This module turns those files into validated settings; it runs nothing.
"""

from __future__ import annotations

import hashlib
import sys
import tomllib
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError, model_validator

from suite.assignments.accuracy_settings import AccuracySettings
from suite.assignments.calibration import Calibration, load_calibration
from suite.assignments.proof_settings import ProofSettings
from suite.assignments.settings import Budget, BudgetSettings, CheckSettings, Limits, Settings, Task, Titles
from suite.assignments.throughput_settings import ThroughputSettings
from suite.errors import AssignmentError
from suite.frameworks import KnownRuntime, all_frameworks
from suite.records import SourceFile

OWN_FOLDERS = (
    Path(__file__).parents[2] / "reference",  # a checkout
    Path(sys.prefix) / "share" / "notebook-suite" / "reference",  # an installed wheel
)


class Assignment(Settings):
    """Everything that grading needs to know about one assignment."""

    schema_version: Literal[1]
    title: Titles
    runtime: KnownRuntime = "keras"
    """Runtime of submissions that import no framework or several; one that imports one framework runs in that one's."""
    datasets: tuple[str, ...] = ()
    tasks: Annotated[tuple[Task, ...], Field(min_length=1)]
    constants: tuple[str, ...] = ()
    """Names of variables, such as `EPOCHS`, whose integer value is cut to the budget's epochs."""
    main: str = ""
    """Glob of the file to run in a submitted folder or zip, such as `practica*.ipynb`; empty where any name will do."""
    checks: dict[str, CheckSettings]
    budgets: dict[Budget, BudgetSettings]
    limits: Limits
    proof: ProofSettings = ProofSettings()
    accuracy: AccuracySettings = AccuracySettings()
    calibration: Calibration = Calibration()
    """Accuracies that the references reach and the bounds that follow from them; read from `calibration.json`."""
    throughput: ThroughputSettings | None = None
    """How submissions are timed with `--throughput`."""
    name: str = ""
    folder: Path = Path()
    helpers: tuple[SourceFile, ...] = ()
    frameworks: tuple[str, ...] = ()
    """Frameworks for which a file of reference models exists."""
    fingerprint: str = ""
    """SHA-256 of `assignment.toml` and the helper files, on which a run depends."""

    @model_validator(mode="after")
    def _complete(self) -> Assignment:
        if missing := {"quick", "standard", "full"} - self.budgets.keys():
            raise ValueError(f"every assignment has the budgets quick, standard and full; missing: {missing}")
        if unknown := self.accuracy.models.keys() - set(self.model_ids):
            raise ValueError(f"[accuracy.models] names what no task accepts: {', '.join(sorted(unknown))}")
        return self

    def with_throughput(self) -> Assignment:
        """This assignment with the check `throughput`, which counts only when it is asked for.

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
        """The tasks that submissions are asked for."""
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
            "frameworks": tuple(
                name for name, known in all_frameworks().items() if (folder / known.reference_file).is_file()
            ),
            "fingerprint": digest.hexdigest(),
        }
        return Assignment.model_validate(tomllib.loads(raw.decode()) | found)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, ValidationError) as error:
        raise AssignmentError(f"{folder / 'assignment.toml'} isn't a valid assignment: {error}") from error


def _read_helpers(folder: Path) -> tuple[SourceFile, ...]:
    """Files that are copied beside each submission."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return tuple(SourceFile(path=p.relative_to(folder).as_posix(), content=p.read_bytes()) for p in paths)
