"""What a warm server imports in advance: nothing here may start a thread, use a device or make an event loop."""

from __future__ import annotations

import gc
import importlib
import os
import threading
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from suite.inside.worker import ahead

EVERYWHERE = (
    "numpy",
    "pandas",
    "matplotlib.pyplot",
    "suite.inside.worker.session",
    # imports of a starting kernel, half of its starting time
    *("IPython.core.completerlib", "IPython.core.oinspect", "IPython.extensions.storemagic"),
    *("ipykernel.debugger", "matplotlib_inline.backend_inline", "tornado.platform.asyncio", "tornado.queues"),
    *("rich._emoji_codes", "pandas.io.formats.html", "pandas.io.formats.string"),
)
BEFORE = {
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",  # ipykernel sets it too late for modules imported here
    "OPENBLAS_NUM_THREADS": "1",  # OpenBLAS starts its threads when it is loaded
}


def import_ahead(worker: dict[str, Any] | None, modules: Sequence[str]) -> None:
    """Import a runtime's installed modules, and arrange the memory so that forks can share it.

    Without a worker to prepare, which is how the sandbox is tried out, nothing is imported.
    """
    os.environ.update(BEFORE)
    gc.disable()
    if worker is not None:
        ahead.prepare(worker)
        for module in (*modules, *EVERYWHERE):
            with suppress(ModuleNotFoundError):
                importlib.import_module(module)
    gc.freeze()
    if threading.active_count() > 1:
        names = ", ".join(thread.name for thread in threading.enumerate())
        raise RuntimeError(f"a warm server has one thread when it forks, this one has: {names}")
