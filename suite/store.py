"""Keeps evidence on disk, so that an interrupted class goes on where it stopped and pages can be rendered again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from suite.files import write_atomically
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
        except (OSError, ValueError, KeyError, AttributeError, ValidationError):
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
