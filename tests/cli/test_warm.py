"""`suite warm`: a class is graded by servers that an earlier command left, and the marks are the same."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from suite.sandbox import resident_process
from suite.sandbox.namespaces import Namespaces
from tests.conftest import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.nightly]

STACK = """
import torch
from torch import nn
model = nn.RNN(28, 8, num_layers=3, batch_first=True)
import sys
print("drawing", "sea" "born" in sys.modules)
"""


@pytest.fixture
def warm(tmp_path: Path) -> Iterator[Callable[..., subprocess.CompletedProcess[str]]]:
    """Runs commands whose resident process is the test's own, under a mask that lets others read nothing."""
    if reason := Namespaces().unavailable():
        pytest.skip(str(reason))
    runtime = tmp_path / "run"
    runtime.mkdir()

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "suite", *words],
            env=os.environ | {"XDG_RUNTIME_DIR": str(runtime), "COLUMNS": "300"},
            capture_output=True,
            text=True,
            check=False,
            umask=0o077,
        )

    yield run
    run("warm", "stop")


def test_marks_are_the_same(
    warm: Callable[..., subprocess.CompletedProcess[str]], notebook: Callable[..., Path], tmp_path: Path
) -> None:
    """With servers of an earlier command, with one of them killed, and with none; each command says what it uses."""
    submission = str(notebook("ana.ipynb", STACK))

    def mark(name: str) -> tuple[bool, float]:
        report = tmp_path / name
        done = warm("grade", submission, "-a", "stacked_rnn", "--report", str(report))
        (result,) = json.loads((report / "results.json").read_text("utf-8"))["results"]
        assert result["score"] is not None, done.stderr
        return "warm servers of process" in done.stderr, result["score"]

    assert warm("warm", "status").returncode == 1
    started = warm("warm", "start", "torch")
    assert "torch" in started.stderr, started.stderr
    used, score = mark("first")
    assert used
    told = str(tmp_path / "ana.check.json")
    assert warm("assignments", "public", str(ROOT / "reference" / "stacked_rnn"), "--out", told).returncode == 0
    checked = warm("check", submission, "--with", told)
    assert "warm servers of process" in checked.stderr, checked.stderr
    assert checked.stdout
    (evidence,) = (tmp_path / "first" / "evidence").glob("[0-9a-f]*.json")
    assert "drawing True" in evidence.read_text("utf-8")  # though the sources don't name it
    resident = psutil.Process(int(started.stderr.split("process ")[1].split(",")[0]))
    assert resident_process.__name__ in resident.cmdline()
    for server in resident.children():
        server.kill()
    assert mark("second") == (True, score)
    assert resident.children()
    resident.kill()
    resident.wait()
    assert mark("third") == (False, score)
