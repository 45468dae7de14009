"""The workflows: what they may do, and their steps as scripts, run here as a runner would run them."""

from __future__ import annotations

import os
import stat
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import ROOT
from tests.tracking.compare.projects import Project, make_project

WORKFLOWS = ROOT / ".github" / "workflows"
NAMES = sorted(path.name for path in WORKFLOWS.iterdir())
UNTRUSTED = ("github.event.", "github.head_ref", "inputs.")
"""What strangers choose; in a script it would be run."""


def _read(name: str) -> dict[str, Any]:
    return yaml.safe_load((WORKFLOWS / name).read_text())


def _steps(name: str) -> list[dict[str, Any]]:
    return [step for job in _read(name)["jobs"].values() for step in job.get("steps", ())]


def _step(workflow: str, name: str) -> str:
    return next(step["run"] for step in _steps(workflow) if step.get("name") == name)


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """A folder that goes before all others on the PATH."""
    folder = tmp_path / "programs"
    folder.mkdir()
    return folder


def _program(folder: Path, name: str, code: str) -> None:
    (folder / name).write_text(f"#!/bin/sh\n{code}\n")
    (folder / name).chmod(0o755 | stat.S_IXUSR)


def _run(script: str, folder: Path, programs: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """As GitHub runs a step."""
    values = os.environ | {"PATH": f"{programs}:{os.environ['PATH']}"} | environment
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script]
    return subprocess.run(command, cwd=folder, env=values, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("name", NAMES)
def test_scripts_are_bash_and_take_nothing_from_strangers(name: str) -> None:
    """Each is read by the shell; what strangers choose comes in by the environment."""
    for script in (step["run"] for step in _steps(name) if "run" in step):
        checked = subprocess.run(["bash", "-n", "-c", script], capture_output=True, text=True, check=False)
        assert checked.returncode == 0, checked.stderr
        assert "${{" not in script


@pytest.mark.parametrize("name", NAMES)
def test_no_job_may_more_than_it_says(name: str) -> None:
    """Nothing by default but reading, and no workflow gives a pull request's code the target's rights."""
    workflow = _read(name)
    triggers = workflow[True]  # YAML 1.1 takes the key "on" for a truth value
    assert "pull_request_target" not in triggers
    assert workflow["permissions"] in ({}, {"contents": "read"})


@pytest.mark.parametrize("name", NAMES)
def test_what_steps_call_exists(name: str) -> None:
    """Programs of `.ci/`, and tox's environments."""
    environments = (ROOT / "tox.ini").read_text()
    for words in (step["run"].split() for step in _steps(name) if "run" in step):
        for word, following in zip(words, [*words[1:], ""], strict=True):
            if word.startswith(".ci/"):
                assert os.access(ROOT / word, os.X_OK), word
            if word == "-e" and following.isalpha():
                assert f"[testenv:{following}]" in environments, following


def test_the_job_that_runs_a_pull_request_only_reads() -> None:
    """And the one that writes the comment runs the target's code."""
    jobs = _read("compare.yml")["jobs"]
    assert jobs["measure"]["permissions"] == {"contents": "read"}
    assert jobs["comment"]["permissions"] == {"contents": "read", "pull-requests": "write"}
    assert "base.sha" in jobs["comment"]["steps"][0]["with"]["ref"]
    assert jobs["measure"]["steps"][0]["with"]["persist-credentials"] is False


@pytest.mark.parametrize(
    ("outcome", "code", "failed"), [("same", 0, False), ("slower", 1, True), ("undecided", 3, False), ("", 2, True)]
)
def test_the_check_of_a_pull_request(tmp_path: Path, programs: Path, outcome: str, code: int, failed: bool) -> None:  # noqa: FBT001
    """It fails where something is slower or nothing could be measured; undecided warns. The table is in the summary."""
    wrote = f"""echo "$@" >called; mkdir -p reports
    [ -z "{outcome}" ] || {{ echo table >reports/compare.md; printf ' "outcome": "{outcome}",' >reports/compare.json; }}
    exit {code}"""
    _program(programs, "tox", wrote)
    summary = tmp_path / "summary"
    summary.touch()
    script = _step("compare.yml", "Measure both revisions in turns")
    done = _run(script, tmp_path, programs, BASE="abc", GITHUB_STEP_SUMMARY=str(summary))
    assert bool(done.returncode) is failed
    assert (tmp_path / "called").read_text().startswith("-e compare -- abc HEAD --minutes")
    assert summary.read_text() == ("table\n" if outcome else "")
    assert ("::warning" in done.stdout) is (outcome == "undecided")


@pytest.fixture
def night(tmp_path: Path) -> Project:
    """A checkout, and a repository that it came from."""
    project = make_project(tmp_path / "checkout")
    project.commit("start", {"file": "1"})
    origin = tmp_path / "origin.git"
    subprocess.run(["git", "init", "--quiet", "--bare", str(origin)], check=True)
    project.git("remote", "add", "origin", str(origin))
    project.git("push", "--quiet", "origin", "main")
    return project


def _record(folder: Path, content: str | None = None) -> str | None:
    path = folder / "reports" / "history.sqlite"
    if content is not None:
        path.parent.mkdir(exist_ok=True)
        path.write_text(content)
    return path.read_text() if path.exists() else None


def test_the_record_outlives_every_machine(night: Project, tmp_path: Path, programs: Path) -> None:
    """Each begins on an empty machine: the first has no record, the others that of the night before, as one commit."""
    fetch, keep = _step("nightly.yml", "Fetch the record"), _step("nightly.yml", "Keep the record")
    environment = {"RECORD_BRANCH": _read("nightly.yml")["env"]["RECORD_BRANCH"], "GITHUB_SHA": "abc"}
    for number in range(3):
        folder = tmp_path / f"machine{number}"
        night.git("clone", "--quiet", str(tmp_path / "origin.git"), str(folder))
        done = _run(fetch, folder, programs, **environment)
        assert done.returncode == 0, done.stderr
        assert _record(folder) == (f"night {number - 1}" if number else None)
        _record(folder, f"night {number}")
        done = _run(keep, folder, programs, **environment)
        assert done.returncode == 0, done.stderr
    bare = Project(tmp_path / "origin.git")
    assert bare.git("rev-list", "--count", "nightly-record") == "1"
    assert bare.git("ls-tree", "--name-only", "nightly-record") == "history.sqlite"
    assert bare.git("rev-parse", "main") == night.git("rev-parse", "main")


def test_a_night_without_a_record_keeps_the_old_one() -> None:
    """A night that made none doesn't replace it."""
    keep = next(step for step in _steps("nightly.yml") if step.get("name") == "Keep the record")
    assert keep["if"] == "hashFiles('reports/history.sqlite') != ''"


def test_a_regression_fails_the_night_after_everything_is_kept() -> None:
    """The step may fail, and its outcome reaches the last job."""
    jobs = _read("nightly.yml")["jobs"]
    steps = jobs["measure"]["steps"]
    names = [step.get("name") for step in steps]
    judged = names.index("Measure, record, judge and draw")
    assert steps[judged]["continue-on-error"] is True
    assert names.index("Keep the record") > judged
    assert jobs["report"]["steps"][-1]["if"] == "needs.measure.outputs.outcome != 'success'"
