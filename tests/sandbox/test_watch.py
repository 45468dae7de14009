"""The watch over a run: what it can't watch doesn't go on."""

from __future__ import annotations

import subprocess
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from suite.assignments import load
from suite.errors import SandboxError
from suite.records import Outcome
from suite.sandbox import watch as module
from suite.sandbox.control_group import ControlGroup
from suite.sandbox.machine_memory import Ledger
from suite.sandbox.process_log import ProcessLog
from suite.sandbox.watch import INTERVAL_SECONDS, Watch
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


@pytest.mark.parametrize("broken", ["tree_of", "judge_folder"])
def test_a_failing_watch_ends_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: str) -> None:
    """Whatever a submission makes it raise."""
    tree = module.tree_of

    def fail(*_: Any) -> None:
        monkeypatch.setattr(module, "tree_of", tree)
        raise RecursionError("too deep")

    with Watch(LIMITS, 60, 60, tmp_path, None) as watch:
        process = subprocess.Popen(["sleep", "60"])
        monkeypatch.setattr(module, broken, fail)
        watch.follow(process)
        assert _ended(watch, process) == "watch_failed"


def test_kills_for_want_of_memory_are_no_fault_of_a_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Kills before the run don't count; after one beside it the run proves nothing and is repeated."""
    counts = [7]
    monkeypatch.setattr(module, "kills", lambda: counts[-1])
    with Watch(LIMITS, 60, 60, tmp_path, None) as watch:
        watch.follow(subprocess.Popen(["sleep", "60"]))
        watch.check_kills()
        counts.append(8)
        with pytest.raises(SandboxError, match="short of memory"):
            watch.check_kills()


def test_one_that_is_ended_in_vain_is_repeated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory that didn't come back with its end was another's."""
    ledger = Ledger()
    monkeypatch.setattr(module, "LEDGER", ledger)
    monkeypatch.setattr(ledger, "try_by_ending", lambda _, end, __: bool(end()))
    process = subprocess.Popen(["sleep", "60"])

    def watch_it() -> None:
        with Watch(LIMITS, 60, 60, tmp_path, None) as watch:
            watch.follow(process)
            assert process.wait(timeout=20) == -9

    with pytest.raises(SandboxError, match="memory of this machine"):
        watch_it()


def test_the_kernels_own_kill_is_told(tmp_path: Path) -> None:
    """A group that the kernel has acted in is asked once more when the process is found dead."""
    (tmp_path / "memory.events").write_text("oom_kill 1\n")
    watch = Watch(LIMITS, 60, 60, tmp_path, ControlGroup(tmp_path, LIMITS))
    stopped = watch.look_again()
    assert stopped is not None
    assert stopped[0] is Outcome.MEMORY


def test_output_past_jupyter_is_limited(tmp_path: Path) -> None:
    """Though it takes no space on any disk."""
    with ProcessLog() as log, Watch(LIMITS.model_copy(update={"disk_mib": 1}), 60, 60, tmp_path, None) as watch:
        process = subprocess.Popen(["yes"], stdout=log.writer)
        watch.follow(process, log)
        assert _ended(watch, process) == "log_limit"


def test_a_trusted_process_is_left_alone_while_it_has_nothing_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it takes is judged again as soon as it works; of what shows in no process others are suspected."""
    works, ledger = threading.Event(), Ledger()
    monkeypatch.setattr(module, "LEDGER", ledger)
    with Watch(LIMITS.model_copy(update={"disk_mib": 1}), 60, 60, tmp_path, None) as watch:
        process = subprocess.Popen(["sleep", "60"])
        watch.follow(process)
        assert process.pid in ledger._runs
        watch.pause_while(lambda: not works.is_set())
        assert process.pid not in ledger._runs
        (tmp_path / "large").write_bytes(bytes(2 << 20))
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(timeout=5 * INTERVAL_SECONDS)
        works.set()
        assert _ended(watch, process) == "disk_limit"
