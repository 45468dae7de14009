"""The host's side of a warm server: starts it, asks it for forks, replaces it when it dies."""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import IO, Any

import suite
from suite.errors import SandboxError

IMPORT_SECONDS = 180  # 4 s on two quiet cores; a cold disk on a loaded machine takes ten times as long
SETUP_SECONDS = 60  # 0.1 s on a quiet machine
LENGTH = struct.Struct("<I")
MAX_MESSAGE = 1 << 16
HOST_ID, INSIDE_ID = 0, 1000
NOBODY = 65534
"""Whom submissions run as where the suite runs as root: the kernel doesn't count root's processes against a limit."""


class Fork:
    """Process 1 of a submission's namespaces; hanging up on it, or killing it, ends all of them."""

    def __init__(self, pid: int, descriptor: int, connection: socket.socket) -> None:
        self.pid = pid
        self._descriptor = descriptor
        self._connection = connection

    def poll(self) -> int | None:
        """0 once it has ended."""
        return 0 if self._descriptor < 0 or select.select([self._descriptor], [], [], 0)[0] else None

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the end and let go of it; `TimeoutError` where it takes longer."""
        if self._descriptor >= 0:
            if not select.select([self._descriptor], [], [], timeout)[0]:
                raise TimeoutError(f"process {self.pid} is still running after {timeout} s")
            os.close(self._descriptor)
            self._descriptor = -1
            self._connection.close()
        return 0

    def send_signal(self, sig: int, /) -> None:
        """Send a signal through its descriptor, so that never another process gets it."""
        if self.poll() is None:
            signal.pidfd_send_signal(self._descriptor, sig)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)


class WarmServer:
    """One runtime's server: started on first need, replaced when it has died, ended by `close` or with this process."""

    def __init__(self, runtime: str, environment: dict[str, str]) -> None:
        self._runtime = runtime
        self._environment = environment | {"PYTHONPATH": str(Path(suite.__file__).parent.parent)}
        self._lock = threading.Lock()
        self._control: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._log: IO[bytes] | None = None

    def fork(self, orders: dict[str, Any], log: int) -> Fork:
        """A process that has shut itself in as ordered and, where there are settings, becomes a worker.

        `log` is the descriptor of the file that it writes to. Raises `SandboxError` with what the fork said.
        """
        ours, theirs = socket.socketpair()
        ours.settimeout(SETUP_SECONDS)
        try:
            with theirs:
                self._hand_over(theirs.fileno(), log)
            _send(ours, orders)
            _map_user(_receive(ours, "unshared")["unshared"])
            _send(ours, {})
            fork = _take_init(ours)
            _send(ours, {})
            _receive(ours, "ready")
        except (OSError, EOFError, ValueError) as error:
            ours.close()
            raise SandboxError(f"the warm server for {self._runtime} gave no process: {error}") from error
        return fork

    def close(self) -> None:
        """End the server; forks that still run go on."""
        with self._lock:
            self._end()

    @property
    def pid(self) -> int | None:
        """Its process, while it runs."""
        return self._process.pid if self._process else None

    def _hand_over(self, connection: int, log: int) -> None:
        """Give a live server the two descriptors, starting one if there is none."""
        for last in (False, True):
            try:
                with self._lock:
                    control = self._control or self._start()
                socket.send_fds(control, [b"f"], [connection, log])
            except ConnectionError:
                if last:
                    raise
                with self._lock:
                    if self._control is control:
                        self._end()
            else:
                return

    def _start(self) -> socket.socket:
        """Start the server and wait until it has imported."""
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - it lives as long as the server
        control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs, tempfile.TemporaryDirectory(prefix="nb-warm-") as home:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "suite.warm", self._runtime],
                env=self._environment | {"HOME": home, "TMPDIR": home, "MPLCONFIGDIR": home, "IPYTHONDIR": home},
                cwd="/",
                stdin=theirs.fileno(),
                stdout=self._log,
                stderr=self._log,
                start_new_session=True,
            )
            theirs.close()
            control.settimeout(IMPORT_SECONDS)
            if not control.recv(MAX_MESSAGE):
                self._log.seek(0)
                said = self._log.read().decode(errors="replace")[-1000:]
                self._end()
                control.close()
                raise SandboxError(f"the warm server for {self._runtime} ended while it imported; it wrote: {said}")
        self._control = control
        return control

    def _end(self) -> None:
        """Hang up and wait."""
        if self._control is not None:
            self._control.close()
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        if self._log is not None:
            self._log.close()
        self._control = self._process = self._log = None


def _map_user(pid: int) -> None:
    """Give a new user namespace its users: root becomes nobody there, anyone else stays who they are."""
    folder = Path("/proc", str(pid))
    user, group = os.geteuid(), os.getegid()
    if user == HOST_ID:
        (folder / "uid_map").write_text(f"0 0 1\n{INSIDE_ID} {NOBODY} 1\n")
        (folder / "gid_map").write_text(f"0 0 1\n{INSIDE_ID} {NOBODY} 1\n")
    else:
        (folder / "setgroups").write_text("deny")
        (folder / "uid_map").write_text(f"{INSIDE_ID} {user} 1\n")
        (folder / "gid_map").write_text(f"{INSIDE_ID} {group} 1\n")


def _take_init(connection: socket.socket) -> Fork:
    """The first process of the namespaces, with its descriptor."""
    message, descriptors, _, _ = socket.recv_fds(connection, MAX_MESSAGE, 1)
    body = json.loads(message[LENGTH.size :])
    if "init" not in body or not descriptors:
        raise OSError(body.get("error", "no process came"))
    return Fork(body["init"], descriptors[0], connection)


def _send(connection: socket.socket, body: dict[str, Any]) -> None:
    content = json.dumps(body).encode()
    connection.sendall(LENGTH.pack(len(content)) + content)


def _receive(connection: socket.socket, key: str) -> dict[str, Any]:
    """A message with a key; any other is what went wrong."""
    (length,) = LENGTH.unpack(_read(connection, LENGTH.size))
    body: dict[str, Any] = json.loads(_read(connection, min(length, MAX_MESSAGE)))
    if key not in body:
        raise OSError(body.get("error", f"a message with {key!r} was due, this came: {body}"))
    return body


def _read(connection: socket.socket, size: int) -> bytes:
    content = b""
    while len(content) < size:
        part = connection.recv(size - len(content))
        if not part:
            raise EOFError("it ended without a word")
        content += part
    return content
