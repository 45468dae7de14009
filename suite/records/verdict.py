"""How a submission is judged: verdicts, causes, the result, and the class as a whole."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal

from suite.records.accuracy import Curve
from suite.records.attempt import EarlierAttempt
from suite.records.evidence import Evidence
from suite.records.marking import Mark, Marking
from suite.records.message import Language, Text
from suite.records.model import FrameworkName, Layer
from suite.records.open_tasks import MetricScore
from suite.records.run import Outcome
from suite.records.submission import NOBODY, Identity


class ProofStatus(StrEnum):
    """What the functional proof says about a model."""

    PROVED = "proved"
    DISPROVED = "disproved"
    CLAIMED = "claimed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A measured value beside what it is compared with, to be drawn."""

    name: str
    """What was measured, such as `accuracy`."""
    value: float
    low: float
    """Lower end of its 95 % interval."""
    high: float
    """Upper end."""
    limit: float
    """What earns all points."""
    smaller_is_better: bool
    """Whether values below the limit are the good ones."""
    reference: tuple[float, float] | None = None
    """Where 95 % of the references' values lie; `None` if that wasn't measured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What one check says."""

    check: str
    """Name of the check."""
    task: str
    """Id of the task; empty for the run as a whole."""
    model: str
    """The assignment's model that it was compared with; empty for the run as a whole."""
    outcome: Outcome
    """How the check ended."""
    points: float
    """Points gained, at most `max_points`."""
    max_points: float
    """The most points possible."""
    expected: Any
    """What the reference showed: plain JSON."""
    observed: Any
    """What the submission showed, in the same form; `None` if nothing was seen."""
    message: Text
    """What it means and what to do next."""
    details: tuple[Text, ...] = ()
    """One finding each, in the order of the layers."""
    measure: Measure | None = None
    """What was measured; `None` if the check measures nothing."""
    mark: Mark | None = None
    """The person's mark from which outcome, points and message are; `None` if they are the check's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerComparison:
    """The submission's layers beside the reference's, for the report."""

    task: str
    """Id of the task."""
    model: str
    """The assignment's model."""
    place: int | None
    """Index of the submission's model in `Evidence.models`; `None` if it has none."""
    variable: str
    """The variable that held it; empty if there was none."""
    framework: FrameworkName
    """Framework of the reference that was used."""
    rows: tuple[tuple[Layer | None, Layer | None], ...]
    """Pairs of (reference's layer, submission's layer)."""
    proof_status: ProofStatus = ProofStatus.CLAIMED
    """Whether the model is proved to be what it claims."""
    curves: tuple[Curve, ...] = ()
    """Its learning curves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """A cause that was recognised: what was observed, why it matters, what to change."""

    cause: str
    """Name in the registry of causes."""
    cell: int | None
    """Index of the notebook cell where it shows; `None` if no one cell does."""
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
    """PASS with full marks, FAIL with less, WAITING if only a person's marks lack, else what went wrong first."""
    score: float | None
    """Points; `None` when the harness couldn't grade it."""
    max_score: float
    """The most points possible."""
    verdicts: tuple[Verdict, ...]
    """In the order of the checks."""
    summary: Text
    """The one sentence for the class table."""
    summary_cell: int | None = None
    """Index of the notebook cell whose error it is about; `None` if it is about none."""
    summary_task: str = ""
    """Id of the task whose model it is about; empty if it is about none."""
    comparisons: tuple[LayerComparison, ...] = ()
    """One per task, for the layer tables."""
    notes: tuple[Text, ...] = ()
    """Remarks that cost no points."""
    evidence: Evidence | None = None
    """What it was judged from."""
    identity: Identity = NOBODY
    """Who handed it in."""
    diagnoses: tuple[Diagnosis, ...] = ()
    """Causes that were recognised, the likeliest first; they cost and earn no points."""
    content_hash: str = ""
    """SHA-256 of what was handed in; empty where nothing could be read."""
    earlier: EarlierAttempt | None = None
    """How the student's attempt before this one was judged; `None` if there was none in this report."""
    marking: Marking | None = None
    """What people say of it; `None` if nobody says anything."""

    @property
    def waiting(self) -> float:
        """Points that wait for a person's marks."""
        return sum(verdict.max_points for verdict in self.verdicts if verdict.outcome is Outcome.WAITING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One submission's place in an open task."""

    place: int
    """From 1; equal scores share a place."""
    submission: str
    """Its name."""
    score: MetricScore
    """The best score within the bounds."""
    parameters: int
    """Parameters of that model."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaderboard:
    """The submissions of one open task, the best first."""

    title: str
    """The task's title in the report's language."""
    metric: str
    """The scorer."""
    standings: tuple[Standing, ...]
    """Without submissions that have no score."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A graded class, ready to be rendered."""

    assignment: str
    """Name of the assignment."""
    title: str
    """Its title in the report's language."""
    language: Language
    """Language of the pages."""
    results: tuple[Result, ...]
    """In the order of the submissions."""
    notes: tuple[Text, ...]
    """Remarks on the class as a whole."""
    leaderboards: tuple[Leaderboard, ...] = ()
    """One per open task, where the assignment asks for them."""
    awaited: int | None = None
    """How many submissions there will be, while they are graded; `None` for a class that is complete."""
