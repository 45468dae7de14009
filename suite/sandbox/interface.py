"""What every sandbox offers."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from suite.errors import Words
from suite.records import Text
from suite.sandbox import core_dumps
from suite.sandbox.control_group import ControlGroup
from suite.sandbox.process_log import ProcessLog
from suite.sandbox.run_folders import RunFolders

if TYPE_CHECKING:
    from suite.assignments import Limits
    from suite.resident.client import Resident

WORKER = ("-m", "suite.inside.worker")
ENVIRONMENT = {
    "LANG": "C.UTF-8",
    "USER": "student",
    "LOGNAME": "student",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONHASHSEED": "0",
    "TF_CPP_MIN_LOG_LEVEL": "2",  # device messages on stderr would look like a submission's warnings
    "TF_FORCE_GPU_ALLOW_GROWTH": "true",  # else the first process takes all of a GPU's memory
    "TF_ENABLE_ONEDNN_OPTS": "0",  # oneDNN reorders sums; runs should repeat
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    "HDF5_USE_FILE_LOCKING": "BEST_EFFORT",  # the system-call filter refuses flock
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Paths:
    """Where the worker finds its folders, as seen from inside."""

    submission: str
    work: str
    home: str
    data: str
    temporary: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Imports:
    """What a worker prepares and imports before any code of the submission runs."""

    worker: str
    """JSON for the worker: `runtime`, `frameworks` (modules), `loaders`; empty for a process that is no worker."""
    modules: tuple[str, ...]
    """What to import ahead, if the sandbox can, so that a submission doesn't wait for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Launch:
    """What a sandbox needs to know to start one worker."""

    folders: RunFolders
    """Its folders; settings and connection file are written there."""
    limits: Limits
    """What it may use, as far as the sandbox itself enforces it."""
    imports: Imports
    """What it imports."""
    libraries: tuple[str, ...]
    """Modules besides that its code will import, to be imported ahead if the sandbox can."""
    group: ControlGroup | None
    """Its control group, where there can be one."""
    log: ProcessLog
    """Takes what it writes to its standard streams."""
    devices: tuple[str, ...] = ()
    """Device files of a GPU that it may use."""


class Process(Protocol):
    """The outermost process of a run, as the host sees it; `subprocess.Popen` is one."""

    pid: int

    def poll(self) -> int | None:
        """A number once it has ended, `None` before."""

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end."""

    def send_signal(self, sig: int, /) -> None:
        """Send it a signal; nothing happens after its end."""

    def kill(self) -> None:
        """End it at once."""


class Sandbox(Protocol):
    """A way to run the worker apart from the host."""

    name: str
    """Name in reports and on the command line."""
    strength: int
    """The sandbox with the largest number that works here is chosen."""
    weaknesses: tuple[Text, ...]
    """What it does not protect against."""

    def unavailable(self) -> Words | str:
        """Why it can't be used on this machine, and how to mend that; empty if it can."""

    def paths(self, folders: RunFolders) -> Paths:
        """The worker's folders."""

    def attach(self, resident: Resident) -> bool:
        """Take warm servers of that process from now on; whether the sandbox uses any."""

    def foresee(self, imports: Imports) -> None:
        """Begin what a start with these imports will wait for, if there is such a thing, and return at once."""

    def start(self, launch: Launch) -> Process:
        """Start a worker; raise `SandboxError` where that fails."""

    def close(self) -> None:
        """Release what is kept between runs; a later start makes it again."""


def worker_environment(paths: Paths, import_path: str) -> dict[str, str]:
    """The worker's complete environment: only the search paths of its interpreter come from the host."""
    return ENVIRONMENT | {
        "PATH": f"{sys.prefix}/bin:/usr/bin:/bin",
        "HOME": paths.home,
        "TMPDIR": paths.temporary,
        "IPYTHONDIR": f"{paths.temporary}/ipython",
        "MPLCONFIGDIR": f"{paths.temporary}/matplotlib",
        "PYTHONPATH": import_path,
    }


def worker_command(launch: Launch) -> list[str]:
    """A worker as a program of its own, see `suite.inside.worker.__main__`."""
    return [sys.executable, *WORKER, str(launch.folders.settings), str(launch.folders.connection)]


def start_cold(
    command: list[str], environment: dict[str, str], launch: Launch, inherited: tuple[int, ...] = ()
) -> Process:
    """Start a worker as a program of its own, which imports everything anew and gets the descriptors `inherited`."""
    core_dumps.forbid()
    return subprocess.Popen(
        launch.group.wrap(command) if launch.group is not None else command,
        env=environment,
        cwd=launch.folders.scratch,
        stdin=subprocess.DEVNULL,
        stdout=launch.log.writer,
        stderr=launch.log.writer,
        start_new_session=True,
        pass_fds=inherited,
    )
