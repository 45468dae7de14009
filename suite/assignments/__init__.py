"""Assignments: what is asked for, by which limits and tolerances, and what the reference models showed."""

from suite.assignments.accuracy_settings import AccuracySettings, ModelAccuracy, Protocol, protocol_of
from suite.assignments.assignment import OWN_FOLDERS, Assignment, known, load
from suite.assignments.calibration import EVERY_BUDGET, Calibration, DataKind, Distribution, load_calibration
from suite.assignments.expected import Expected, ExpectedLayer, ExpectedModel, load_expected
from suite.assignments.proof_settings import ProofSettings
from suite.assignments.settings import (
    Budget,
    BudgetSettings,
    CheckSettings,
    Limits,
    Titles,
)
from suite.assignments.tasks import ModelTask, Probe, ProbeInput, Task
from suite.assignments.throughput_settings import ThroughputSettings

__all__ = [
    "EVERY_BUDGET",
    "OWN_FOLDERS",
    "AccuracySettings",
    "Assignment",
    "Budget",
    "BudgetSettings",
    "Calibration",
    "CheckSettings",
    "DataKind",
    "Distribution",
    "Expected",
    "ExpectedLayer",
    "ExpectedModel",
    "Limits",
    "ModelAccuracy",
    "ModelTask",
    "Probe",
    "ProbeInput",
    "ProofSettings",
    "Protocol",
    "Task",
    "ThroughputSettings",
    "Titles",
    "known",
    "load",
    "load_calibration",
    "load_expected",
    "protocol_of",
]
