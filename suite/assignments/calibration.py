"""What the references reach when trained many times: `calibration.json`, written by `suite freeze --calibrate`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError

from suite.assignments.settings import Settings
from suite.errors import AssignmentError
from suite.frameworks import KnownFramework
from suite.records import Mode

EVERY_BUDGET = "every"
DataKind = Literal["real", "stand-in"]


class Distribution(Settings):
    """One reference, trained again and again by one protocol."""

    model: str
    framework: KnownFramework
    mode: Mode
    budget: str
    """The budget that cuts the protocol, or `every` where none does."""
    data: DataKind
    """`real` or `stand-in`."""
    description: str
    """Place and rows of the data, in words."""
    protocol: str
    """In words: runs by another protocol don't belong here."""
    hidden_rows: int
    """On which each run was examined."""
    right: tuple[int, ...]
    """Hidden rows answered right, a run; those at even places set the bound, those at odd places are held out."""
    mean: float
    """Of all runs' accuracies."""
    sd: float
    """Their standard deviation."""
    bound: float
    """The lower tolerance bound of the even runs."""
    method: str
    """How it was found."""
    normal_p: float | None
    """Of the test against the normal distribution, where the bound rests on it."""
    held_out: int
    """Runs that had no part in the bound."""
    false_fails: int
    """How many of them the check would have failed."""
    interval: tuple[float, float]
    """95 % interval, by Clopper and Pearson, for the share of right submissions that it fails."""


class Calibration(Settings):
    """All distributions of one assignment."""

    schema_version: Literal[1] = 1
    versions: dict[str, str] = Field(default_factory=dict)
    """Of Python and the frameworks."""
    distributions: tuple[Distribution, ...] = ()

    def find(self, model: str, framework: str, mode: Mode, budget: str, data: DataKind) -> Distribution | None:
        """The distribution that a verdict is held against; `None` where none was recorded."""
        wanted = model, framework, mode, data
        return next(
            (
                each
                for each in self.distributions
                if (each.model, each.framework, each.mode, each.data) == wanted
                and each.budget in (budget, EVERY_BUDGET)
            ),
            None,
        )


def load_calibration(path: Path) -> Calibration:
    """Read the file; an empty calibration where there is none, `AssignmentError` where it isn't one."""
    try:
        return Calibration.model_validate(json.loads(path.read_bytes()))
    except FileNotFoundError:
        return Calibration()
    except (ValueError, ValidationError) as error:
        remedy = "delete it and record it with: suite freeze NAME --calibrate"
        raise AssignmentError(f"{path} isn't what this version reads ({error}); {remedy}") from error
