"""The watch over a run: what it can't watch doesn't go on."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from suite.assignments import load
from suite.records import Outcome
from suite.sandbox import watch as module
from suite.sandbox.process_log import ProcessLog
from suite.sandbox.watch import Watch
from tests.conftest import ROOT

LIMITS = load("stacked_rnn", ROOT / "reference").limits


def _ended(watch: Watch, process: subprocess.Popen[bytes]) -> str:
    """The key of the message with which the watch ended a process."""
    assert process.wait(timeout=20) == -9
    deadline = time.monotonic() + 20
    while watch.breach is None and time.monotonic() < deadline:
        time.sleep(0.01)
    assert watch.breach is not None
    assert watch.breach[0] is Outcome.LIMIT
    return watch.breach[1].key


@pytest.mark.parametrize("broken", ["_tree", "judge_folder"])
def test_a_failing_watch_ends_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: str) -> None:
    """Whatever a submission makes it raise."""
    tree = module._tree

    def fail(*_: Any) -> None:
        monkeypatch.setattr(module, "_tree", tree)
        raise RecursionError("too deep")

    with Watch(LIMITS, 60, 60, tmp_path, None) as watch:
        process = subprocess.Popen(["sleep", "60"])
        monkeypatch.setattr(module, broken, fail)
        watch.follow(process)
        assert _ended(watch, process) == "watch_failed"


def test_output_past_jupyter_is_limited(tmp_path: Path) -> None:
    """Though it takes no space on any disk."""
    with ProcessLog() as log, Watch(LIMITS.model_copy(update={"disk_mib": 1}), 60, 60, tmp_path, None) as watch:
        process = subprocess.Popen(["yes"], stdout=log.writer)
        watch.follow(process, log)
        assert _ended(watch, process) == "log_limit"
