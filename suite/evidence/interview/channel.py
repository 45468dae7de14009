"""The host's end of the private channel: a Unix socket that the worker connects to before any student code runs."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol, Self

import numpy as np

from suite.codec import Frame, decode, encode
from suite.errors import AnswerError, FrameError, SandboxError
from suite.sandbox.cpu_wait import MAX_WAITS, too_busy

MAX_FAILURE = 2000
ANSWERS_TOGETHER = 3  # all answers together get the time of three slow ones; the 60 of `rnn_guide` take 15 s


CountWaiting = Callable[[], Callable[[], float]]
"""Begins to count for how many seconds a process waits for a CPU that others have."""
LOOK_SECONDS = 2.0  # after which that is counted: to count costs 10 ms, and most answers take less


class Deadline:
    """The end of the time for an answer, or for several, which moves on by as long as the process waited for a CPU."""

    def __init__(self, seconds: float, count_waiting: CountWaiting) -> None:
        self._begin = time.monotonic()
        self._seconds = seconds
        self._count_waiting = count_waiting
        self._waited: Callable[[], float] | None = None
        self._moved = 0.0

    @property
    def rest(self) -> float:
        """Seconds until it ends, as far as it has moved on."""
        return self._begin + self._seconds + self._moved - time.monotonic()

    def left(self) -> float:
        """Seconds until this is to be asked again; `TimeoutError` if none are left, `SandboxError` after long waits."""
        passed = time.monotonic() - self._begin
        if self._waited is None:
            if passed < min(LOOK_SECONDS, self._seconds):
                return min(LOOK_SECONDS, self._seconds) - passed
            self._waited = self._count_waiting()
        if self.rest <= 0:
            self._moved = self._waited()
        if self._moved > MAX_WAITS * self._seconds:
            raise too_busy(self._moved)
        if (rest := self.rest) <= 0:
            raise TimeoutError
        return rest


class Answering(Protocol):
    """What answers questions about models."""

    def ask(
        self,
        question: str,
        arrays: dict[str, np.ndarray[Any, Any]] | None = None,
        *,
        patience: float | None = None,
        **values: Any,
    ) -> Frame:
        """See `Channel.ask`."""


class Channel:
    """A listening socket, then one connection: one question, one answer, each with a deadline."""

    def __init__(
        self,
        path: Path,
        answer_bytes: int,
        evidence_bytes: int,
        answer_seconds: float,
        count_waiting: CountWaiting,
    ) -> None:
        self._path = path
        self._count_waiting = count_waiting
        self._answer_bytes = answer_bytes
        self._evidence_bytes = self._bytes_left = evidence_bytes
        self._answer_seconds = answer_seconds
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._listener.bind(str(path))
        self._listener.listen(1)
        self._connection: socket.socket | None = None
        self._asked = self._answered = 0
        self._together = self._begin_together()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()
        if self._connection is not None:
            self._connection.close()

    def accept(self) -> None:
        """Accept the worker's connection, which was made before the first cell ran, and no other."""
        self._listener.settimeout(1.0)
        try:
            self._connection, _ = self._listener.accept()
        except TimeoutError as error:
            raise SandboxError("the worker never connected to its channel") from error
        self._listener.close()
        self._path.unlink(missing_ok=True)
        self.renew()

    @property
    def quiet(self) -> bool:
        """Whether the last question is answered, and no other one asked."""
        return self._answered == self._asked

    def renew(self) -> None:
        """Reset the limits on all answers together, for a process that answers for a whole class."""
        self._bytes_left = self._evidence_bytes
        self._together = self._begin_together()

    def _begin_together(self) -> Deadline:
        """The end of the time for all answers."""
        return Deadline(ANSWERS_TOGETHER * self._answer_seconds, self._count_waiting)

    def ask(
        self,
        question: str,
        arrays: dict[str, np.ndarray[Any, Any]] | None = None,
        *,
        patience: float | None = None,
        **values: Any,
    ) -> Frame:
        """Ask and wait `patience` seconds or the default; `FrameError` if the answer is invalid, late or missing."""
        return self.time(question, arrays, patience=patience, **values)[0]

    def time(
        self,
        question: str,
        arrays: dict[str, np.ndarray[Any, Any]] | None = None,
        *,
        patience: float | None = None,
        **values: Any,
    ) -> tuple[Frame, int]:
        """Ask as `ask` does; also return the nanoseconds until the complete answer arrived."""
        seconds = patience or self._answer_seconds
        if self._connection is None:
            raise SandboxError("a question was asked before the worker connected")
        self._asked += 1
        message = encode(Frame(body={"question": question, "number": self._asked, **values}, arrays=arrays or {}))
        deadline = Deadline(seconds, self._count_waiting)
        begin = last = time.perf_counter_ns()

        def read(size: int) -> bytes:
            nonlocal last
            content = self._read(size, deadline)
            last = time.perf_counter_ns()
            return content

        try:
            self._connection.settimeout(max(min(seconds, self._together.rest), 0.01))
            self._connection.sendall(message)
            answer = decode(read, min(self._answer_bytes, self._bytes_left))
        except TimeoutError as error:
            raise FrameError(f"the answer took longer than {seconds:g} s") from error
        except OSError as error:
            raise FrameError(f"the process ended before it answered: {error}") from error
        self._answered = self._asked
        if answer.body.get("number") != self._asked:
            raise FrameError(f"the answer to question {self._asked} came with number {answer.body.get('number')!r}")
        if "failure" in answer.body:
            raise AnswerError(str(answer.body["failure"])[:MAX_FAILURE])
        return answer, last - begin

    def _read(self, size: int, deadline: Deadline) -> bytes:
        """Read exactly `size` bytes before the deadline."""
        assert self._connection is not None  # noqa: S101 - for the type checker; `time` has checked
        buffer = bytearray()
        while len(buffer) < size:
            self._connection.settimeout(min(deadline.left(), self._together.left()))
            try:
                part = self._connection.recv(min(size - len(buffer), 1 << 20))
            except TimeoutError:
                continue  # whether it is over, the deadline says
            if not part:
                raise FrameError("the process ended before it answered")
            buffer += part
        self._bytes_left = max(self._bytes_left - size, 0)
        return bytes(buffer)
