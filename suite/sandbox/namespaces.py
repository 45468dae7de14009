"""The warm sandbox: forks of servers that have imported the frameworks, each isolated in namespaces of its own.

`suite.inside.warm` says what a fork does to itself. Source of the kernel settings: user_namespaces(7).
"""

from __future__ import annotations

import base64
import os
import sys
import threading
from contextlib import suppress
from dataclasses import asdict
from functools import cached_property

from suite.errors import SandboxError, UsageError, Words
from suite.records import Text, text
from suite.resident import find, runtime_folder
from suite.resident.client import Resident
from suite.sandbox import warm_server
from suite.sandbox.interface import Imports, Launch, Paths, Process, worker_environment
from suite.sandbox.process_log import ProcessLog
from suite.sandbox.root import IMPORT_PATH, INSIDE, lay_out
from suite.sandbox.run_folders import RunFolders
from suite.sandbox.system_calls import can_filter, compile_filter
from suite.sandbox.users import spare_ids
from suite.sandbox.warm_server import WarmServer
from suite.temporary import open_temporary

MIB = 1 << 20
SETTINGS = {
    "clone": "sysctl kernel.unprivileged_userns_clone=1",
    "apparmor": "kernel.apparmor_restrict_unprivileged_userns=0",
    "most": "user.max_user_namespaces",
}


def begin() -> None:
    """Start the warm server that this command will probably need, unless a resident process has it.

    Which one it will be needs to be known later only.
    """
    with suppress(UsageError):  # the command itself says what is wrong with the resident process
        resident = find(runtime_folder(os.environ))
        if resident is not None and not resident.differences:
            return
    warm_server.begin(worker_environment(INSIDE, IMPORT_PATH))


class Namespaces:
    """Keeps one warm server for each set of imports; runs on Linux, as an ordinary user or as root."""

    name = "namespaces"
    strength = 30

    def __init__(self) -> None:
        shared = (text("weak_quotas"),) if spare_ids() is None else ()
        self.weaknesses: tuple[Text, ...] = (text("weak_shared_kernel"), *shared)
        self._environment = worker_environment(INSIDE, IMPORT_PATH)
        self._servers: dict[Imports, WarmServer] = {}
        self._lock = threading.Lock()
        self._resident: Resident | None = None

    def unavailable(self) -> Words | str:
        """Try it, once: fork a process that isolates itself and does nothing more."""
        return self._trial

    @cached_property
    def _trial(self) -> Words | str:
        if not sys.platform.startswith("linux"):
            return Words("namespaces are a feature of Linux; use a Linux machine, or a virtual one")
        if not can_filter():
            return Words("the library libseccomp isn't installed; on Debian and Ubuntu: apt-get install libseccomp2")
        server = WarmServer(Imports(worker="", modules=()), self._environment, self._resident)
        try:
            with open_temporary("try") as folder, ProcessLog() as log:
                folders = RunFolders(base=folder, data=folder, hidden=())
                folders.make()
                server.fork(_orders(folders, MIB), log.writer, None).wait(timeout=10)
        except (SandboxError, TimeoutError) as error:
            return Words(
                "{error}; needed: {clone} (Debian), {apparmor} (Ubuntu), {most} above 0, Linux 5.12 or later; "
                "suite doctor says what lacks here",
                error=error,
                **SETTINGS,
            )
        finally:
            server.close()
        return ""

    def paths(self, folders: RunFolders) -> Paths:  # noqa: ARG002 - the same in every run
        """Fixed folders, so that tracebacks name no folder of the host."""
        return INSIDE

    def attach(self, resident: Resident) -> bool:
        """Fork from servers of that process, those that are begun already excepted."""
        self._resident = resident
        return True

    def foresee(self, imports: Imports) -> None:
        """Start the server, which then imports beside whatever comes next."""
        if sys.platform.startswith("linux"):
            self._server(imports).foresee()

    def start(self, launch: Launch) -> Process:
        """A fork of a server with these imports."""
        folders, limits = launch.folders, launch.limits
        orders = _orders(folders, limits.disk_mib * MIB, launch.devices) | {
            "tasks": limits.processes + limits.threads,
            "settings": str(folders.settings),
            "connection_file": str(folders.connection),
        }
        folders.admit_others()
        return self._server(launch.imports).fork(orders, launch.log.writer, launch.group, launch.libraries)

    def _server(self, imports: Imports) -> WarmServer:
        with self._lock:
            return self._servers.setdefault(imports, WarmServer(imports, self._environment, self._resident))

    def close(self) -> None:
        """End the servers."""
        for server in self._servers.values():
            server.close()


def _orders(folders: RunFolders, disk_bytes: int, devices: tuple[str, ...] = ()) -> dict[str, object]:
    """What every fork needs to know to isolate itself."""
    made = compile_filter(gpu=bool(devices))
    if made is None:
        raise SandboxError("the library libseccomp was here and is gone; install it again")
    return {
        "filter": base64.b64encode(made.program).decode(),
        "root": asdict(lay_out(folders, devices)),
        "mount_point": str(folders.root),
        "disk_bytes": disk_bytes,
        "import_path": IMPORT_PATH,
        "environment": worker_environment(INSIDE, IMPORT_PATH),
    }
