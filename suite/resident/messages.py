"""Messages between a command and a resident process: one JSON document a packet, with one descriptor at most."""

from __future__ import annotations

import json
import os
import socket
import struct
from typing import Any

MAX_MESSAGE = 1 << 16
CREDENTIALS = struct.Struct("3i")


def send(connection: socket.socket, body: dict[str, Any], descriptor: int | None = None) -> None:
    """Send one message."""
    socket.send_fds(connection, [json.dumps(body).encode()], [] if descriptor is None else [descriptor])


def receive(connection: socket.socket) -> tuple[dict[str, Any], int | None]:
    """Receive one message and its descriptor; `EOFError` if the other side has hung up."""
    content, descriptors, _, _ = socket.recv_fds(connection, MAX_MESSAGE, 1)
    if not content:
        raise EOFError("the other side hung up")
    body: dict[str, Any] = json.loads(content)
    return body, descriptors[0] if descriptors else None


def is_own(connection: socket.socket) -> bool:
    """Whether the process at the other end is of the same user, as the kernel says."""
    credentials = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, CREDENTIALS.size)
    _, user, _ = CREDENTIALS.unpack(credentials)
    return bool(user == os.geteuid())
