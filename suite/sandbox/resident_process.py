"""What `suite warm start` starts: `python -m suite.sandbox.resident_process FOLDER MINUTES MODULE`.

It keeps warm servers and a process of MODULE, which has imported the suite and forks for commands; hands their control
sockets to commands of the same user; and ends when it is told to or when no command has used it for so many minutes. A
server ends when nobody holds its control socket any more: neither this process nor a command.
"""

from __future__ import annotations

import fcntl
import json
import os
import socket
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil

from suite.errors import SandboxError
from suite.resident.command_server import CommandServer
from suite.resident.identity import identify
from suite.resident.messages import is_own, receive, send
from suite.resident.place import LOCK, SOCKET
from suite.sandbox.interface import Imports, worker_environment
from suite.sandbox.root import IMPORT_PATH, INSIDE
from suite.sandbox.warm_server import WarmServer

LOOK_SECONDS = 1.0  # between two looks at whether it is still used
MIB = 1 << 20


class ResidentProcess:
    """The servers and who uses them."""

    def __init__(self, minutes: float, commands: CommandServer) -> None:
        self._minutes = minutes
        self._commands = commands
        self._identity = identify()
        self._servers: dict[Imports, WarmServer] = {}
        self._ready: dict[Imports, str] = {}
        self._lock = threading.Lock()
        self._connections = 0
        self._last_use = time.monotonic()
        self._stopping = threading.Event()

    def serve(self, listener: socket.socket) -> None:
        """Answer until it is told to stop or isn't used any more."""
        listener.settimeout(LOOK_SECONDS)
        while not self._stopping.is_set() and not self._is_unused():
            with suppress(TimeoutError):
                connection, _ = listener.accept()
                self._count(1)
                threading.Thread(target=self._attend, args=(connection,), daemon=True).start()

    def _is_unused(self) -> bool:
        with self._lock:
            return not self._connections and time.monotonic() - self._last_use > 60 * self._minutes

    def _count(self, change: int) -> None:
        with self._lock:
            self._connections += change
            self._last_use = time.monotonic()

    def _attend(self, connection: socket.socket) -> None:
        """Answer one connection until it hangs up; whatever it sends costs only itself."""
        try:
            with connection:
                while is_own(connection):
                    body, _ = receive(connection)
                    self._answer(connection, body)
        except (OSError, EOFError, ValueError, KeyError, TypeError):
            pass
        finally:
            self._count(-1)

    def _answer(self, connection: socket.socket, body: dict[str, Any]) -> None:
        match body["ask"]:
            case "identity":
                send(connection, {"identity": self._identity, "pid": os.getpid()})
            case "status":
                send(connection, self._status())
            case "stop":
                self._stopping.set()
                send(connection, {})
            case "server":
                self._give(connection, Imports(**body["imports"] | {"modules": tuple(body["imports"]["modules"])}))
            case "commands":
                self._give_commands(connection)
            case other:
                raise ValueError(f"nothing answers {other!r}")

    def _give(self, connection: socket.socket, imports: Imports) -> None:
        """Send the control socket of a server, which is started if it isn't there or has died."""
        with self._lock:
            server = self._servers.setdefault(imports, WarmServer(imports, worker_environment(INSIDE, IMPORT_PATH)))
        try:
            control = server.open_control()
        except SandboxError as error:
            send(connection, {"error": str(error)})
            return
        with control:
            if imports.worker and imports.modules:
                self._ready[imports] = str(json.loads(imports.worker)["runtime"])
            send(connection, {}, control.fileno())

    def _give_commands(self, connection: socket.socket) -> None:
        """Send the control socket of the process that forks for commands."""
        try:
            control = self._commands.open_control()
        except SandboxError as error:
            send(connection, {"error": str(error)})
            return
        with control:
            send(connection, {}, control.fileno())

    def _status(self) -> dict[str, Any]:
        own = psutil.Process()
        memory = 0
        for process in (own, *own.children(recursive=True)):
            with suppress(psutil.Error):
                memory += process.memory_info().rss
        return {
            "pid": os.getpid(),
            "minutes": self._minutes,
            "runtimes": sorted(set(self._ready.values())),
            "commands": self._connections - 1,
            "memory_mib": memory // MIB,
        }


def main() -> None:
    """Listen, unless another one does."""
    folder, minutes = Path(sys.argv[1]), float(sys.argv[2])
    lock = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return
    process = ResidentProcess(minutes, CommandServer(sys.argv[3]))
    path = folder / SOCKET
    path.unlink(missing_ok=True)  # of one that was killed: we have the lock
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listener:
        before = os.umask(0o077)
        listener.bind(str(path))
        os.umask(before)  # servers inherit it
        listener.listen()
        try:
            process.serve(listener)
        finally:
            path.unlink(missing_ok=True)


if __name__ == "__main__":
    main()
