"""A user id of its own for each run: which ids there are to give, and that a neighbour takes nothing then."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest

from suite.assignments import Limits
from suite.doctor.diagnosis import Status
from suite.doctor.isolation import judge_users
from suite.records import Outcome
from suite.sandbox import Sandbox, users
from tests.conftest import ROOT
from tests.doctor.sentences import in_english
from tests.sandbox.conftest import claims, run_cells, unchanged_machine

RESERVED, SERVICES = users.CANDIDATES
ALL = "0 0 4294967295\n"
TAKES_ALL = """
import array, ctypes, os, socket, time
held = []
try:
    while True:
        ours, theirs = socket.socketpair()
        held.append((ours, theirs))
        ours.sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [ours.fileno()] * 250))])
        if len(held) > 400:
            break
except OSError:
    pass
ctypes.CDLL(None).prctl(15, b"has-all", 0, 0, 0)
time.sleep(60)
"""
NEEDS_SOME = """
import torch
from torch.utils.data import DataLoader
assert len(list(DataLoader(torch.ones(64, 2), batch_size=2, num_workers=2))) == 32
"""


def test_ids_that_nobody_has() -> None:
    """The first range that the namespace has whole, and in which there is no account."""
    assert list(users.unused(users.CANDIDATES, (ALL, ALL), set())) == [RESERVED, SERVICES]
    assert list(users.unused(users.CANDIDATES, ("0 100000 65536\n", ALL), set())) == [SERVICES]
    assert list(users.unused(users.CANDIDATES, (ALL, "0 0 1\n1 5 60000\n"), set())) == []
    assert list(users.unused(users.CANDIDATES, (ALL, ALL), {RESERVED[5]})) == [SERVICES]


def test_ids_that_the_administrator_gives() -> None:
    """By name or by number; a line that can't be read is none."""
    table = "ann:100000:65536\nodd\n1001:x:5\n1001:300000:10\n"
    assert users.parse_delegated(table, "ann", 1) == range(100000, 165536)
    assert users.parse_delegated(table, "bob", 1001) == range(300000, 300010)
    assert users.parse_delegated(table, "cyd", 1002) is None


def test_ids_that_cant_be_mapped_arent_given() -> None:
    """A table alone isn't enough, as in containers: without privileges that it can gain newuidmap maps nothing."""
    if os.geteuid() == 0 or users.spare_ids() is None:
        pytest.skip("needs an ordinary user with ids to spare; test_unprivileged.py runs it as one")
    code = "from suite.sandbox.users import spare_ids; print(spare_ids())"
    done = subprocess.run(
        ["setpriv", "--no-new-privs", sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert done.stdout == "None\n", done.stderr


def test_what_is_shared_is_said() -> None:
    """The doctor says whether submissions have ids of their own, and how to get some."""
    assert judge_users(users.Spare(users=RESERVED, groups=RESERVED)).status is Status.GOOD
    shared = judge_users(None)
    assert shared.status is Status.WEAK
    assert "/etc/subuid" in in_english(shared)


@pytest.mark.slow
def test_a_neighbour_takes_nothing(sandbox: Sandbox, limits: Limits, tmp_path: Path) -> None:
    """While one submission holds as many descriptors in flight as it can, a loader with two workers goes on."""
    if not claims(sandbox, "weak_quotas"):
        pytest.skip("declared as a weakness")
    for name in ("taker", "needer"):
        (tmp_path / name).mkdir()
    with unchanged_machine(sandbox):
        taker = threading.Thread(
            target=run_cells, args=(sandbox, limits, tmp_path / "taker", TAKES_ALL), kwargs={"wall_seconds": 40}
        )
        taker.start()
        while taker.is_alive() and not _has_all():
            time.sleep(0.1)
        assert taker.is_alive()
        evidence = run_cells(sandbox, limits, tmp_path / "needer", NEEDS_SOME)
        for process in _has_all():
            process.kill()
        taker.join()
    (cell,) = evidence.run.cells
    assert cell.outcome is Outcome.PASS, cell


def _has_all() -> list[psutil.Process]:
    """The process that says so by its name."""
    return [process for process in psutil.process_iter(["name"]) if process.info["name"] == "has-all"]
