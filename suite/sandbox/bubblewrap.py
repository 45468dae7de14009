"""The bubblewrap sandbox: fresh namespaces, a read-only root that holds the interpreter only, no network.

The root is built from an allow-list, so home folders, secrets, the oracles, other submissions and stored results are
not there at all. Source of the options: the manual page bwrap(1), version 0.8.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import suite
from suite.records import Text, text
from suite.sandbox.interface import WORKER, Paths, worker_environment
from suite.sandbox.room import Room

SYSTEM_LINKS = ("/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")
SYSTEM_FILES = (
    "/etc/alternatives",
    "/etc/fonts",
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/etc/nsswitch.conf",
    "/sys/devices/system/cpu",  # PyTorch and TensorFlow count cores here
)
WORKER_FILES = ("__init__.py", "codec.py", "errors.py", "worker")
IMPORT_PATH = "/opt/suite"
MIB = 1 << 20
INSIDE = Paths(submission="/submission", work="/work", home="/home/student", data="/data", temporary="/tmp")  # noqa: S108


class Bubblewrap:
    """Runs the worker through `bwrap`, as an ordinary user or as root."""

    name = "bubblewrap"
    weaknesses: tuple[Text, ...] = (text("weak_shared_kernel"),)

    def unavailable(self) -> str:
        """Try it: the program may be missing, or the kernel may forbid user namespaces."""
        if shutil.which("bwrap") is None:
            return "the program bwrap isn't installed; on Debian and Ubuntu: apt-get install bubblewrap"
        trial = ["bwrap", *_isolation(), *_system(), "--", "/usr/bin/true"]
        done = subprocess.run(trial, capture_output=True, text=True, check=False, timeout=30)
        if done.returncode == 0:
            return ""
        return f"bwrap can't make namespaces here: {done.stderr.strip()[:200]}; allow unprivileged user namespaces"

    def paths(self, room: Room) -> Paths:  # noqa: ARG002 - the same in every room
        """Fixed folders, so that tracebacks name no folder of the host."""
        return INSIDE

    def command(self, room: Room, disk_mib: int) -> list[str]:
        """`bwrap … python -m suite.worker`."""
        package = Path(suite.__file__).parent
        size = str(disk_mib * MIB)
        private = [
            option
            for folder in (INSIDE.temporary, INSIDE.work, INSIDE.home, "/dev/shm")  # noqa: S108
            for option in ("--size", size, "--tmpfs", folder)
        ]
        prefixes = {Path(sys.prefix), Path(sys.base_prefix), Path(sys.executable).resolve().parent.parent}
        mapped = sorted(path for path in prefixes if not path.is_relative_to("/usr"))
        interpreter = [option for path in mapped for option in ("--ro-bind", str(path), str(path))]
        worker = [
            option
            for name in WORKER_FILES
            for option in ("--ro-bind", str(package / name), f"{IMPORT_PATH}/suite/{name}")
        ]
        masks = [
            option
            for path in room.hidden
            if any(path.resolve().is_relative_to(root) for root in (*mapped, Path("/usr")))
            for option in ("--tmpfs", str(path.resolve()))
        ]
        own = [
            *("--bind", str(room.link), str(room.link)),
            *("--ro-bind", str(room.submission), INSIDE.submission),
            *("--ro-bind", str(room.data), INSIDE.data),
        ]
        laid = [*_isolation(), *_system(), *private, *interpreter, *worker, *masks, *own]
        return ["bwrap", *laid, "--remount-ro", "/", "--chdir", INSIDE.work, "--", sys.executable, *WORKER]

    def environment(self, room: Room) -> dict[str, str]:
        """The worker's; bubblewrap itself needs none."""
        return worker_environment(self.paths(room), IMPORT_PATH)


def _isolation() -> list[str]:
    """Namespaces and privileges."""
    return [
        *("--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL"),
        *("--uid", "1000", "--gid", "1000", "--hostname", "sandbox"),
        *("--unsetenv", "JPY_PARENT_PID"),  # ipykernel would look for that process in the wrong namespace
    ]


def _system() -> list[str]:
    """The parts of the host's system that an interpreter needs, read-only."""
    options = ["--ro-bind", "/usr", "/usr", "--proc", "/proc", "--dev", "/dev"]
    for name in SYSTEM_LINKS:
        path = Path(name)
        if path.is_symlink():
            options += ["--symlink", str(path.readlink()), name]
        elif path.is_dir():
            options += ["--ro-bind", name, name]
    for name in SYSTEM_FILES:
        options += ["--ro-bind-try", name, name]
    return options
