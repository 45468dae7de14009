"""What the references reach when trained many times: `calibration.json`, written by `suite freeze --calibrate`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError

from suite.assignments.metric import ACCURACY
from suite.assignments.settings import Settings
from suite.errors import AssignmentError, Words
from suite.frameworks import KnownFramework
from suite.records import CurveBand, Mode

EVERY_BUDGET = "every"
SPREAD = (0.025, 0.975)
"""Between these quantiles lie 95 % of the reference's trainings."""
DataKind = Literal["real", "stand-in"]


class Distribution(Settings):
    """One reference, trained again and again by one protocol."""

    model: str
    framework: KnownFramework
    mode: Mode
    budget: str
    """The budget that cuts the protocol, or `every` if none does."""
    data: DataKind
    """`real` or `stand-in`."""
    description: str
    """Source and rows of the data, in words."""
    protocol: str
    """The training protocol in words; all runs here used it."""
    hidden_rows: int
    """Number of held-out rows that each run was tested on."""
    metric: str = ACCURACY
    """What was measured."""
    right: tuple[int, ...] = ()
    """Held-out rows answered right in each run; runs at even indexes give the bound, those at odd indexes test it."""
    values: tuple[float, ...] = ()
    """The same where a metric isn't counted in rows: its value in each run."""
    losses: CurveBand | None = None
    """Between which losses the first runs were before each step; `None` in a file that was made without."""
    mean: float
    """Mean accuracy, or value, of all runs."""
    sd: float
    """Standard deviation of it."""
    bound: float
    """The tolerance bound of the even runs: a lower one or, of an error, an upper one."""
    method: str
    """How the bound was computed."""
    normal_p: float | None
    """p-value of the normality test, where the bound assumes a normal distribution."""
    held_out: int
    """Number of runs that weren't used for the bound."""
    false_fails: int
    """How many of them the check would have failed."""
    interval: tuple[float, float]
    """95 % Clopper-Pearson interval for the share of right submissions that the check fails."""

    @property
    def reached(self) -> tuple[float, ...]:
        """The value of each run."""
        return self.values or tuple(right / self.hidden_rows for right in self.right)


class Calibration(Settings):
    """All distributions of one assignment."""

    schema_version: Literal[1] = 1
    versions: dict[str, str] = Field(default_factory=dict)
    """Versions of Python and the frameworks."""
    distributions: tuple[Distribution, ...] = ()

    def find(  # noqa: PLR0913, PLR0917 - what tells distributions apart
        self, model: str, framework: str, mode: Mode, budget: str, data: DataKind, metric: str = ACCURACY
    ) -> Distribution | None:
        """The distribution that a verdict is compared with; `None` if none was recorded."""
        wanted = model, framework, mode, data, metric
        return next(
            (
                each
                for each in self.distributions
                if (each.model, each.framework, each.mode, each.data, each.metric) == wanted
                and each.budget in (budget, EVERY_BUDGET)
            ),
            None,
        )


def load_calibration(path: Path) -> Calibration:
    """Read the file; an empty calibration if it is missing. Raises `AssignmentError` if it isn't valid."""
    try:
        return Calibration.model_validate(json.loads(path.read_bytes()))
    except FileNotFoundError:
        return Calibration()
    except (ValueError, ValidationError) as error:
        remedy = Words("delete it and record it with: suite freeze NAME --calibrate")
        raise AssignmentError(
            "{path} isn't what this version reads ({error}); {remedy}", path=path, error=error, remedy=remedy
        ) from error
