"""What a process writes to its standard streams, as the host keeps it."""

from __future__ import annotations

import os
import stat
import subprocess
import sys

from suite.sandbox.process_log import KEPT_BYTES, ProcessLog

MIB = 1 << 20


def test_the_end_is_kept() -> None:
    """A flood passes through: its length is known, its end is there, and little of it is held."""
    with ProcessLog() as log:
        flood = f"import os\nfor _ in range({20 * MIB}): os.write(1, b'x' * {MIB})".replace(str(20 * MIB), "20")
        subprocess.run(
            [sys.executable, "-c", flood + "\nos.write(2, 'the énd'.encode())"],
            stdout=log.writer,
            stderr=log.writer,
            check=True,
        )
        assert log.read(10) == "xxxthe énd"
        assert log.total > 20 * MIB
        assert len(log.read(10 * MIB)) < KEPT_BYTES


def test_it_is_no_file() -> None:
    """A process that gets it can take no space on the host's disk with it."""
    with ProcessLog() as log:
        assert stat.S_ISFIFO(os.fstat(log.writer).st_mode)


def test_closing_ends_it_though_a_process_still_writes() -> None:
    """Who keeps the other end can't hold the host up."""
    with ProcessLog() as log:
        writer = subprocess.Popen(["yes"], stdout=log.writer, stderr=subprocess.DEVNULL)
    assert writer.wait(timeout=20) != 0
