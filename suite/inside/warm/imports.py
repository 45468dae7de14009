"""What a warm server imports in advance: nothing here may start a thread, use a device or make an event loop."""

from __future__ import annotations

import gc
import importlib
import os
import sys
import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import Any

from suite.inside.worker import ahead

EVERYWHERE = (
    "numpy",
    "suite.inside.worker.session",
    # imports of a starting kernel, half of its starting time
    *("IPython.core.completerlib", "IPython.core.debugger", "IPython.core.logger", "IPython.core.oinspect"),
    "IPython.extensions.storemagic",
    *("ipykernel.debugger", "tornado.platform.asyncio", "tornado.queues"),
    "rich._emoji_codes",
)
BEFORE = {
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",  # ipykernel sets it too late for modules imported here
    "OPENBLAS_NUM_THREADS": "1",  # OpenBLAS starts its threads when it is loaded
}


def import_until(has_orders: Callable[[], bool]) -> None:
    """Import what every runtime needs, module by module, until it is known which one it is."""
    os.environ.update(BEFORE)
    gc.disable()
    for module in EVERYWHERE:
        if has_orders():
            return
        _import(module)


def import_ahead(worker: dict[str, Any] | None, modules: Sequence[str]) -> None:
    """Import a runtime's installed modules, and arrange the memory so that forks can share it.

    Without a worker to prepare, which is how the sandbox is tried out, nothing is imported.
    """
    if worker is not None:
        ahead.prepare(worker)
        for module in (*modules, *EVERYWHERE):
            _import(module)
    _settle()


def import_for_fork(modules: Iterable[str]) -> None:
    """Import what the next fork will import and no fork needed before; what can't be imported tells the fork so."""
    if lacking := [module for module in modules if module not in sys.modules]:
        for module in lacking:
            with suppress(Exception):
                importlib.import_module(module)
        _settle()


def _import(module: str) -> None:
    """Import it if it is installed."""
    with suppress(ModuleNotFoundError):
        importlib.import_module(module)


def _settle() -> None:
    """Leave what is imported to the forks: nothing counts its objects again, and no thread is lost."""
    gc.freeze()
    if threading.active_count() > 1:
        names = ", ".join(thread.name for thread in threading.enumerate())
        raise RuntimeError(f"a warm server has one thread when it forks, this one has: {names}")
