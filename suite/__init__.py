"""Benchmark and grading suite for neural-network notebooks.

From Python: `suite.grade(...)`, `suite.check(...)` and `Result` (docs/api.md). In Jupyter: `%load_ext suite`, `%check`.
Importing this imports nothing else; what is used is imported then.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from suite.api import check, grade
    from suite.records import Result

__version__ = "0.2.0"
__all__ = ["Result", "__version__", "check", "grade"]

_LIES_IN = {"check": "suite.api", "grade": "suite.api", "Result": "suite.records"}


def __getattr__(name: str) -> Any:
    """Import a function of the API when it is used first."""
    if name not in _LIES_IN:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(importlib.import_module(_LIES_IN[name]), name)
    globals()[name] = found
    return found


def load_ipython_extension(shell: Any) -> None:
    """Define `%check`: what Jupyter calls for `%load_ext suite`."""
    importlib.import_module("suite.checking.magic").load(shell)
