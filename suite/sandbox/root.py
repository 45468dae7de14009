"""What a submission sees of the file system: an allow-list, the same for every sandbox that has a root of its own.

Home folders, secrets, the references, other submissions and stored results are not hidden but absent.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import suite
from suite.sandbox import gpu
from suite.sandbox.interface import Paths
from suite.sandbox.run_folders import RunFolders

SYSTEM_LINKS = ("/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")
SYSTEM_FILES = (
    "/usr",
    "/etc/alternatives",
    "/etc/fonts",
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/etc/nsswitch.conf",
    "/sys/devices/system/cpu",  # PyTorch and TensorFlow count cores here
)
PROC = Path("/proc")
PROC_SHOWN = frozenset(
    {"cpuinfo", "filesystems", "loadavg", "meminfo", "mounts", "net", "self", "stat", "swaps", "thread-self", "uptime"}
)
"""What programs read of the machine; the rest of /proc says which machine it is, or what its other processes do."""
WORKER_FILES = ("__init__.py", "codec.py", "errors.py", "inside")
IMPORT_PATH = "/opt/suite"
INSIDE = Paths(submission="/submission", work="/work", home="/home/student", data="/data", temporary="/tmp")  # noqa: S108
PRIVATE = (INSIDE.temporary, INSIDE.work, INSIDE.home, "/dev/shm")  # noqa: S108


@dataclass(frozen=True, slots=True, kw_only=True)
class Root:
    """A root folder to build, in this order; /proc and /dev are the sandbox's own."""

    private: tuple[str, ...]
    """Empty folders of its own."""
    links: tuple[tuple[str, str], ...]
    """Symbolic links: (target, name)."""
    readable: tuple[tuple[str, str], ...]
    """Read-only views: (path on the host, path inside)."""
    masked: tuple[str, ...]
    """Folders among them, and of /proc, that are empty instead."""
    blank: tuple[str, ...]
    """Files of /proc that are empty instead."""
    devices: tuple[str, ...]
    """Device files of the host, beside those that programs expect."""
    writable: tuple[tuple[str, str], ...]
    """Folders that both sides write: (path on the host, path inside)."""


def is_shown(path: Path) -> bool:
    """Whether submissions can read what of the host lies there."""
    return any(path.resolve().is_relative_to(root) for root in map(Path.resolve, (Path("/usr"), *_prefixes())))


def _prefixes() -> list[Path]:
    """The folders of this interpreter and of its environment, outside of /usr."""
    prefixes = {Path(sys.prefix), Path(sys.base_prefix), Path(sys.executable).resolve().parent.parent}
    return sorted(path for path in prefixes if not path.is_relative_to("/usr"))


def lay_out(folders: RunFolders, devices: tuple[str, ...] = ()) -> Root:
    """The root of one run, with these device files of a GPU."""
    package = Path(suite.__file__).parent
    mapped = [str(path) for path in _prefixes()]
    system = [name for name in SYSTEM_LINKS if Path(name).is_dir() and not Path(name).is_symlink()]
    system += [name for name in SYSTEM_FILES if Path(name).exists()]
    hidden = [str(path.resolve()) for path in folders.hidden]
    shown = PROC_SHOWN | gpu.PROC_SHOWN if devices else PROC_SHOWN
    proc = [path for path in PROC.glob("*") if not path.name.isdigit() and path.name not in shown]
    return Root(
        private=PRIVATE,
        links=tuple((str(Path(name).readlink()), name) for name in SYSTEM_LINKS if Path(name).is_symlink()),
        readable=(
            *((name, name) for name in (*system, *mapped)),
            *((str(package / name), f"{IMPORT_PATH}/suite/{name}") for name in WORKER_FILES),
            (str(folders.submission), INSIDE.submission),
            (str(folders.data), INSIDE.data),
        ),
        masked=(
            *(path for path in hidden if any(Path(path).is_relative_to(root) for root in ("/usr", *mapped))),
            *(str(path) for path in proc if path.is_dir()),
        ),
        blank=tuple(str(path) for path in proc if path.is_file()),
        devices=devices,
        writable=((str(folders.link), str(folders.link)),),
    )
