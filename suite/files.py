"""Writes files so that none is ever half written."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file so that a reader or a crash sees the old one or the new one, never half."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(content)
    os.chmod(name, 0o644)  # noqa: PTH101 - mkstemp gives 0600
    Path(name).replace(path)


def let_others_read(folder: Path) -> None:
    """Let a worker that runs as another user read a folder and all that lies in it, whatever the umask was."""
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
