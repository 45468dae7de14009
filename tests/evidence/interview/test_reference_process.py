"""A reference's process is started once: ahead, or when it is first needed."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest

from suite.errors import HarnessError
from suite.evidence.interview import kept_process
from suite.evidence.interview.reference_process import ReferenceProcess

WAIT_SECONDS = 30


class Sessions:
    """Stands for `open_session`; the first session opens when `gate` is set, and fails if it has to."""

    def __init__(self, *, failing: bool = False) -> None:
        self.failing = failing
        self.opened = 0
        self.begun, self.gate = threading.Event(), threading.Event()

    @contextmanager
    def open(self, *_: Any, trusted: bool) -> Iterator[Any]:
        """One session, of code that is ours."""
        assert trusted
        self.opened += 1
        self.begun.set()
        assert self.gate.wait(WAIT_SECONDS)
        if self.failing:
            raise HarnessError("no process came")
        yield SimpleNamespace(channel=SimpleNamespace(renew=lambda: None))


@pytest.fixture
def sessions(monkeypatch: pytest.MonkeyPatch) -> Sessions:
    """Sessions that cost nothing."""
    made = Sessions()
    monkeypatch.setattr(kept_process, "open_session", made.open)
    return made


def _process() -> ReferenceProcess[str]:
    file: Any = SimpleNamespace(source="model.py")
    anything: Any = None
    return ReferenceProcess(file, anything, anything, lambda _session, _job: "models")


def test_it_starts_beside_the_caller(sessions: Sessions) -> None:
    """Foreseeing returns while it starts; whoever needs it waits for that start and causes no second one."""
    process = _process()
    process.foresee()
    process.foresee()
    assert sessions.begun.wait(WAIT_SECONDS)
    sessions.gate.set()
    assert process.opened() == "models"
    assert sessions.opened == 1
    process.close()


def test_a_failure_is_told_when_it_is_needed(sessions: Sessions) -> None:
    """A start ahead that fails is tried again by whoever needs it, who then gets the reason."""
    sessions.failing = True
    sessions.gate.set()
    process = _process()
    process.foresee()
    assert sessions.begun.wait(WAIT_SECONDS)
    with pytest.raises(HarnessError, match="no process came"):
        process.opened()
    process.close()


def test_nothing_starts_after_the_end(sessions: Sessions) -> None:
    """A process that is closed before its start has begun is never started."""
    sessions.gate.set()
    process = _process()
    process.close()
    before = set(threading.enumerate())
    process.foresee()
    for thread in set(threading.enumerate()) - before:
        thread.join()
    assert sessions.opened == 0
