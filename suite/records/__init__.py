"""The records that flow from stage to stage, split by stage: frozen, without I/O, no behaviour beyond arithmetic.

Seconds are wall-clock seconds on the host, unless a field says otherwise.
"""

from suite.records.accuracy import Accuracy, Breakdown, Curve, CurveBand, ErrorBin, Mode, Scorer, TrainingClaim
from suite.records.attempt import EarlierAttempt
from suite.records.evidence import Evidence, Provenance
from suite.records.exploration import ArgumentSeen, NameKind, NameSeen, TakenInput
from suite.records.marking import (
    Author,
    CriterionMark,
    Lateness,
    Mark,
    Marking,
    Misfit,
    RegradeRequest,
    Remark,
    UnappliedEntry,
)
from suite.records.message import Language, Text, text
from suite.records.model import FrameworkName, Layer, Model, Shape, Weight, family, options_of
from suite.records.open_tasks import MetricScore
from suite.records.proof import Movement, OutputForm, Proof, StatisticsMovement
from suite.records.results import UNLIKE, Gap, ResultCase, ResultComparison
from suite.records.run import CellOutcome, Outcome, Run
from suite.records.submission import NOBODY, Identity, SourceFile, Submission
from suite.records.timing import Device, PairedTiming, Quad, Untimed, Void, Work
from suite.records.training import FinalState, OptimizerRun, RemarkKind, TrainingObservations, TrainingRemark
from suite.records.verdict import (
    Diagnosis,
    LayerComparison,
    Leaderboard,
    Measure,
    ProofStatus,
    Report,
    Result,
    Standing,
    Verdict,
)
from suite.records.weight_files import UnfitFile, WhyUnfit

__all__ = [
    "NOBODY",
    "UNLIKE",
    "Accuracy",
    "ArgumentSeen",
    "Author",
    "Breakdown",
    "CellOutcome",
    "CriterionMark",
    "Curve",
    "CurveBand",
    "Device",
    "Diagnosis",
    "EarlierAttempt",
    "ErrorBin",
    "Evidence",
    "FinalState",
    "FrameworkName",
    "Gap",
    "Identity",
    "Language",
    "Lateness",
    "Layer",
    "LayerComparison",
    "Leaderboard",
    "Mark",
    "Marking",
    "Measure",
    "MetricScore",
    "Misfit",
    "Mode",
    "Model",
    "Movement",
    "NameKind",
    "NameSeen",
    "OptimizerRun",
    "Outcome",
    "OutputForm",
    "PairedTiming",
    "Proof",
    "ProofStatus",
    "Provenance",
    "Quad",
    "RegradeRequest",
    "Remark",
    "RemarkKind",
    "Report",
    "Result",
    "ResultCase",
    "ResultComparison",
    "Run",
    "Scorer",
    "Shape",
    "SourceFile",
    "Standing",
    "StatisticsMovement",
    "Submission",
    "TakenInput",
    "Text",
    "TrainingClaim",
    "TrainingObservations",
    "TrainingRemark",
    "UnappliedEntry",
    "UnfitFile",
    "Untimed",
    "Verdict",
    "Void",
    "Weight",
    "WhyUnfit",
    "Work",
    "family",
    "options_of",
    "text",
]
