"""An assignment of an instructor: one framework, a binary helper file, two tasks that accept one model."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import ROOT, Graded, grade, run_suite

pytestmark = pytest.mark.slow
FRAMEWORKS = {
    "torch": """
import torch
from torch import nn

def build_tiny():
    return nn.Sequential(nn.Linear(4, 3), nn.Tanh(), nn.Linear(3, 2))
""",
    "keras": """
import keras

def build_tiny():
    dense = keras.layers.Dense
    return keras.Sequential([keras.Input((4,)), dense(3, "tanh"), dense(2)])
""",
}
TOML = """
title = "Tiny"
runtime = "FRAMEWORK"

[[tasks]]
id = "first"
accepts = ["tiny"]
probes = [{ inputs = [{ shape = [4] }] }]

[[tasks]]
id = "second"
accepts = ["tiny"]
probes = [{ inputs = [{ shape = [4] }] }]

[checks]
runs = { points = 2 }
shapes = { points = 2 }
parameters = { points = 2 }
function = { points = 4 }
"""


@pytest.fixture(scope="module", params=["torch", pytest.param("keras", marks=pytest.mark.nightly)])
def assignments(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of assignments that `suite freeze` has completed, with references in one framework."""
    folder = tmp_path_factory.mktemp(request.param) / "tiny"
    (folder / "student").mkdir(parents=True)
    np.savez(folder / "student" / "photo.npz", pixels=np.arange(256, dtype=np.uint8))
    (folder / "assignment.toml").write_text(TOML.replace("FRAMEWORK", request.param), "utf-8")
    (folder / f"model_{request.param}.py").write_text(FRAMEWORKS[request.param], "utf-8")
    done = run_suite("freeze", "tiny", "--assignments", folder.parent)
    assert done.returncode == 0, done.stderr
    return folder.parent


@pytest.fixture(scope="module")
def graded(assignments: Path, tmp_path_factory: pytest.TempPathFactory) -> Graded:
    """Both models, one of them only, and both in the framework that has no reference."""
    (path,) = (assignments / "tiny").glob("model_*.py")
    own = path.stem.removeprefix("model_")
    (other,) = FRAMEWORKS.keys() - {own}
    folder = tmp_path_factory.mktemp("class")
    look = "\nimport numpy as np\nassert np.load('photo.npz')['pixels'].sum() == 32640\n"
    sources = {
        "both": FRAMEWORKS[own] + look + "a = build_tiny()\nb = build_tiny()\n",
        "one": FRAMEWORKS[own] + "a = build_tiny()\n",
        "foreign": FRAMEWORKS[other] + "a = build_tiny()\nb = build_tiny()\n",
    }
    for name, source in sources.items():
        (folder / f"{name}.py").write_text(source, "utf-8")
    return grade(tmp_path_factory.mktemp("report"), folder, "--assignments", assignments, assignment="tiny")


def test_right_work_has_its_points(graded: Graded) -> None:
    """Each of two tasks that accept one model has verdicts of its own, and the binary file lies beside the work."""
    result = graded.results["both"]
    assert result["score"] == result["max_score"] == 10, [verdict["message"] for verdict in result["verdicts"]]
    tasks = [verdict["task"] for verdict in result["verdicts"] if verdict["check"] == "function"]
    assert tasks == ["first", "second"]


def test_each_task_needs_a_model(graded: Graded) -> None:
    """One model answers one of the two tasks."""
    result = graded.results["one"]
    outcomes = sorted(verdict["outcome"] for verdict in result["verdicts"] if verdict["check"] == "function")
    assert (result["score"], outcomes) == (6, ["fail", "pass"])


def test_the_other_framework_is_named(graded: Graded, assignments: Path) -> None:
    """A model in a framework without a reference isn't judged by guesswork."""
    result = graded.results["foreign"]
    (path,) = (assignments / "tiny").glob("model_*.py")
    own = path.stem.removeprefix("model_")
    message = next(verdict["message"] for verdict in result["verdicts"] if verdict["check"] == "function")
    assert result["score"] == 2
    for name in FRAMEWORKS:
        assert name in message, (own, message)


@pytest.mark.nightly
def test_every_command_is_content_with_one_framework(assignments: Path) -> None:
    """`freeze --check` and `bench` run what there is."""
    assert run_suite("freeze", "tiny", "--assignments", assignments, "--check").returncode == 0
    listed = run_suite("bench", "--assignments", assignments, "--list")
    (path,) = (assignments / "tiny").glob("model_*.py")
    assert listed.returncode == 0, listed.stderr
    assert f"tiny/{path.stem.removeprefix('model_')}" in listed.stdout


def test_stored_evidence_is_run_again_for_a_reason(assignments: Path, tmp_path: Path) -> None:
    """A repeated call recalls; after a change of the bounds that decide about training, it runs again and says why."""
    mine = shutil.copytree(assignments, tmp_path / "mine")
    work = tmp_path / "ana.py"
    work.write_text("print('no model')", "utf-8")
    options = (tmp_path / "report", "--assignments", mine, work)
    grade(*options, assignment="tiny")
    assert "1 of 1 judged from stored evidence" in " ".join(grade(*options, assignment="tiny").stderr.split())
    bound = json.loads((ROOT / "reference" / "stacked_rnn" / "calibration.json").read_text("utf-8"))
    (mine / "tiny" / "calibration.json").write_text(json.dumps(bound), "utf-8")
    again = " ".join(grade(*options, assignment="tiny").stderr.split())
    assert "judged from stored evidence" not in again
    assert "calibration.json has changed" in again
