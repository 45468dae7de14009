"""The process of a file of references: run like a submission, in the same sandbox, for a whole class.

Whatever fails here is the harness's failure and never a student's.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic

import numpy as np

from suite.codec import Frame
from suite.errors import FrameError, HarnessError
from suite.evidence.interview.channel import Channel
from suite.evidence.interview.job import Job
from suite.evidence.interview.kept_process import KeptProcess, OpenedT
from suite.evidence.interview.session import Session
from suite.records import Submission
from suite.sandbox import Sandbox


class ReferenceProcess(Generic[OpenedT]):
    """One file of references and the process that runs it, which is started again once if it dies.

    `greet` asks a new process its first questions; what it returns is kept for `opened`.
    """

    def __init__(self, file: Submission, job: Job, sandbox: Sandbox, greet: Callable[[Session, Job], OpenedT]) -> None:
        self._source = file.source
        self._process = KeptProcess(file, job, sandbox, greet)
        self._reopened = False

    def foresee(self) -> None:
        """Begin its start, once, and return at once: nobody needs it yet, and whoever does will wait for the rest."""
        self._process.foresee()

    def opened(self) -> OpenedT:
        """What its first questions showed."""
        with self._process.lock:
            return self._open()[1]

    def ask(self, question: str, arrays: dict[str, np.ndarray[Any, Any]], **values: Any) -> Frame:
        """Ask, and once more in a fresh process if this one doesn't answer."""
        with self._process.lock:
            try:
                return self._open()[0].ask(question, arrays, **values)
            except FrameError as error:
                if self._reopened:
                    raise self._silent(error) from error
            self._reopened = True
            self._process.shut()
            try:
                return self._open()[0].ask(question, arrays, **values)
            except FrameError as error:
                raise self._silent(error) from error

    def close(self) -> None:
        """End the process; one that is foreseen and not begun isn't started any more."""
        self._process.close()

    def _silent(self, error: FrameError) -> HarnessError:
        return HarnessError(
            "the process of the reference {source} is silent: {error}", source=self._source, error=error
        )

    def _open(self) -> tuple[Channel, OpenedT]:
        """The channel to the process, and what its first questions showed."""
        try:
            return self._process.open()
        except FrameError as error:
            raise HarnessError(
                "the reference {source} doesn't answer: {error}", source=self._source, error=error
            ) from error
