"""A plug-in of pytest: measures the benchmarks that it is asked for, whenever it is asked, until nobody asks any more.

It notes pytest-benchmark's median, the peak of the process's memory during each benchmark, and the most of a GPU's
memory that PyTorch's tensors took. It imports nothing of the suite, since it runs beside the modules of any revision.
Where the kernel doesn't tell, or forget, a peak (other systems than Linux), none is noted.
"""

from __future__ import annotations

import ctypes
import gc
import json
import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest

OWN = Path("/proc/self")
REQUESTS = "SUITE_COMPARE_REQUESTS"

_measured: dict[str, dict[str, float]] = {}


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: Any) -> bool | None:
    """Run tests as they are asked for; as ever where nobody asks, or where tests can't be collected."""
    descriptor = os.environ.pop(REQUESTS, None)
    if descriptor is None or session.testsfailed:
        return None
    os.set_inheritable(int(descriptor), False)  # noqa: FBT003 - of the standard library
    items = {item.nodeid: item for item in session.items}
    with Connection(int(descriptor)) as requests, suppress(EOFError, BrokenPipeError):
        while True:
            chosen = [items[name] for name in json.loads(requests.recv_bytes()) if name in items]
            _measured.clear()
            for item, after in zip(chosen, [*chosen, None][1:], strict=True):
                item.ihook.pytest_runtest_protocol(item=item, nextitem=after)
            requests.send_bytes(json.dumps(_measured).encode())
    return True


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_call(item: Any) -> Iterator[None]:
    """Forget the peak so far; note that of this test and its time, unless it fails."""
    forgotten = _forget()
    outcome: Any = yield
    stats: Any = getattr(getattr(item, "funcargs", {}).get("benchmark"), "stats", None)
    if outcome.excinfo is None and stats is not None:
        peaks = {"memory": _peak() if forgotten else 0, "gpu_memory": _gpu_peak()}
        _measured[item.nodeid] = {"time": stats.stats.median} | {name: peak for name, peak in peaks.items() if peak}
    with suppress(AttributeError):  # it keeps every round of every turn, which would count as memory of the next test
        item.config._benchmarksession.benchmarks.clear()


def _forget() -> bool:
    gc.collect()
    if _uses_gpu():
        sys.modules["torch"].cuda.reset_peak_memory_stats()
    with suppress(AttributeError):  # of glibc: what an earlier benchmark freed is none of the next one's memory
        ctypes.CDLL(None).malloc_trim(0)
    with suppress(OSError):
        (OWN / "clear_refs").write_text("5")
        return True
    return False


def _peak() -> int:
    with suppress(OSError):
        for line in (OWN / "status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) << 10
    return 0


def _uses_gpu() -> bool:
    """Whether PyTorch is imported and has begun to use a GPU; asking whether there is one would forbid forks."""
    cuda = getattr(sys.modules.get("torch"), "cuda", None)
    return cuda is not None and bool(cuda.is_initialized())


def _gpu_peak() -> int:
    return int(sys.modules["torch"].cuda.max_memory_allocated()) if _uses_gpu() else 0
