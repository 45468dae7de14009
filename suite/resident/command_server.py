"""The resident process's side of a process that has imported the suite and forks for each command."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from pathlib import Path

import suite
from suite.errors import SandboxError

IMPORT_SECONDS = 60  # 1 s on a quiet machine
READY = b"ready"


class CommandServer:
    """Runs a module that imports, says that it is ready, and forks whenever it is asked; replaced when it has ended."""

    def __init__(self, module: str) -> None:
        self._module = module
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None

    def open_control(self) -> socket.socket:
        """A control socket for a command, which then asks for a fork by itself; `SandboxError` if it can't import."""
        with self._lock:
            if self._control is None or self._process is None or self._process.poll() is not None:
                self._control = self._start()
            return self._control.dup()

    def _start(self) -> socket.socket:
        if self._control is not None:
            self._control.close()
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        ours.settimeout(IMPORT_SECONDS)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", self._module],
                env=os.environ | {"PYTHONPATH": str(Path(suite.__file__).parent.parent)},
                cwd="/",
                stdin=theirs.fileno(),
                start_new_session=True,
            )
        try:
            said = ours.recv(len(READY))
        except OSError:
            said = b""
        if said != READY:
            ours.close()
            self._process.kill()
            raise SandboxError(
                "{module} didn't get through its imports; end it with: suite warm stop", module=self._module
            )
        ours.settimeout(None)
        return ours
