"""What a worker has to know and to import before anything runs in it."""

from __future__ import annotations

import json
import re
from typing import Any

from suite.data import loader_names
from suite.frameworks import all_frameworks, runtime_named
from suite.sandbox.interface import Imports

LIBRARIES = {
    "matplotlib": ("matplotlib.pyplot", "matplotlib_inline.backend_inline"),
    "pandas": ("pandas", "pandas.io.formats.html", "pandas.io.formats.string"),
    "scipy": ("scipy.stats",),
    "seaborn": ("seaborn", "matplotlib_inline.backend_inline"),
    "sklearn": ("sklearn.metrics", "sklearn.model_selection", "sklearn.preprocessing"),
}
"""What notebooks import besides frameworks and takes long: the modules in which most of the time goes, by the name that
sources have it under."""


def libraries_in(sources: str) -> tuple[str, ...]:
    """Modules of libraries that source code names, to be imported before it runs."""
    named = (modules for name, modules in LIBRARIES.items() if re.search(rf"\b{name}\b", sources))
    return tuple(dict.fromkeys(module for modules in named for module in modules))


def worker_settings(runtime: str) -> dict[str, Any]:
    """What a worker must know before it imports anything; the same for every run in a runtime."""
    frameworks = [framework.inside for framework in all_frameworks().values()]
    return {"runtime": runtime, "frameworks": frameworks, "loaders": loader_names()}


def imports_of(runtime: str, *, ahead: bool) -> Imports:
    """What a worker imports; a notebook that imports no framework doesn't wait for one."""
    modules = runtime_named(runtime).modules if ahead else ()
    return Imports(worker=json.dumps(worker_settings(runtime)), modules=modules)
