"""Imports what grading needs, then forks for each command: `python -m suite.cli.ahead`, with a socket for input.

One thread and no open file of its own, as forks would share them. A fork takes over everything that its command was
started with (`suite.resident.handed_over`), and ends when the command is gone. When a command has ended, the datasets
that it looked for are read here, so that the next one needn't.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import select
import signal
import socket
import sys
import traceback
from contextlib import suppress
from typing import Any, NoReturn

from suite.commands import DELEGATED
from suite.endings import ENDED_BY
from suite.resident.command_server import READY
from suite.resident.handed_over import take_over

MODULES = (
    *(f"suite.cli.{name}" for name in sorted(DELEGATED)),
    *(f"suite.cli.work.{name}" for name in sorted(DELEGATED)),
    # what these import when they run
    *(
        "rich.progress",
        "suite.api",
        "suite.checking.self_check",
        "suite.checking.telling",
        "suite.cli.work.terminal",
        "suite.grading.joining",
        "suite.grading.pipeline",
        "suite.report.folder",
    ),
)
AT_THE_TERMINAL = "suite.cli.work"
"""Its modules look at the terminal and the environment when they are imported, so a fork imports them anew."""
DESCRIPTORS = 4
NOTES_BYTES = 1 << 16
"""As much as a pipe holds."""


def main() -> None:
    """Import, then fork whenever a command asks."""
    control = socket.socket(fileno=0)
    _import()
    notes, note_to = os.pipe()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    control.send(READY)
    while True:
        ready, _, _ = select.select([control.fileno(), notes], [], [])
        if control.fileno() not in ready:
            read_ahead(os.read(notes, NOTES_BYTES))
            continue
        message, descriptors, _, _ = socket.recv_fds(control, 1, DESCRIPTORS)
        if not message:
            return
        if len(descriptors) == DESCRIPTORS and os.fork() == 0:
            control.close()
            _watch(socket.socket(fileno=descriptors[0]), descriptors[1:], note_to)
        for descriptor in descriptors:
            os.close(descriptor)


def _import() -> None:
    """Everything that no command should wait for, arranged so that forks can share it."""
    for module in MODULES:
        importlib.import_module(module)
    from suite.grading.pipeline import load_plugins
    from suite.grading.versions import runtime_versions
    from suite.report.html import open_pages
    from suite.resident.identity import identify
    from suite.text import LANGUAGES

    load_plugins()
    identify()
    runtime_versions()
    for language in LANGUAGES:
        open_pages(language)
    for name in [each for each in sys.modules if each.startswith(AT_THE_TERMINAL)]:
        del sys.modules[name]
    gc.collect()
    gc.freeze()


def read_ahead(notes: bytes) -> None:
    """Read the datasets that ended commands looked for; whoever reads them again has them at once."""
    from suite.data import sources

    for line in notes.splitlines():
        with suppress(Exception):  # a command that needs it says what is wrong with it
            note = json.loads(line)
            for name in note["datasets"]:
                sources.find_real(name, note["environment"])


def note_datasets(note_to: int) -> None:
    """Say which ones this command looked for, and where."""
    from suite.data import sources

    environment = {name: os.environ[name] for name in sources.PLACES if name in os.environ}
    line = json.dumps({"datasets": sorted(sources.looked_for), "environment": environment}).encode()
    if sources.looked_for and len(line) < select.PIPE_BUF:  # longer ones could mix
        os.write(note_to, line + b"\n")


def _watch(connection: socket.socket, streams: list[int], note_to: int) -> NoReturn:
    """Fork the command, and tell how it ended. Never returns, as a fork that returned would act as a second server.

    The command gets SIGHUP, as if its terminal had gone, when the one that the user sees was killed.
    """
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        with connection.makefile("rb") as words:
            state = json.loads(words.readline())
        has_begun, begun = os.pipe()
        command = os.fork()
        if command == 0:
            os.close(has_begun)
            connection.close()
            _run(state, streams, begun, note_to)
        for descriptor in (begun, *streams):
            os.close(descriptor)
        process = os.pidfd_open(command)
        if os.read(has_begun, 1):
            with suppress(OSError):  # whoever isn't there any more has hung up, which shows below
                socket.send_fds(connection, [b"p"], [process])
            ended, _, _ = select.select([process, connection.fileno()], [], [])
            if process not in ended:
                signal.pidfd_send_signal(process, signal.SIGHUP)
            code = os.waitstatus_to_exitcode(os.waitpid(command, 0)[1])
            connection.sendall(b"%d" % (code if code >= 0 else ENDED_BY - code))
    finally:
        os._exit(0)


def _run(state: dict[str, Any], streams: list[int], begun: int, note_to: int) -> NoReturn:
    """Be the command."""
    code = 1
    try:
        take_over(state, streams)
        os.write(begun, b"b")
        os.close(begun)
        code = _call()
        note_datasets(note_to)
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
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


if __name__ == "__main__":
    main()
