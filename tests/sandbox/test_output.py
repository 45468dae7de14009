"""Floods of output: what is kept has a limit, and so has what the host holds of it meanwhile."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Self

import pytest

from suite.records import Outcome
from tests.sandbox.conftest import Look

MIB = 1 << 20
STATUS, CLEAR = Path("/proc/self/status"), Path("/proc/self/clear_refs")
HELD_MIB = 150  # what a flood may cost the host at its worst

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not CLEAR.exists(), reason="peak memory is read from /proc")]


def _status_mib(name: str) -> int:
    found = re.search(rf"{name}:\s+(\d+) kB", STATUS.read_text())
    assert found
    return int(found[1]) >> 10


class Peak:
    """Growth of this process's memory in a block, MiB at its peak."""

    mib = 0

    def __enter__(self) -> Self:
        CLEAR.write_text("5")  # forget the peak so far
        self._before = _status_mib("VmRSS")
        return self

    def __exit__(self, *_: object) -> None:
        self.mib = _status_mib("VmHWM") - self._before


FLUSHES = "import sys\nfor _ in range(20):\n    sys.stdout.write('x' * 5_000_000)\n    sys.stdout.flush()"
UPDATES = "shown = display('x', display_id=True)\nfor _ in range(20): shown.update('x' * 5_000_000)"


@pytest.mark.parametrize(
    "flood",
    [
        pytest.param("for _ in range(50_000): print('x' * 100)", id="lines"),
        pytest.param(FLUSHES, id="flushes"),
        pytest.param(UPDATES, id="updates"),
        pytest.param("print('x' * 200_000_000)", id="one_output"),
        pytest.param("raise ValueError('x' * 30_000_000)", id="error"),
    ],
)
def test_flood_is_cut_and_held_by_nobody(look: Look, flood: str) -> None:
    """The notebook keeps 64 KiB of a cell and says where it was cut, and the host's memory stays flat."""
    with Peak() as peak:
        evidence = look(flood, cell_output_kib=64)
    assert len(evidence.run.notebook) < MIB
    assert "output cut here" in evidence.run.notebook or flood is UPDATES
    assert evidence.silent == ""
    assert peak.mib < HELD_MIB


def test_log_is_not_read_whole(look: Look) -> None:
    """What is written past Jupyter's channels, up to the limit on files, isn't held by the host."""
    write = """
import os, sys
for _ in range(200):
    os.write(sys.stderr._original_stdstream_copy, b"x" * 1_000_000)
"""
    with Peak() as peak:
        evidence = look(write)
    assert evidence.run.cells[0].outcome is Outcome.PASS
    assert len(evidence.run.stderr_tail) <= 2000
    assert peak.mib < HELD_MIB


def test_many_small_outputs_are_all_kept(look: Look) -> None:
    """Outputs that come faster than the host reads them wait: none is lost."""
    evidence = look("for number in range(3000): display(number)")
    (cell,) = json.loads(evidence.run.notebook)["cells"]
    assert len(cell["outputs"]) == 3000
