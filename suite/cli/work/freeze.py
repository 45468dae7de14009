"""`suite freeze`: records what an assignment's references show and, with `--calibrate`, what they learn."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from suite import assignments
from suite.assignments import Assignment, Calibration, load_calibration
from suite.authoring.calibrate import calibrate as run_calibrations
from suite.authoring.calibrate import calibration_as_json
from suite.authoring.freeze import expected_as_json, find_differences
from suite.authoring.freeze import freeze as run_freeze
from suite.cli.language import spoken
from suite.cli.work.console import GATE_FAILED, log
from suite.cli.work.sandbox_choice import choose_sandbox
from suite.cli.work.terminal import show_trainings
from suite.files import write_atomically
from suite.grading.plan import GradingPlan
from suite.records import text
from suite.sandbox import Sandbox
from suite.text.language import say


def freeze(
    *,
    assignment_name: str,
    root: Path,
    sandbox_name: str,
    check: bool,
    calibrate: bool,
    seeds: int,
    stand_in: bool,
    models: tuple[str, ...],
    budget: assignments.Budget,
) -> None:
    """Run an assignment's references and record what they show in expected.json."""
    assignment = assignments.load(assignment_name, root)
    if calibrate:
        environment = os.environ | ({"SUITE_STAND_IN": "1"} if stand_in else {})
        plan = _plan_of_references(assignment, choose_sandbox(sandbox_name, spoken()))
        plan = replace(plan, budget=budget, environment=environment)
        _calibrate(plan, seeds, models or tuple(assignment.accuracy.models))
        return
    expected = run_freeze(_plan_of_references(assignment, choose_sandbox(sandbox_name, spoken())))
    path = assignment.folder / "expected.json"
    if not check:
        write_atomically(path, expected_as_json(expected).encode())
        _tell("freeze_recorded", what=", ".join(assignment.model_ids), path=str(path))
        return
    if differences := find_differences(assignments.load_expected(assignment), expected):
        what = "; ".join(say(each, spoken()) for each in differences)
        _tell("freeze_differs", path=str(path), what=what, name=assignment_name)
        sys.exit(GATE_FAILED)
    _tell("freeze_same", path=str(path))


def _tell(key: str, **values: str) -> None:
    log.print(say(text(key, **values), spoken()), markup=False)


def _plan_of_references(assignment: Assignment, sandbox: Sandbox) -> GradingPlan:
    """A plan that runs references like submissions, under the quick budget and without stored evidence."""
    return GradingPlan(
        assignment=assignment,
        budget="quick",
        sandbox=sandbox,
        jobs=1,
        environment=os.environ,
        store=None,
        probe_seed=0,
        proving=False,
    )


def _calibrate(plan: GradingPlan, seeds: int, models: Sequence[str]) -> None:
    """Calibrate into `calibration.json`, saved after every few runs, so that an interrupt costs little."""
    path = plan.assignment.folder / "calibration.json"

    def save(found: Calibration) -> None:
        write_atomically(path, calibration_as_json(found).encode())

    with show_trainings(log, spoken()) as advance:
        run_calibrations(plan, seeds, load_calibration(path), models, save, advance)
    _tell("freeze_calibrated", path=str(path))
