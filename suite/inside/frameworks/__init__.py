"""The code for each framework inside the sandbox, in one folder each; the host says which to load.

`interface` says what a framework must offer. Public: `load`, `framework_of`.
"""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from typing import Any

from suite.inside.frameworks.interface import InsideFramework


def load(modules: Sequence[str]) -> tuple[InsideFramework, ...]:
    """The frameworks in these modules, such as `suite.inside.frameworks.keras`; no library is imported."""
    return tuple(importlib.import_module(module).FRAMEWORK for module in modules)


def framework_of(value: Any, frameworks: Sequence[InsideFramework]) -> InsideFramework | None:
    """The framework that owns a value."""
    return next((framework for framework in frameworks if framework.adapter.owns(value)), None)
