"""A command runs in a fork of a process that has imported the suite, where a resident process keeps one.

What is forked takes over everything that the command was started with, its standard streams included, so that only the
time is otherwise. The command that a user sees passes signals on and waits.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
from contextlib import suppress

from suite.endings import ENDED_BY, SIGNALS
from suite.errors import SuiteError
from suite.resident.client import Resident, find
from suite.resident.handed_over import gather
from suite.resident.place import runtime_folder

STREAMS = (0, 1, 2)
KILLED = ENDED_BY + signal.SIGKILL


def delegate(arguments: list[str]) -> int | None:
    """Have the command run there and return its exit code; `None` if nobody took it, so that it runs here."""
    try:
        resident = find(runtime_folder(os.environ))
        if resident is None or resident.differences:
            return None
        connection = _hand_over(resident, arguments)
    except (OSError, EOFError, ValueError, AttributeError, SuiteError):
        return None  # the command itself says what is wrong, if it is its own affair
    with connection:
        return _wait(connection)


def _hand_over(resident: Resident, arguments: list[str]) -> socket.socket:
    """Fork, and say everything; returns the connection to what was forked."""
    state = json.dumps(gather(arguments)).encode()
    ours, theirs = socket.socketpair()
    try:
        with theirs, resident.ask_commands() as control:
            socket.send_fds(control, [b"f"], [theirs.fileno(), *STREAMS])
        ours.sendall(state + b"\n")
    except OSError:
        ours.close()
        raise
    return ours


def _wait(connection: socket.socket) -> int | None:
    """Pass signals on until it has ended; `None` if it didn't begin."""
    began, descriptors, _, _ = socket.recv_fds(connection, 1, 1)
    if not began or not descriptors:
        return None
    for number in SIGNALS:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, lambda which, _: _pass_on(descriptors[0], which))
    with connection.makefile("rb") as answers:
        said = answers.read()
    code = int(said) if said else KILLED
    if code == KILLED:
        sys.stderr.write("the process that ran the command was killed; run the same command again to go on\n")
    return code


def _pass_on(process: int, number: int) -> None:
    with suppress(OSError):  # it has just ended
        signal.pidfd_send_signal(process, number)
