"""A fork of a warm server, and the messages exchanged with it until it is ready."""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import struct
from typing import Any

LENGTH = struct.Struct("<I")
MAX_MESSAGE = 1 << 16


class Fork:
    """Process 1 of a submission's namespaces; closing its connection, or killing it, ends all processes in them."""

    def __init__(self, pid: int, descriptor: int, connection: socket.socket) -> None:
        self.pid = pid
        self._descriptor = descriptor
        self._connection = connection

    def poll(self) -> int | None:
        """0 once it has ended."""
        return 0 if self._descriptor < 0 or select.select([self._descriptor], [], [], 0)[0] else None

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end and close its descriptor; `TimeoutError` if it takes longer."""
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


def take_init(connection: socket.socket) -> Fork:
    """The first process of the namespaces, with its descriptor."""
    message, descriptors, _, _ = socket.recv_fds(connection, MAX_MESSAGE, 1)
    body = json.loads(message[LENGTH.size :])
    if "init" not in body or not descriptors:
        raise OSError(body.get("error", "no process came"))
    return Fork(body["init"], descriptors[0], connection)


def send(connection: socket.socket, body: dict[str, Any]) -> None:
    """Send one message."""
    content = json.dumps(body).encode()
    connection.sendall(LENGTH.pack(len(content)) + content)


def receive(connection: socket.socket, key: str) -> dict[str, Any]:
    """Receive a message with a key; any other one is an error, raised as `OSError`."""
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
