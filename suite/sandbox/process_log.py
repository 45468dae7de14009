"""What a process writes to its standard streams outside Jupyter: a pipe that the host drains.

A process that held a descriptor of a file of the host's could fill the host's disk through it, past every limit on
sizes: `fallocate` takes blocks and leaves the size as it is.
"""

from __future__ import annotations

import fcntl
import os
import select
import sys
import threading
from typing import Self

KEPT_BYTES = 1 << 16
CHUNK_BYTES = 1 << 16
PIPE_BYTES = 1 << 20
PAUSE_SECONDS = 0.01  # between two drains, so that a flood of output costs the host next to nothing


class ProcessLog:
    """A context manager: a thread drains the pipe, and the end of what came is kept."""

    def __init__(self) -> None:
        self._reader, self.writer = os.pipe()
        """`writer` is the descriptor to be given to the process."""
        os.set_blocking(self._reader, False)
        _widen(self._reader)
        self._wake, self._waker = os.pipe()
        self._kept = bytearray()
        self._lock = threading.Lock()
        self.total = 0
        """Bytes written until now."""
        self._thread = threading.Thread(target=self._drain_until_closed, name="log", daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the thread and close the pipe; a process that still writes gets an error from then on."""
        os.close(self._waker)
        self._thread.join()
        for descriptor in (self._reader, self.writer, self._wake):
            os.close(descriptor)

    def read(self, characters: int) -> str:
        """The end of what was written until now."""
        self._drain()
        with self._lock:
            return self._kept[-4 * characters :].decode(errors="replace")[-characters:]

    def _drain_until_closed(self) -> None:
        poll = select.poll()
        poll.register(self._reader, select.POLLIN)
        poll.register(self._wake, select.POLLIN)
        pause = select.poll()
        pause.register(self._wake, select.POLLIN)
        while self._wake not in {descriptor for descriptor, _ in poll.poll()}:
            self._drain()
            pause.poll(PAUSE_SECONDS * 1000)

    def _drain(self) -> None:
        """Take what the pipe holds, and not more than it can hold at once: a flood never ends."""
        with self._lock:
            for _ in range(PIPE_BYTES // CHUNK_BYTES):
                try:
                    chunk = os.read(self._reader, CHUNK_BYTES)
                except BlockingIOError:
                    return
                self.total += len(chunk)
                self._kept = (self._kept + chunk)[-KEPT_BYTES:]


def _widen(descriptor: int) -> None:
    """Let a pipe hold more, so that honest output doesn't wait, where the kernel lets us."""
    if sys.platform == "linux":
        try:
            fcntl.fcntl(descriptor, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
        except OSError:
            return
