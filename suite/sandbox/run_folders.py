"""The folders that one run gets on the host, and where the worker finds them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from suite.files import let_others_read
from suite.records import SourceFile
from suite.temporary import open_temporary, socket_root


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFolders:
    """Folders of one run on the host; all but `data` and `hidden` are its own and vanish with it."""

    base: Path
    """Parent of the folders below."""
    data: Path
    """Prepared datasets, shared and read-only."""
    hidden: tuple[Path, ...]
    """What the submission must not see even if it lies in a mapped folder, such as the references."""

    @property
    def link(self) -> Path:
        """Sockets and connection file; the one folder that both sides write."""
        return self.base / "link"

    @property
    def channel(self) -> Path:
        """Socket of the private channel."""
        return self.link / "channel"

    @property
    def settings(self) -> Path:
        """The worker's settings."""
        return self.link / "settings.json"

    @property
    def connection(self) -> Path:
        """Jupyter's connection file."""
        return self.link / "kernel.json"

    @property
    def root(self) -> Path:
        """Empty: where a sandbox may mount a root."""
        return self.base / "root"

    @property
    def submission(self) -> Path:
        """The submission's files as handed in, with the assignment's helpers."""
        return self.base / "submission"

    @property
    def scratch(self) -> Path:
        """Working folder and home, where a sandbox has no file system of its own."""
        return self.base / "scratch"

    def make(self) -> None:
        """Make its folders."""
        for folder in (self.link, self.root, self.submission, self.scratch):
            folder.mkdir()

    def admit_others(self) -> None:
        """Open the folders to a worker that runs as another user; other users of the host can't enter `base`."""
        let_others_read(self.submission)
        let_others_read(self.link)
        for path in (self.link, self.channel):
            path.chmod(0o777)

    def write_settings(self, settings: dict[str, Any]) -> None:
        """Write what the worker needs to know."""
        self.settings.write_text(json.dumps(settings))


@contextmanager
def open_run_folders(
    files: tuple[SourceFile, ...], helpers: tuple[SourceFile, ...], data: Path, hidden: tuple[Path, ...]
) -> Iterator[RunFolders]:
    """Make the folders, write the files (a submission's own file wins over a helper), and remove all at the end."""
    with open_temporary("run", socket_root()) as base:
        folders = RunFolders(base=base, data=data, hidden=hidden)
        folders.make()
        for file in (*helpers, *files):
            target = folders.submission / file.path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(file.content)
        yield folders
