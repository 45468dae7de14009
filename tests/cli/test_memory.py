"""What grading frees goes back to the system."""

from __future__ import annotations

import platform
import subprocess
import sys

import pytest

from suite.cli.work.memory import LARGE

PROGRAM = """
from pathlib import Path
from suite.cli.work.memory import bound_memory

def held():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096

if BOUND:
    bound_memory()
def fill(size):
    made = bytearray(size << 20)
    made[::4096] = bytes(len(made[::4096]))
    return made

fill(25)
kept, before = [], held()
for size in range(1, 20):
    large = fill(size)
    kept.append(bytearray(60_000))
    del large
print(held() - before)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="the setting is glibc's")
def test_large_buffers_leave_nothing_behind() -> None:
    """Small pieces that are kept lie between none of them; without the setting they hold several buffers."""
    held = {
        bound: int(subprocess.check_output([sys.executable, "-c", PROGRAM.replace("BOUND", str(bound))], text=True))
        for bound in (True, False)
    }
    assert held[True] < 24 * LARGE < held[False]
