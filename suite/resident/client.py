"""A command's side of a resident process: is there one, is it the same, and its servers' control sockets."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from suite.errors import SandboxError
from suite.resident.identity import find_differences, identify
from suite.resident.messages import is_own, receive, send
from suite.resident.place import SOCKET, check_folder

ANSWER_SECONDS = 10  # it answers at once; a machine that swaps may need seconds
IMPORT_SECONDS = 180  # as a command waits for a server of its own


@dataclass(frozen=True, slots=True, kw_only=True)
class ResidentStatus:
    """What a resident process says of itself."""

    pid: int
    """Its number."""
    minutes: float
    """Minutes without a command after which it ends."""
    runtimes: tuple[str, ...]
    """Runtimes whose servers are ready."""
    commands: int
    """Commands that use it now, besides the one that asks."""
    memory_mib: int
    """Memory of it and its servers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resident:
    """A resident process that answers."""

    folder: Path
    """Where it listens."""
    pid: int
    """Its number."""
    differences: tuple[str, ...]
    """In what it isn't as this command is; its servers may be used only if this is empty."""

    def ask_server(self, imports: dict[str, Any]) -> Callable[[], socket.socket]:
        """Ask for a server with these imports; the result waits for them and returns its control socket.

        Both raise `OSError`, and the result `SandboxError` if the server can't import.
        """
        connection = _connect(self.folder)
        send(connection, {"ask": "server", "imports": imports})

        def wait() -> socket.socket:
            with connection:
                connection.settimeout(IMPORT_SECONDS)
                answer, descriptor = _receive(connection)
            if descriptor is None:
                raise SandboxError("the warm process sent no server: {error}", error=answer.get("error", "?"))
            return socket.socket(fileno=descriptor)

        return wait

    def ask_commands(self) -> socket.socket:
        """The control socket of the process that has imported the suite and forks for commands; `OSError` without."""
        with _connect(self.folder) as connection:
            send(connection, {"ask": "commands"})
            connection.settimeout(IMPORT_SECONDS)
            _, descriptor = _receive(connection)
        if descriptor is None:
            raise ConnectionRefusedError("the warm process runs no commands")
        return socket.socket(fileno=descriptor)

    def hold(self) -> socket.socket:
        """A connection for as long as a command needs it: while there is one, the process doesn't end by itself."""
        return _connect(self.folder)

    def read_status(self) -> ResidentStatus:
        """What it says of itself."""
        answer = _ask(self.folder, "status")
        return ResidentStatus(**answer | {"runtimes": tuple(answer["runtimes"])})

    def stop(self) -> None:
        """End it; commands that use its servers keep those until they end."""
        _ask(self.folder, "stop")


def find(folder: Path) -> Resident | None:
    """The resident process that listens there; `None` if there is none, or only what a killed one left.

    Raises `UsageError` if others may enter the folder.
    """
    if not os.path.lexists(folder / SOCKET):
        return None
    check_folder(folder)
    try:
        answer = _ask(folder, "identity")
    except (OSError, EOFError, ValueError):
        return None
    differences = find_differences(identify(), answer["identity"])
    return Resident(folder=folder, pid=answer["pid"], differences=tuple(differences))


def _ask(folder: Path, question: str) -> dict[str, Any]:
    with _connect(folder) as connection:
        send(connection, {"ask": question})
        return receive(connection)[0]


def _connect(folder: Path) -> socket.socket:
    """A connection to the process; `OSError` if there is none, or if it is another user's."""
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    try:
        connection.settimeout(ANSWER_SECONDS)
        connection.connect(str(folder / SOCKET))
        if not is_own(connection):
            raise PermissionError(f"{folder / SOCKET} is another user's")
    except OSError:
        connection.close()
        raise
    return connection


def _receive(connection: socket.socket) -> tuple[dict[str, Any], int | None]:
    """An answer; `OSError` if the process ended before it."""
    try:
        return receive(connection)
    except (EOFError, ValueError) as error:
        raise ConnectionResetError(f"the warm process ended: {error}") from error
