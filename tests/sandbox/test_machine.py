"""Every attack on the machine, in every sandbox: each ends as its record says, and nothing is left."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from suite.assignments import Limits, load, load_expected
from suite.errors import SandboxError
from suite.evidence.interview.notebook import MAX_WAITS
from suite.judging.checks import judge
from suite.records import Outcome
from suite.sandbox import Sandbox
from suite.text.language import say
from tests.conftest import ROOT
from tests.hostile.machine import ATTACKS, LIMITS, Attack
from tests.sandbox.conftest import Look, claims, printed, read_cells, run_cells, unchanged_machine

pytestmark = pytest.mark.slow

TOGETHER = 4  # most of them wait for a limit
PATIENCE_SECONDS = 20  # far above what it takes to start, to interrupt and to give up; far below the wait for an answer
WALL_SECONDS = 8  # a loaded machine takes 4 s to show a traceback of 3000 lines


@pytest.fixture(scope="module")
def ended(sandbox: Sandbox, limits: Limits, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """The results of all attacks that the sandbox claims to stop, run a few at a time."""
    assignment = load("stacked_rnn", ROOT / "reference")
    expected = load_expected(assignment)
    claimed = [attack for attack in ATTACKS if not attack.weakness or claims(sandbox, attack.weakness)]
    claimed.sort(key=lambda attack: attack.status != "timeout")  # the longest first

    def run(attack: Attack) -> dict[str, Any]:
        folder = tmp_path_factory.mktemp("attack")
        changes = LIMITS | {"wall_seconds": WALL_SECONDS, "answer_seconds": 2}
        begin = time.monotonic()
        try:
            evidence = run_cells(sandbox, limits, folder, attack.source, **changes)
        except SandboxError:  # the machine was too busy: tried again, as in grading
            begin = time.monotonic()
            evidence = run_cells(sandbox, limits, folder, attack.source, **changes)
        seconds = time.monotonic() - begin
        result = judge(read_cells(folder, attack.source), assignment, expected, evidence)
        message = say(result.summary, "en")
        return {"status": result.status, "message": message, "score": result.score, "seconds": seconds}

    with unchanged_machine(sandbox), ThreadPoolExecutor(TOGETHER) as pool:
        results = list(pool.map(run, claimed))
    return {attack.name: result for attack, result in zip(claimed, results, strict=True)}


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_ends_as_recorded(ended: dict[str, dict[str, Any]], attack: Attack) -> None:
    """The attack has the status, the message and the points of its record."""
    if attack.name not in ended:
        pytest.skip("declared as a weakness")
    attack.expect(ended[attack.name])


def test_swallowed_signals_cost_little(ended: dict[str, dict[str, Any]]) -> None:
    """A loop that swallows every signal is over soon after its deadline, which comes later if it waited for a CPU."""
    assert ended["signals_swallowed"]["seconds"] < (1 + MAX_WAITS) * WALL_SECONDS + PATIENCE_SECONDS


def test_stopped_process_costs_little(ended: dict[str, dict[str, Any]]) -> None:
    """A process that stopped itself is over soon after its deadline."""
    assert ended["stopped"]["seconds"] < WALL_SECONDS + PATIENCE_SECONDS


def test_zombies_cost_little(sandbox: Sandbox, limits: Limits, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A few children that nobody reaps delay no answer; one run in ten is lucky, so several are looked at."""
    zombies = "import os\nfor _ in range(10):\n    if os.fork() == 0: os._exit(0)"

    def run(_: int) -> str:
        return run_cells(sandbox, limits, tmp_path_factory.mktemp("zombies"), zombies, answer_seconds=2).silent

    with unchanged_machine(sandbox), ThreadPoolExecutor(TOGETHER) as pool:
        assert list(pool.map(run, range(TOGETHER))) == [""] * TOGETHER


def test_next_is_honest(ended: dict[str, dict[str, Any]], look: Look) -> None:
    """After all of them an honest submission runs as ever."""
    assert ended
    assert printed(look("print(6 * 7)")) == "42\n"


def test_cpu_time_is_limited(look: Look) -> None:
    """Busy children count: CPU time ends a run before its wall time does."""
    evidence = look("import os\nfor _ in range(3): os.fork()\nwhile True: pass", cpu_seconds=2, wall_seconds=60)
    assert evidence.run.stopped is not None
    assert "CPU" in say(evidence.run.stopped, "en")
    assert not evidence.run.left


def test_patched_clock_changes_no_figure(look: Look) -> None:
    """A submission may lie to itself about time: the host has timed the cell."""
    lie = """
import time
wait = time.sleep
for name in ("time", "monotonic", "perf_counter", "process_time"):
    setattr(time, name, lambda: 0.0)
wait(1)
time.sleep = lambda seconds: None
"""
    evidence = look(lie)
    assert evidence.run.cells[0].outcome is Outcome.PASS
    assert evidence.run.cells[0].seconds >= 1
    assert evidence.silent == ""


def test_settings_do_not_reach_the_next(look: Look) -> None:
    """Threads, environment, priority, umask and limits that one submission changes are as ever for the next."""
    change = """
import os, resource, sys, torch
print(torch.get_num_threads(), os.environ.get("OMP_NUM_THREADS"), torch.get_default_dtype(), torch.initial_seed(),
      os.nice(0), os.umask(0o777), sys.getrecursionlimit(), resource.getrlimit(resource.RLIMIT_NOFILE))
torch.set_num_threads(7)
torch.set_default_dtype(torch.float64)
torch.manual_seed(123)
os.environ["OMP_NUM_THREADS"] = "7"
os.nice(3)
sys.setrecursionlimit(5000)
resource.setrlimit(resource.RLIMIT_NOFILE, (200, 200))
"""
    first, second = look(change), look(change)
    assert first.run.cells[0].outcome is Outcome.PASS
    assert printed(first) == printed(second)
