"""The host's side of a warm server, which has imported the frameworks: starts, forks and replaces it."""

from __future__ import annotations

import atexit
import json
import select
import socket
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any, Self

import suite
from suite.errors import SandboxError, Words
from suite.resident.client import Resident
from suite.sandbox import core_dumps
from suite.sandbox.control_group import ControlGroup
from suite.sandbox.fork import MAX_MESSAGE, Fork, receive, send, take_init
from suite.sandbox.interface import Imports
from suite.sandbox.process_log import ProcessLog
from suite.sandbox.root import INSIDE
from suite.sandbox.users import map_user
from suite.temporary import open_temporary

IMPORT_SECONDS = 180  # 4 s on two quiet cores; a cold disk on a loaded machine takes ten times as long
SETUP_SECONDS = 60  # 0.1 s on a quiet machine
TRIES = 3  # a server may be killed beside a submission, and so may the next; a third death has another cause
END_SECONDS = 5
IMPORTABLE = {"PYTHONPATH": str(Path(suite.__file__).parent.parent)}


_begun: list[_Server] = []
"""One that imports what all runtimes need, if a command has begun with it."""


def begin(environment: dict[str, str]) -> None:
    """Start a server of which it isn't known yet what it will be needed for; the first that is ordered takes it."""
    if sys.platform.startswith("linux"):
        _begun.append(_Server(environment))


@atexit.register
def _end_unused() -> None:
    while _begun:
        _begun.pop().end()


class WarmServer:
    """The server for one set of imports: started when first needed, replaced if it dies, ended with this process."""

    def __init__(self, imports: Imports, environment: dict[str, str], resident: Resident | None = None) -> None:
        self._imports = imports
        self._resident = resident
        self._environment = environment
        self._lock = threading.Lock()
        self._server: _Server | _SharedServer | None = None

    def foresee(self) -> None:
        """Start the server if there is none, and don't wait for its imports."""
        with self._lock:
            if self._server is None:
                self._server = self._begin()

    def open_control(self) -> socket.socket:
        """A control socket for another process, which then forks from this server by itself."""
        return self._live_server().control.dup()

    def fork(self, orders: dict[str, Any], log: int, group: ControlGroup | None, libraries: Sequence[str] = ()) -> Fork:
        """Fork a process that isolates itself as `orders` say and, if they name settings, becomes a worker.

        `log` is the descriptor that it writes to; it joins `group`. The server first imports those of the modules
        `libraries` that it lacks. Raises `SandboxError` with the fork's message.
        """
        for _ in range(TRIES - 1):
            try:
                return self._fork(orders, log, group, libraries)
            except _ServerDiedError:
                continue
        return self._fork(orders, log, group, libraries)

    def _fork(self, orders: dict[str, Any], log: int, group: ControlGroup | None, libraries: Sequence[str]) -> Fork:
        """Try once to fork."""
        server = self._live_server()
        ours, theirs = socket.socketpair()
        ours.settimeout(SETUP_SECONDS)
        fork = None
        try:
            with theirs:
                socket.send_fds(server.control, [json.dumps(libraries).encode()], [theirs.fileno(), log])
            send(ours, orders)
            porter = receive(ours, "unshared")["unshared"]
            map_user(porter)
            if group is not None:
                group.adopt(porter)
            send(ours, {})
            fork = take_init(ours)
            send(ours, {})
            receive(ours, "ready")
        except (OSError, EOFError, ValueError) as error:
            ours.close()
            if fork is not None:
                fork.wait()
            died = _ServerDiedError if server.has_died() else SandboxError
            raise died(Words("the warm server gave no process: {error}", error=error)) from error
        return fork

    def _begin(self) -> _Server | _SharedServer:
        """A server of the resident process, or one of our own if there is none or it has ended."""
        if self._resident is not None:
            with suppress(OSError):
                return _SharedServer(self._resident, self._imports)
        with suppress(IndexError):
            return _begun.pop().order(self._imports)
        return _Server(self._environment).order(self._imports)

    def _live_server(self) -> _Server | _SharedServer:
        """The server, or a new one where there is none alive."""
        with self._lock:
            if self._server is not None and self._server.has_died():
                self._server.end()
                self._server = None
            if self._server is None:
                self._server = self._begin()
            try:
                self._server.await_imports()
            except SandboxError:
                self._server = None
                raise
            return self._server

    def close(self) -> None:
        """End the server; forks that still run go on."""
        with self._lock:
            if self._server is not None:
                self._server.end()
            self._server = None


