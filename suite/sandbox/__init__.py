"""Sandboxes: a process apart from the host, with limits on what it may use. What is run in it, others know.

A sandbox's own failure raises `SandboxError`. Public: `choose`, `SANDBOXES`, `Sandbox`.
"""

from suite.errors import UsageError
from suite.sandbox.bubblewrap import Bubblewrap
from suite.sandbox.interface import Sandbox
from suite.sandbox.namespaces import Namespaces
from suite.sandbox.plain_process import PlainProcess

SANDBOXES: tuple[Sandbox, ...] = (Namespaces(), Bubblewrap(), PlainProcess())
"""Strongest first."""


def choose(name: str) -> tuple[Sandbox, tuple[str, ...]]:
    """Return the sandbox called `name`, or with "auto" the strongest to be had, and why stronger ones weren't taken."""
    refused: list[str] = []
    for sandbox in SANDBOXES:
        if name not in ("auto", sandbox.name):
            continue
        reason = sandbox.unavailable()
        if not reason:
            return sandbox, tuple(refused)
        refused.append(f"{sandbox.name}: {reason}")
    known = ", ".join(sandbox.name for sandbox in SANDBOXES)
    raise UsageError("; ".join(refused) or f"no sandbox is called {name!r}; known: auto, {known}")


__all__ = ["SANDBOXES", "Sandbox", "choose"]
