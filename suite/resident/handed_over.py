"""What a command takes with it into a process that has imported the suite: all that a program gets at its start."""

from __future__ import annotations

import os
import resource
import signal
import sys
import tempfile
from contextlib import suppress
from typing import Any

from suite.endings import SIGNALS

STREAMS = ("stdin", "stdout", "stderr")


def gather(arguments: list[str]) -> dict[str, Any]:
    """Of this process; `OSError` if it has lost its folder."""
    return {
        "arguments": arguments,
        "package": sys.modules["__main__"].__package__,
        "folder": os.getcwd(),  # noqa: PTH109 - a string for JSON
        "environment": dict(os.environ),
        "path": sys.path,
        "mask": _read_mask(),
        "niceness": os.nice(0),
        "limits": [[number, *resource.getrlimit(number)] for number in _limits()],
        "ignored": [int(number) for number in SIGNALS if signal.getsignal(number) is signal.SIG_IGN],
        "encodings": [[stream.encoding, stream.errors] for stream in (getattr(sys, name) for name in STREAMS)],
    }


def take_over(state: dict[str, Any], streams: list[int]) -> None:
    """Become as that process was, with its standard streams; what a user may not raise stays."""
    os.umask(state["mask"])
    os.chdir(state["folder"])
    os.environ.clear()
    os.environ.update(state["environment"])
    tempfile.tempdir = None
    sys.path[:] = state["path"]
    sys.argv[:] = state["arguments"]
    sys.modules["__main__"].__package__ = state["package"]  # by which and the first argument a program tells its name
    with suppress(OSError):
        os.nice(state["niceness"] - os.nice(0))
    for kind, soft, hard in state["limits"]:
        with suppress(OSError, ValueError):
            resource.setrlimit(kind, (soft, hard))
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN if number in state["ignored"] else _default(number))
    for place, (descriptor, name) in enumerate(zip(streams, STREAMS, strict=True)):
        os.dup2(descriptor, place)
        os.close(descriptor)
        encoding, errors = state["encodings"][place]
        setattr(sys, name, open(place, "w" if place else "r", encoding=encoding, errors=errors, closefd=False))  # noqa: SIM115


def _limits() -> set[int]:
    """Those that the kernel has; some have two names."""
    return {getattr(resource, name) for name in dir(resource) if name.startswith("RLIMIT_")}


def _default(number: int) -> Any:
    return signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL


def _read_mask() -> int:
    """The mask for new files, which can only be read by setting another."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
