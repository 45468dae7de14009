"""How a fork of the warm server becomes a worker.

    server ─fork→ porter ─fork→ init ─fork→ worker

The porter makes the namespaces, lets the host map its user, and ends. Init is process 1 of the new process namespace:
it builds the root folder and holds the host's connection; when the host hangs up or the worker ends, it ends and the
kernel kills everything in the namespace. The worker gives up its privileges and runs the notebook.
"""

from __future__ import annotations

import base64
import json
import os
import resource
import select
import signal
import socket
import struct
import sys
import tempfile
import traceback
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

from suite.inside import seccomp
from suite.inside.warm import system
from suite.inside.warm.root import build

INSIDE_ID = 1000
HOSTNAME = "sandbox"
LENGTH = struct.Struct("<I")
SEALED = b"s"
SIGNALS = 1000


def become_worker(connection: socket.socket, log: int) -> NoReturn:
    """Run as a worker. Never returns, as a fork that returned would act as a second server."""
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        _redirect(log)
        _port(connection)
    except BaseException as error:  # noqa: BLE001 - the top frame of a fork
        _tell(connection, {"error": f"{type(error).__name__}: {error}"})
    finally:
        os._exit(0)


def _redirect(log: int) -> None:
    """Write output to the log, which the host reads; read no input."""
    null = os.open(os.devnull, os.O_RDONLY)
    for target, source in ((0, null), (1, log), (2, log)):
        os.dup2(source, target)
    os.close(null)
    os.close(log)


def _port(connection: socket.socket) -> None:
    """Make the namespaces and their first process, and send the host a descriptor of it."""
    orders = _read(connection)
    system.unshare_everything()
    _tell(connection, {"unshared": os.getpid()})
    _read(connection)  # by now the host has mapped our user
    first = os.fork()
    if first == 0:
        _be_init(connection, orders)
    descriptor = os.pidfd_open(first)
    message = json.dumps({"init": first}).encode()
    socket.send_fds(connection, [LENGTH.pack(len(message)) + message], [descriptor])


def _be_init(connection: socket.socket, orders: dict[str, Any]) -> NoReturn:
    """Build the root, start the worker, and stay until it ends or the host hangs up."""
    try:
        _read(connection)  # the host has our descriptor and can end us: from here on nothing is left behind
        socket.sethostname(HOSTNAME)
        system.raise_loopback()
        build(orders["root"], orders["mount_point"], orders["disk_bytes"])
        system.forswear_capabilities()
        system.set_dumpable(False)
        ours, theirs = socket.socketpair()
        worker = os.fork()
        if worker == 0:
            ours.close()
            _be_worker(connection, theirs, orders)
        theirs.close()
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel reaps orphans by itself
        if ours.recv(1):
            for _, path in orders["root"]["writable"]:
                system.forbid_writing(path)
            ours.send(SEALED)
        ours.close()
        system.drop_capabilities()
        poll = select.poll()
        poll.register(os.pidfd_open(worker), select.POLLIN)
        poll.register(connection, select.POLLIN)
        poll.poll()
    except BaseException as error:  # noqa: BLE001 - the top frame of a process
        _tell(connection, {"error": f"{type(error).__name__}: {error}"})
    finally:
        os._exit(0)


def _be_worker(connection: socket.socket, init: socket.socket, orders: dict[str, Any]) -> NoReturn:
    """Give up every privilege, then run the notebook."""
    try:
        os.setsid()
        if os.getuid() != INSIDE_ID:
            os.setgroups([])
            os.setresgid(INSIDE_ID, INSIDE_ID, INSIDE_ID)
            os.setresuid(INSIDE_ID, INSIDE_ID, INSIDE_ID)
        system.set_dumpable(True)
        system.drop_capabilities()
        seccomp.load(base64.b64decode(orders["filter"]))
        if "tasks" in orders:
            resource.setrlimit(resource.RLIMIT_NPROC, (orders["tasks"], orders["tasks"]))
        _limit_signals()
        _move_in(orders["environment"], orders["import_path"])
        _tell(connection, {"ready": True})
        connection.close()
        if "settings" in orders:
            from suite.inside.worker import session

            session.run(orders["settings"], orders["connection_file"], seal=lambda: _seal(init))
    except BaseException as error:  # noqa: BLE001 - the top frame of a process
        _tell(connection, {"error": f"{type(error).__name__}: {error}"})
        traceback.print_exc()
    finally:
        os._exit(1)


def _limit_signals() -> None:
    """Few signals and timers may wait: all submissions of a user together have a limit, too."""
    few = min(SIGNALS, *(limit for limit in resource.getrlimit(resource.RLIMIT_SIGPENDING) if limit >= 0), SIGNALS)
    resource.setrlimit(resource.RLIMIT_SIGPENDING, (few, few))


def _seal(init: socket.socket) -> None:
    """Ask init to make the folder shared with the host read-only, so that nothing can fill the host's disk."""
    init.send(SEALED)
    if init.recv(1) != SEALED:
        raise OSError("process 1 didn't make the shared folder read-only")
    init.close()


def _move_in(environment: dict[str, str], import_path: str) -> None:
    """Use the paths of the new root; the server's home becomes a link, as modules imported in advance keep its path."""
    Path(os.environ["HOME"]).symlink_to(environment["HOME"])
    os.environ.clear()
    os.environ.update(environment)
    tempfile.tempdir = None
    for name in own_packages():
        sys.modules[name].__path__[:] = [f"{import_path}/{name.replace('.', '/')}"]
    kept = [path for path in sys.path if path not in ("", "/") and os.path.isdir(path)]  # noqa: PTH112 - before imports
    sys.path[:] = ["", import_path, *kept]


@cache
def own_packages() -> tuple[str, ...]:
    """The suite's packages that are imported, found out before the fork: to look at each module copies its memory."""
    ours = (name for name in sys.modules if name.partition(".")[0] == "suite")
    return tuple(name for name in ours if hasattr(sys.modules[name], "__path__"))


def _read(connection: socket.socket) -> dict[str, Any]:
    """Read one message from the host; raises `EOFError` if it has hung up."""
    with connection.makefile("rb", buffering=0) as stream:
        (length,) = LENGTH.unpack(stream.read(LENGTH.size))
        content = b""
        while len(content) < length:
            content += stream.read(length - len(content)) or _hung_up()
    message: dict[str, Any] = json.loads(content)
    return message


def _hung_up() -> NoReturn:
    raise EOFError("the host hung up")


def _tell(connection: socket.socket, message: dict[str, Any]) -> None:
    """Send one message to the host, unless it has hung up."""
    content = json.dumps(message).encode()
    try:
        connection.sendall(LENGTH.pack(len(content)) + content)
    except OSError:
        return
