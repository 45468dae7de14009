"""Imports what grading needs, then forks for each command: `python -m suite.cli.ahead`, with a socket for input.

One thread and no open file of its own, as forks would share them. A fork takes over everything that its command was
started with (`suite.resident.handed_over`), and ends when the command is gone.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import signal
import socket
import sys
import threading
import traceback
from typing import NoReturn

from suite.resident.command_server import READY
from suite.resident.handed_over import take_over

MODULES = (
    "rich.progress",
    "rich.table",
    "suite.cli.grade",
    "suite.cli.replay",
    "suite.cli.report",
    "suite.grading.joining",
    "suite.grading.pipeline",
    "suite.grading.replay",
    "suite.report.class_report",
    "suite.report.folder",
    "suite.report.notebook",
    "suite.resident",
)
"""Not those of `suite.cli.work`: they look at the terminal and the environment when they are imported."""
DESCRIPTORS = 4


def main() -> None:
    """Import, then fork whenever a command asks."""
    control = socket.socket(fileno=0)
    _import()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    control.send(READY)
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, 1, DESCRIPTORS)
        if not message:
            return
        if len(descriptors) == DESCRIPTORS and os.fork() == 0:
            control.close()
            _run(socket.socket(fileno=descriptors[0]), descriptors[1:])
        for descriptor in descriptors:
            os.close(descriptor)


def _import() -> None:
    """Everything that no command should wait for, arranged so that forks can share it."""
    for module in MODULES:
        importlib.import_module(module)
    from suite.grading.pipeline import load_plugins
    from suite.resident.identity import identify

    load_plugins()
    identify()
    gc.collect()
    gc.freeze()


def _run(connection: socket.socket, streams: list[int]) -> NoReturn:
    """Be the command. Never returns, as a fork that returned would act as a second server."""
    code = 1
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        with connection.makefile("rb") as words:
            take_over(json.loads(words.readline()), streams)
        socket.send_fds(connection, [b"p"], [os.pidfd_open(os.getpid())])
        threading.Thread(target=_end_with, args=(connection,), daemon=True).start()
        code = _call()
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        connection.sendall(b"%d" % code)
    except BaseException:  # noqa: BLE001 - the top frame of a process
        traceback.print_exc()
    finally:
        os._exit(code)


def _call() -> int:
    """Run the command line, and return its exit code as the interpreter would have it."""
    from suite.cli import main as command_line

    try:
        command_line()
    except SystemExit as end:
        if isinstance(end.code, str):
            sys.stderr.write(f"{end.code}\n")
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    return 0


def _end_with(connection: socket.socket) -> None:
    """End as if the terminal had gone when the command that the user sees was killed."""
    connection.recv(1)
    os.kill(os.getpid(), signal.SIGHUP)


if __name__ == "__main__":
    main()
