"""Keeps evidence on disk, so that an interrupted class goes on where it stopped and pages can be rendered again."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from suite.records import Evidence

SCHEMA_VERSION = 1
EVIDENCE = TypeAdapter(Evidence)


class Store:
    """A folder with one file a piece of evidence, named by the hash of all that it depends on."""

    def __init__(self, folder: Path, *, recall: bool = True) -> None:
        self._folder = folder
        self._recall = recall
        self.recalled = 0

    def load(self, key: str) -> Evidence | None:
        """Stored evidence; `None` where there is none that this version reads, or none is to be recalled."""
        if not self._recall:
            return None
        try:
            stored = json.loads(self._path(key).read_bytes())
            if stored.get("schema_version") != SCHEMA_VERSION:
                return None
            evidence = EVIDENCE.validate_python(stored["evidence"])
        except (FileNotFoundError, ValueError, KeyError, AttributeError, ValidationError):
            return None
        self.recalled += 1
        return evidence

    def save(self, key: str, evidence: Evidence) -> None:
        """Store evidence that a second run would show again: what a limit stopped may end differently next time."""
        if evidence.run.stopped is not None or evidence.silent:
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        stored = {"schema_version": SCHEMA_VERSION, "evidence": EVIDENCE.dump_python(evidence, mode="json")}
        write_atomically(self._path(key), json.dumps(stored).encode())

    def _path(self, key: str) -> Path:
        return self._folder / f"{key}.json"


def make_key(parts: Sequence[str]) -> str:
    """Hash of everything that evidence depends on."""
    return hashlib.sha256(json.dumps(list(parts)).encode()).hexdigest()[:32]


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file so that a reader or a crash sees the old one or the new one, never half."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(content)
    os.chmod(name, 0o644)  # noqa: PTH101 - mkstemp gives 0600
    Path(name).replace(path)