def import_libraries(control: socket.socket, modules: Sequence[str]) -> None:
    """Have a server import these modules when it has nothing else to do; doesn't wait for it."""
    control.send(json.dumps(modules).encode())


class _ServerDiedError(SandboxError):
    """The server ended, by no fault of the submission: none of its code had run."""


class _Server:
    """One process of a warm server, which imports beside what the host does until `await_imports`."""

    def __init__(self, environment: dict[str, str]) -> None:
        core_dumps.forbid()
        self._log = ProcessLog()
        self.control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._imported = False
        with theirs, ExitStack() as stack:
            home = str(stack.enter_context(open_temporary("warm", Path(INSIDE.temporary))))
            self._process = subprocess.Popen(
                [sys.executable, "-m", "suite.inside.warm"],
                env=environment | IMPORTABLE | {"HOME": home, "TMPDIR": home, "MPLCONFIGDIR": home, "IPYTHONDIR": home},
                cwd="/",
                stdin=theirs.fileno(),
                stdout=self._log.writer,
                stderr=self._log.writer,
                start_new_session=True,
            )
            self._folder = stack.pop_all()
            """Holds the folder that its imports write to."""
        self.control.settimeout(IMPORT_SECONDS)

    def order(self, imports: Imports) -> Self:
        """Tell it what to import."""
        orders = {"worker": json.loads(imports.worker or "null"), "modules": imports.modules}
        with suppress(OSError):  # it has ended, which shows when its imports are waited for
            self.control.send(json.dumps(orders).encode())
        return self

    def await_imports(self) -> None:
        """Wait until it reports that it is ready, or raise with what it wrote instead."""
        if self._imported:
            return
        try:
            ready = self.control.recv(MAX_MESSAGE)
        except OSError:
            ready = b""
        if not ready:
            code = self._process.wait() if self._ends_within(END_SECONDS) else None
            said = self._log.read(1000)
            self.end()
            died = _ServerDiedError if code is not None and code < 0 else SandboxError
            raise died(Words("the warm server didn't get through its imports; it wrote: {said}", said=said))
        self._imported = True

    def has_died(self) -> bool:
        """Whether it has ended, which may come a moment after its connections close."""
        return self._ends_within(END_SECONDS if self._imported and _is_hung_up(self.control) else 0)

    def _ends_within(self, seconds: float) -> bool:
        """Whether it has ended, or does so before the time is up."""
        try:
            self._process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def end(self) -> None:
        """Close the connection, kill it and wait."""
        self.control.close()
        self._process.kill()
        self._process.wait()
        self._log.close()
        self._folder.close()


class _SharedServer:
    """A server that a resident process keeps: other commands fork from it too, and it outlives this one."""

    def __init__(self, resident: Resident, imports: Imports) -> None:
        self._wait = resident.ask_server(asdict(imports))
        self._control: socket.socket | None = None

    @property
    def control(self) -> socket.socket:
        """Takes the requests; there once the imports are done."""
        assert self._control is not None  # noqa: S101 - set by `await_imports`
        return self._control

    def await_imports(self) -> None:
        """Wait until it is ready."""
        if self._control is not None:
            return
        try:
            self._control = self._wait()
        except OSError as error:
            raise _ServerDiedError("the resident process gave no server: {error}", error=error) from error
        self._control.settimeout(IMPORT_SECONDS)

    def has_died(self) -> bool:
        """Whether it has ended."""
        return self._control is not None and _is_hung_up(self._control)

    def end(self) -> None:
        """Leave it."""
        if self._control is not None:
            self._control.close()


def _is_hung_up(control: socket.socket) -> bool:
    """Whether the other end is closed: a live server sends nothing after its first message."""
    return bool(select.select([control], [], [], 0)[0])
