"""What a resident process and a command must have in common, so that its servers do what the command's own would do."""

from __future__ import annotations

import hashlib
import os
import sys
from functools import cache
from pathlib import Path

import suite
from suite.files import hash_files


@cache
def identify() -> dict[str, str]:
    """By name: the suite's code, Python, the libraries that can be imported, groups, and the kernel's namespaces."""
    package = Path(suite.__file__).parent
    return {
        "code": f"{package} {hash_files(package, package.rglob('*.py'))}",
        "Python": f"{sys.executable} {sys.version}",
        "libraries": hashlib.sha256("\n".join(_installed()).encode()).hexdigest(),
        "groups": " ".join(map(str, (*os.getresuid(), *os.getresgid(), *sorted(os.getgroups())))),
        "namespaces": " ".join([*map(_namespace, ("mnt", "pid", "user", "net")), str(os.stat("/").st_ino)]),  # noqa: PTH116
    }


def find_differences(mine: dict[str, str], other: dict[str, str]) -> list[str]:
    """The names whose values differ."""
    return [name for name in mine if mine[name] != other.get(name)]


def _installed() -> list[str]:
    """Folders that name an installed distribution with its version, and when each was last changed."""
    found = []
    for folder in map(Path, sys.path):
        if folder.is_dir():
            infos = (path for path in folder.iterdir() if path.suffix in (".dist-info", ".egg-info", ".pth"))
            found += [f"{path} {path.stat().st_mtime_ns}" for path in infos]
    return sorted(found)


def _namespace(name: str) -> str:
    """The kernel's name for a namespace of this process: paths and process numbers mean the same within one."""
    try:
        return os.readlink(f"/proc/self/ns/{name}")  # noqa: PTH115 - no path
    except OSError:
        return ""
