"""Finished runs in one JSON file, written as each of them ends."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

SCHEMA_VERSION = 1

Run = dict[str, Any]
"""`figure`, `framework`, `protocol`, `source`, `rows`, `valid_rows`, `versions`, `curve` (an entry an epoch) and
`predictions`."""


class Store:
    """The runs by figure and framework. The file is read again before it is written, so two processes can share it."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def runs(self) -> dict[str, Run]:
        """All that is stored, empty where there is no file or another version's."""
        if not self._path.is_file():
            return {}
        stored = json.loads(self._path.read_text(encoding="utf-8"))
        return stored["runs"] if stored["schema_version"] == SCHEMA_VERSION else {}

    def run(self, figure: str, framework: str) -> Run | None:
        """One run."""
        return self.runs().get(f"{figure}/{framework}")

    def keep(self, run: Run) -> None:
        """Add a run or replace its predecessor; a crash leaves the old file or the new one."""
        runs = self.runs() | {f"{run['figure']}/{run['framework']}": run}
        self._path.parent.mkdir(parents=True, exist_ok=True)
        draft = self._path.with_suffix(f".{os.getpid()}")
        draft.write_text(json.dumps({"schema_version": SCHEMA_VERSION, "runs": runs}, indent=1), encoding="utf-8")
        draft.replace(self._path)
