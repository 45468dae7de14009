"""A plug-in of pytest: has pytest-benchmark note the peak of the process's memory during each benchmark.

It imports nothing of the suite, since it runs beside the modules of any revision. Where the kernel doesn't tell, or
forget, a peak (other systems than Linux), nothing is noted.
"""

from __future__ import annotations

import gc
import platform
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

OWN = Path("/proc/self")


@pytest.hookimpl(optionalhook=True)
def pytest_benchmark_generate_machine_info() -> dict[str, Any]:
    """Of the machine only what a file must say: asking a processor for its name takes a second each time."""
    return {"system": platform.system(), "python_version": platform.python_version(), "cpu": {"count": 1}}


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_call(item: Any) -> Iterator[None]:
    """Forget the peak so far, and note that of this test."""
    gc.collect()
    forgotten = _forget()
    yield
    noted: Any = getattr(getattr(item, "funcargs", {}).get("benchmark"), "extra_info", None)
    if forgotten and noted is not None and (peak := _peak()):
        noted["peak_memory_bytes"] = peak


def _forget() -> bool:
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
