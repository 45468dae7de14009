"""Keeps evidence on disk, so that an interrupted class goes on where it stopped and everything can be judged again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from suite.errors import EvidenceError
from suite.files import write_atomically
from suite.records import Evidence

SCHEMA_VERSION = 2
EVIDENCE = TypeAdapter(Evidence)
FOLDER = "evidence"
"""Inside a report's folder."""


class Store:
    """A folder with one file a piece of evidence, named by the hash of all that it depends on."""

    def __init__(self, folder: Path, *, recall: bool = True) -> None:
        self._folder = folder
        self._recall = recall
        self.recalled = 0

    def load(self, key: str) -> Evidence | None:
        """Evidence that needn't be made again; `None` where there is none that this version reads.

        What a limit stopped may end differently next time, so it is kept for judging and never recalled.
        """
        if not self._recall:
            return None
        try:
            evidence = read_evidence(self._folder / file_name(key))
        except EvidenceError:
            return None
        if evidence.run.stopped is not None or evidence.silent:
            return None
        self.recalled += 1
        return evidence

    def save(self, key: str, evidence: Evidence) -> None:
        """Store evidence beside its hash."""
        self._folder.mkdir(parents=True, exist_ok=True)
        plain = EVIDENCE.dump_python(evidence, mode="json")
        stored = {"schema_version": SCHEMA_VERSION, "sha256": _hash(plain), "evidence": plain}
        write_atomically(self._folder / file_name(key), json.dumps(stored).encode())


def file_name(key: str) -> str:
    """Name of the file that holds a piece of evidence."""
    return f"{key}.json"


def read_evidence(path: Path) -> Evidence:
    """Evidence from its file; `EvidenceError` says whether it is missing, damaged or of another version."""
    remedy = "grade the class again with --fresh"
    try:
        stored = json.loads(path.read_bytes())
        version, digest, plain = stored["schema_version"], stored["sha256"], stored["evidence"]
    except FileNotFoundError as error:
        raise EvidenceError(f"{path} doesn't exist; {remedy}") from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise EvidenceError(f"{path} is damaged ({type(error).__name__}: {error}); {remedy}") from error
    if version != SCHEMA_VERSION:
        raise EvidenceError(f"{path} has schema version {version!r}, this suite reads {SCHEMA_VERSION}; {remedy}")
    if digest != _hash(plain):
        raise EvidenceError(f"{path} is damaged: its content isn't what its SHA-256 says; {remedy}")
    try:
        return EVIDENCE.validate_python(plain)
    except ValidationError as error:
        raise EvidenceError(f"{path} was written by another version of the suite; {remedy}: {error}") from error


def hash_evidence(evidence: Evidence) -> str:
    """SHA-256 of all that was observed."""
    return _hash(EVIDENCE.dump_python(evidence, mode="json"))


def make_key(parts: Sequence[str]) -> str:
    """Hash of everything that evidence depends on."""
    return hashlib.sha256(json.dumps(list(parts)).encode()).hexdigest()[:32]


def _hash(plain: Any) -> str:
    """SHA-256 of plain JSON."""
    return hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()
