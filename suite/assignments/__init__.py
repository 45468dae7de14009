"""Assignments: what is asked for, by which limits and tolerances, and what the reference models showed."""

from suite.assignments.accuracy_settings import AccuracySettings, ModelAccuracy, Protocol, Scale, protocol_of
from suite.assignments.assignment import OWN_FOLDERS, Assignment, known, load, own_folder
from suite.assignments.calibration import EVERY_BUDGET, SPREAD, Calibration, DataKind, Distribution, load_calibration
from suite.assignments.data_settings import DataSettings
from suite.assignments.expected import Expected, ExpectedLayer, ExpectedModel, load_expected
from suite.assignments.late_policy import LatePolicy
from suite.assignments.metric import ACCURACY, COUNTED, Metric
from suite.assignments.own_data import HANDED_OUT, OwnData
from suite.assignments.proof_settings import ProofSettings
from suite.assignments.settings import (
    Budget,
    BudgetSettings,
    CheckSettings,
    Limits,
    Public,
    Titles,
)
from suite.assignments.tasks import (
    KINDS,
    AnyTask,
    ArgumentSettings,
    Criterion,
    FunctionTask,
    ManualTask,
    ModelTask,
    OpenTask,
    Probe,
    ProbeInput,
    ResultTask,
    Task,
    ValueTask,
)
from suite.assignments.throughput_settings import ThroughputSettings

__all__ = [
    "ACCURACY",
    "COUNTED",
    "EVERY_BUDGET",
    "HANDED_OUT",
    "KINDS",
    "OWN_FOLDERS",
    "SPREAD",
    "AccuracySettings",
    "AnyTask",
    "ArgumentSettings",
    "Assignment",
    "Budget",
    "BudgetSettings",
    "Calibration",
    "CheckSettings",
    "Criterion",
    "DataKind",
    "DataSettings",
    "Distribution",
    "Expected",
    "ExpectedLayer",
    "ExpectedModel",
    "FunctionTask",
    "LatePolicy",
    "Limits",
    "ManualTask",
    "Metric",
    "ModelAccuracy",
    "ModelTask",
    "OpenTask",
    "OwnData",
    "Probe",
    "ProbeInput",
    "ProofSettings",
    "Protocol",
    "Public",
    "ResultTask",
    "Scale",
    "Task",
    "ThroughputSettings",
    "Titles",
    "ValueTask",
    "known",
    "load",
    "load_calibration",
    "load_expected",
    "own_folder",
    "protocol_of",
]
