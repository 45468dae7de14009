"""What a worker has to know and to import before anything runs in it."""

from __future__ import annotations

import json
from typing import Any

from suite.data import loader_names
from suite.frameworks import all_frameworks, runtime_named
from suite.sandbox.interface import Imports


def worker_settings(runtime: str) -> dict[str, Any]:
    """What a worker must know before it imports anything; the same for every run in a runtime."""
    frameworks = [framework.inside for framework in all_frameworks().values()]
    return {"runtime": runtime, "frameworks": frameworks, "loaders": loader_names()}


def imports_of(runtime: str, *, ahead: bool) -> Imports:
    """What a worker imports; a notebook that imports no framework doesn't wait for one."""
    modules = runtime_named(runtime).modules if ahead else ()
    return Imports(worker=json.dumps(worker_settings(runtime)), modules=modules)
