"""A process that answers for a whole class: started when it is first needed, and again after it was shut."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import ExitStack, suppress
from typing import Generic, TypeVar

from suite.evidence.interview.channel import Channel
from suite.evidence.interview.job import Job
from suite.evidence.interview.session import Session, open_session
from suite.records import Submission
from suite.sandbox import Sandbox

OpenedT = TypeVar("OpenedT")


def greet(session: Session, job: Job) -> bool:  # noqa: ARG001 - as processes of references are greeted
    """Take the connection of a process of which nothing has to be known in advance."""
    session.channel.accept()
    return True


class KeptProcess(Generic[OpenedT]):
    """One file and the process that runs it, for one thread at a time: the one that holds its `lock`.

    `greet` asks a new process its first questions; what it returns is kept beside the channel.
    """

    def __init__(self, file: Submission, job: Job, sandbox: Sandbox, greet: Callable[[Session, Job], OpenedT]) -> None:
        self._file, self._job, self._sandbox, self._greet = file, job, sandbox, greet
        self._stack = ExitStack()
        self._held: tuple[Channel, OpenedT] | None = None
        self._foreseen = self._closed = False
        self.lock = threading.Lock()

    def foresee(self) -> None:
        """Begin its start, once, and return at once: nobody needs it yet, and whoever does will wait for the rest."""
        if not self._foreseen:
            self._foreseen = True
            threading.Thread(target=self._start, name="kept process", daemon=True).start()

    def close(self) -> None:
        """End it for good; one that is foreseen and not begun isn't started any more."""
        self._closed = True
        with self.lock:
            self.shut()

    def _start(self) -> None:
        """Start it ahead; what fails here fails again, and is told, when it is needed."""
        with self.lock, suppress(Exception):
            if not self._closed:
                self.open()

    def open(self) -> tuple[Channel, OpenedT]:
        """Its channel, with its limits on answers reset, and what its first questions showed."""
        if self._held is None:
            session = self._stack.enter_context(open_session(self._file, self._job, self._sandbox, trusted=True))
            try:
                self._held = session.channel, self._greet(session, self._job)
            except BaseException:
                self.shut()
                raise
        self._held[0].renew()
        return self._held

    def shut(self) -> None:
        """End it."""
        self._stack.close()
        self._held = None
