"""What a warm server imports ahead: nothing here may start a thread, touch a device or make an event loop."""

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
    # what a kernel imports on its way, half of the time that it takes to start
    *("IPython.core.completerlib", "IPython.core.oinspect", "IPython.extensions.storemagic"),
    *("ipykernel.debugger", "matplotlib_inline.backend_inline", "tornado.platform.asyncio", "tornado.queues"),
    *("rich._emoji_codes", "pandas.io.formats.html", "pandas.io.formats.string"),
)
BEFORE = {
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",  # ipykernel sets it, too late for what is imported
    "OPENBLAS_NUM_THREADS": "1",  # OpenBLAS starts its threads when it is loaded
}


def import_ahead(worker: dict[str, Any] | None, modules: Sequence[str]) -> None:
    """Import a runtime's modules, as far as they are installed, and settle the memory for forks to share.

    Nothing at all is imported where there is no worker to be prepared: to try the sandbox out.
    """
    os.environ.update(BEFORE)
    gc.disable()
    if worker is not None:
        ahead.prepare(worker)
        for module in (*modules, *EVERYWHERE):
            with suppress(ModuleNotFoundError):
                importlib.import_module(module)
    gc.collect()
    gc.freeze()
    if threading.active_count() > 1:
        names = ", ".join(thread.name for thread in threading.enumerate())
        raise RuntimeError(f"a warm server has one thread when it forks, this one has: {names}")
