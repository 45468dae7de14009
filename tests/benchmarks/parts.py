"""Where the time of a submission goes: the parts side by side, and how long each core had nothing to do."""

from __future__ import annotations

import inspect
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any
from unittest import mock

import psutil

WHOLE = "suite.grading.evidence_source", "examine"
"""What is measured: parts count while a submission is examined, not while a reference starts."""
PAGES, REST = "pages", "rest"
PARTS = {
    "fork": [("suite.sandbox.namespaces", "Namespaces.start"), ("suite.sandbox.bubblewrap", "Bubblewrap.start")],
    "cells": [("suite.evidence.interview.notebook", "_CappedClient.async_execute_cell")],
    "kernel": [("suite.evidence.interview.session", "run_notebook")],
    "interview": [
        ("suite.evidence.examination", "interview"),
        ("suite.evidence.interview.interview", "Interview.inspect"),
    ],
    "proof": [("suite.evidence.proof.prover", "Prover.prove")],
    "metric": [("suite.evidence.metrics.evaluator", "Evaluator.measure")],
    PAGES: [("suite.report", "write"), ("suite.report.live", "LivePage.write")],  # in the end, and while others run
}
"""Each part with the functions whose calls it consists of; of two that are nested, the inner one's time is its own."""


@dataclass(slots=True)
class Parts:
    """Seconds by part, over all submissions together."""

    seconds: Counter[str] = field(default_factory=Counter)
    """Of wall time in each part; `rest` is what a submission's examination takes besides."""
    idle: list[float] = field(default_factory=list)
    """Of each core, the share of the time in which nothing ran on it."""
    count: int = 0
    """Of submissions."""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, part: str, seconds: float) -> None:
        """Count some time."""
        with self._lock:
            self.seconds[part] += seconds

    def lines(self) -> list[str]:
        """The table: seconds a submission, the share of each part, and the cores."""
        whole = sum(self.seconds.values())
        lines = [
            f"  {part:10} {seconds / self.count:6.3f} s  {100 * seconds / whole:3.0f}%"
            for part, seconds in self.seconds.items()
        ]
        return [*lines, f"  idle       {', '.join(f'{100 * share:.0f}%' for share in self.idle)} of each core"]


@contextmanager
def watch_parts() -> Iterator[Parts]:
    """Measure in this block; results are there when it ends."""
    parts, stack = Parts(), _Stack()
    parts.seconds.update(dict.fromkeys([*PARTS, REST], 0))
    with ExitStack() as patches:
        for part, functions in PARTS.items():
            for module, name in functions:
                patches.enter_context(_timed(parts, stack, part, module, name))
        patches.enter_context(_timed(parts, stack, REST, *WHOLE))
        before = psutil.cpu_times(percpu=True)
        yield parts
        parts.idle = [_idle_share(one, other) for one, other in zip(before, psutil.cpu_times(percpu=True), strict=True)]


class _Stack(threading.local):
    """The parts that a thread is in, outermost first, each with the time that inner ones took."""

    def __init__(self) -> None:
        self.open: list[list[Any]] = []


def _timed(parts: Parts, stack: _Stack, part: str, module: str, name: str) -> Any:
    """A patch that counts the time of a function's calls, less that of the parts inside."""
    *owners, last = name.split(".")
    owner = import_module(module)
    for each in owners:
        owner = getattr(owner, each)
    function: Callable[..., Any] = getattr(owner, last)
    outermost = (module, name) == WHOLE

    @contextmanager
    def count() -> Iterator[None]:
        if not (stack.open or outermost or part == PAGES):
            yield
            return
        parts.count += outermost
        stack.open.append([part, 0.0])
        begin = time.perf_counter()
        try:
            yield
        finally:
            seconds = time.perf_counter() - begin
            _, inner = stack.open.pop()
            parts.add(part, seconds - inner)
            if stack.open:
                stack.open[-1][1] += seconds

    async def called_later(*args: Any, **kwargs: Any) -> Any:
        with count():
            return await function(*args, **kwargs)

    def called(*args: Any, **kwargs: Any) -> Any:
        with count():
            return function(*args, **kwargs)

    return mock.patch.object(owner, last, called_later if inspect.iscoroutinefunction(function) else called)


def _idle_share(before: Any, after: Any) -> float:
    """Of one core; waiting for a disk is idle, too."""
    changes = {name: getattr(after, name) - getattr(before, name) for name in before._fields}
    idle: float = changes["idle"] + changes.get("iowait", 0)
    return idle / (sum(changes.values()) or 1)
