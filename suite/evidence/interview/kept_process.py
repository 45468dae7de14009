"""A process that answers for a whole class: started when it is first needed, and again after it was shut."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
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
    """One file and the process that runs it, for one thread at a time.

    `greet` asks a new process its first questions; what it returns is kept beside the channel.
    """

    def __init__(self, file: Submission, job: Job, sandbox: Sandbox, greet: Callable[[Session, Job], OpenedT]) -> None:
        self._file, self._job, self._sandbox, self._greet = file, job, sandbox, greet
        self._stack = ExitStack()
        self._held: tuple[Channel, OpenedT] | None = None

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
