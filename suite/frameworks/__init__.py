"""What the host knows about each framework, without importing any.

Public: `Framework`, `LayerClasses`, `Runtime`; `all_frameworks`, `framework_named`, `runtime_named`,
`framework_of_runtime`, `choose_runtime`, `imports_framework`; `KnownFramework` and `KnownRuntime` for files.
"""

from __future__ import annotations

from functools import cache
from typing import Annotated

from pydantic import AfterValidator

from suite import plugins
from suite.errors import UsageError
from suite.frameworks.interface import Framework, RemovedApi, Role, Runtime
from suite.frameworks.layer_classes import LayerClasses

__all__ = [
    "Framework",
    "KnownFramework",
    "KnownRuntime",
    "LayerClasses",
    "RemovedApi",
    "Role",
    "Runtime",
    "all_frameworks",
    "all_runtimes",
    "choose_runtime",
    "framework_named",
    "framework_of_runtime",
    "imports_framework",
    "is_older",
    "recurrent_layers",
    "runtime_named",
]


@cache
def all_frameworks() -> dict[str, Framework]:
    """Every framework by its name."""
    return {framework.name: framework for framework in plugins.load_all("frameworks").values()}


@cache
def all_runtimes() -> dict[str, Runtime]:
    """Every runtime by its name."""
    return {runtime.name: runtime for framework in all_frameworks().values() for runtime in framework.runtimes}


def framework_named(name: str) -> Framework:
    """The framework of that name; `UsageError` names the known ones."""
    if name not in all_frameworks():
        raise UsageError(
            "no framework is called {name!r}; known: {known}", name=name, known=", ".join(all_frameworks())
        )
    return all_frameworks()[name]


def runtime_named(name: str) -> Runtime:
    """The runtime of that name; `UsageError` names the known ones."""
    if name not in all_runtimes():
        raise UsageError("no runtime is called {name!r}; known: {known}", name=name, known=", ".join(all_runtimes()))
    return all_runtimes()[name]


def is_older(runtime: str) -> bool:
    """Whether it is the older version of its framework, in which what the present one lacks is tried again."""
    return any(known.fallback == runtime for known in all_runtimes().values())


def framework_of_runtime(name: str) -> Framework:
    """The framework that a runtime belongs to."""
    runtime = runtime_named(name)
    return next(framework for framework in all_frameworks().values() if runtime in framework.runtimes)


@cache
def recurrent_layers() -> frozenset[str]:
    """Names of layer and cell classes that keep a state over time steps, in any framework."""
    return frozenset(name for framework in all_frameworks().values() for name in framework.recurrent_layers)


def choose_runtime(sources: str, default: str) -> str:
    """The runtime for source code: that of the one framework that it imports, else `default`."""
    imported = [framework for framework in all_frameworks().values() if framework.imports.search(sources)]
    used = [framework for framework in imported if not framework.beside_others] or imported
    if len(used) != 1 or runtime_named(default) in used[0].runtimes:
        return default
    return used[0].runtimes[0].name


def imports_framework(sources: str) -> bool:
    """Whether source code imports a framework, or a package that is known to import one."""
    return any(
        pattern.search(sources)
        for framework in all_frameworks().values()
        for pattern in (framework.imports, framework.companions)
    )


def _check_framework(name: str) -> str:
    if name not in all_frameworks():
        raise ValueError(f"no framework is called {name!r}; known: {', '.join(all_frameworks())}")
    return name


def _check_runtime(name: str) -> str:
    if name not in all_runtimes():
        raise ValueError(f"no runtime is called {name!r}; known: {', '.join(all_runtimes())}")
    return name


KnownFramework = Annotated[str, AfterValidator(_check_framework)]
"""Name of a framework in a file or an answer; unknown names are invalid."""
KnownRuntime = Annotated[str, AfterValidator(_check_runtime)]
"""Name of a runtime in a file; unknown names are invalid."""
