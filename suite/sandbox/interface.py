"""What every sandbox offers."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Protocol

from suite.records import Text
from suite.sandbox.room import Room

WORKER = ("-m", "suite.worker")
ENVIRONMENT = {
    "LANG": "C.UTF-8",
    "USER": "student",
    "LOGNAME": "student",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONHASHSEED": "0",
    "TF_CPP_MIN_LOG_LEVEL": "2",  # device chatter on stderr would look like a submission's warnings
    "TF_ENABLE_ONEDNN_OPTS": "0",  # oneDNN reorders sums; runs should repeat
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Paths:
    """Where the worker finds its folders, as seen from inside."""

    submission: str
    work: str
    home: str
    data: str
    temporary: str


class Sandbox(Protocol):
    """A way to run the worker apart from the host."""

    name: str
    """Name in the registry and in reports."""
    weaknesses: tuple[Text, ...]
    """What it does not hold back."""

    def unavailable(self) -> str:
        """Why it can't be had on this machine, with the remedy; empty where it can."""

    def paths(self, room: Room) -> Paths:
        """The worker's folders."""

    def command(self, room: Room, disk_mib: int) -> list[str]:
        """Command line that starts `WORKER` inside; its first extra argument is the settings file."""

    def environment(self, room: Room) -> dict[str, str]:
        """The complete environment of that command."""


def worker_environment(paths: Paths, import_path: str) -> dict[str, str]:
    """The worker's environment: nothing of the host's passes but the search path of its interpreter."""
    return ENVIRONMENT | {
        "PATH": f"{sys.prefix}/bin:/usr/bin:/bin",
        "HOME": paths.home,
        "TMPDIR": paths.temporary,
        "IPYTHONDIR": f"{paths.temporary}/ipython",
        "MPLCONFIGDIR": f"{paths.temporary}/matplotlib",
        "PYTHONPATH": import_path,
    }
