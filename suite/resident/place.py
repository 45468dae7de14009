"""Where a resident process listens: a socket in a folder that only its user can enter."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path

from suite.errors import UsageError

SOCKET, LOCK = "warm.socket", "warm.lock"
FOLDER = "notebook-suite"
OTHERS = stat.S_IRWXG | stat.S_IRWXO


def runtime_folder(environment: Mapping[str, str]) -> Path:
    """Where the folder lies.

    That is in XDG_RUNTIME_DIR, which belongs to the user and ends with the session, or else among the temporary ones.
    """
    runtime = environment.get("XDG_RUNTIME_DIR", "")
    if runtime and Path(runtime).is_dir():
        return Path(runtime) / FOLDER
    from suite.temporary import socket_root

    return socket_root() / f"{FOLDER}-{os.geteuid()}"


def make_folder(folder: Path) -> None:
    """Make it if it isn't there."""
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise UsageError(
            "{folder} can't be made ({reason}); set XDG_RUNTIME_DIR to a folder of yours",
            folder=folder,
            reason=error.strerror,
        ) from error
    check_folder(folder)


def check_folder(folder: Path) -> None:
    """Raise `UsageError` if somebody else owns it or may enter it."""
    status = folder.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.geteuid() or status.st_mode & OTHERS:
        raise UsageError(
            "{folder} must be a folder of your own with mode 0700, and it is one of user {user} with mode "
            "{mode}; remove it, or set XDG_RUNTIME_DIR to a folder of yours",
            folder=folder,
            user=status.st_uid,
            mode=stat.filemode(status.st_mode),
        )
