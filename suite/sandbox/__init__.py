"""Sandboxes: run a process apart from the host, with limits on what it may use. What runs in it is up to the caller.

A sandbox's own failure raises `SandboxError`. Each is registered by the entry point group `sandboxes`. Public:
`choose`, `all_sandboxes`, `Sandbox`.
"""

from functools import cache

from suite import plugins
from suite.errors import UsageError, Words, joined
from suite.sandbox.interface import Sandbox


@cache
def all_sandboxes() -> tuple[Sandbox, ...]:
    """Every sandbox, the strongest first; each is made once, and keeps what it needs between runs."""
    made = (make() for make in plugins.load_all("sandboxes").values())
    return tuple(sorted(made, key=lambda sandbox: sandbox.strength, reverse=True))


def choose(name: str) -> tuple[Sandbox, tuple[Words, ...]]:
    """Return the sandbox called `name`, or with "auto" the strongest that works, and why stronger ones were not."""
    refused: list[Words] = []
    for sandbox in all_sandboxes():
        if name not in ("auto", sandbox.name):
            continue
        reason = sandbox.unavailable()
        if not reason:
            return sandbox, tuple(refused)
        sandbox.close()
        refused.append(Words("{name}: {reason}", name=sandbox.name, reason=reason))
    known = ", ".join(sandbox.name for sandbox in all_sandboxes())
    if refused:
        raise UsageError(joined(refused))
    raise UsageError("no sandbox is called {name!r}; known: auto, {known}", name=name, known=known)


__all__ = ["Sandbox", "all_sandboxes", "choose"]
