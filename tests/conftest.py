"""Fixtures: classes graded once through the command line, and assignments with tighter limits."""

from __future__ import annotations

import functools
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"
SEEDS = SHARED / "seeds"
LONG = ("test_seeds.py", "test_unprivileged.py")  # a minute or more in one piece: begun last, they would end alone


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest files, so that two workers end together."""
    items.sort(key=lambda item: item.path.name not in LONG)


@dataclass(frozen=True)
class Graded:
    """What one `suite grade` left behind."""

    code: int
    stdout: str
    stderr: str
    report: Path

    @property
    def results(self) -> dict[str, Any]:
        document = json.loads((self.report / "results.json").read_text("utf-8"))
        return {result["submission"]: result for result in document["results"]}


def run_suite(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "suite", *(str(argument) for argument in arguments)]
    return subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        timeout=500,
        cwd=ROOT,
        env=os.environ | {"COLUMNS": "100"} | environment,
    )


def grade(report: Path, *arguments: str | Path, assignment: str = "stacked_rnn", **environment: str) -> Graded:
    done = run_suite("grade", "-a", assignment, "--report", report, *arguments, **environment)
    return Graded(code=done.returncode, stdout=done.stdout, stderr=done.stderr, report=report)


@pytest.fixture(scope="session")
def examples(tmp_path_factory: pytest.TempPathFactory) -> Graded:
    """The example submissions, graded as the README's first command does."""
    return grade(tmp_path_factory.mktemp("examples"), ROOT / "submissions")


@pytest.fixture
def tight_assignments(tmp_path: Path) -> Callable[..., Path]:
    """Make a folder of assignments with tighter settings."""
    return functools.partial(tighten, tmp_path / "assignments")


def tighten(assignments: Path, **settings: float) -> Path:
    """Fill a folder of assignments in which some settings of `stacked_rnn` have other values."""
    folder = assignments / "stacked_rnn"
    folder.mkdir(parents=True)
    source = ROOT / "reference" / "stacked_rnn"
    toml = (source / "assignment.toml").read_text("utf-8")
    for name, value in settings.items():
        toml, count = re.subn(rf"^{name} = [\d.]+", f"{name} = {value}", toml, flags=re.MULTILINE)
        assert count, f"no setting {name}"
    (folder / "assignment.toml").write_text(toml, "utf-8")
    for name in ("expected.json", "model_keras.py", "model_torch.py"):
        (folder / name).write_bytes((source / name).read_bytes())
    return assignments


def write_notebook(path: Path, sources: Iterable[str]) -> None:
    """Write a notebook of code cells."""
    cells = [
        {"cell_type": "code", "metadata": {}, "execution_count": None, "outputs": [], "source": source}
        for source in sources
    ]
    path.write_text(json.dumps({"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": cells}), "utf-8")


@pytest.fixture
def notebook(tmp_path: Path) -> Callable[..., Path]:
    """Write a notebook of code cells."""

    def write(name: str, *sources: str) -> Path:
        path = tmp_path / name
        write_notebook(path, sources)
        return path

    return write
