"""Entry point of the warm server: `python -m suite.inside.warm`, started by the host with a socket for input.

The first message is its orders: the settings of a worker, or null, and the modules to import. Every further one is for
a submission: the modules that this one imports besides, with one end of a connection and a pipe for the output; without
these, the modules are only imported. When the host closes the socket or dies, the server ends.
"""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import sys

from suite.inside.warm import system
from suite.inside.warm.fork import become_worker, own_packages
from suite.inside.warm.imports import import_ahead, import_for_fork, import_until

READY = b"ready"
MAX_MESSAGE = 1 << 16
MASK = 0o022
"""A submission's user must be able to read the folders that its fork makes, whatever the user of the host has set."""


def main() -> None:
    """Import, then fork whenever the host asks."""
    os.umask(MASK)
    control = socket.socket(fileno=0)
    import_until(lambda: bool(select.select([control], [], [], 0)[0]))
    message = control.recv(MAX_MESSAGE)
    if not message:
        return
    orders = json.loads(message)
    import_ahead(orders["worker"], orders["modules"])
    own_packages()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the server doesn't wait for its forks: the host watches them
    system.adopt_orphans()
    control.send(READY)
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, MAX_MESSAGE, 2)
        if not message:
            return
        import_for_fork(json.loads(message))
        if not descriptors:
            continue
        connection, log = descriptors
        if _fork() == 0:
            control.detach()
            become_worker(socket.socket(fileno=connection), log)
        os.close(connection)
        os.close(log)


def _fork() -> int:
    """Fork; if that fails, the host notices the closed connection."""
    try:
        return os.fork()
    except OSError as error:
        sys.stderr.write(f"no fork: {error}\n")
        return -1


if __name__ == "__main__":
    main()
