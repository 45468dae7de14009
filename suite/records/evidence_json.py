"""Evidence as plain JSON, its hash, and the name of its file in a report's folder."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from pydantic import TypeAdapter

from suite.records.evidence import Evidence

SCHEMA_VERSION = 4
FOLDER = "evidence"
"""Name of the subfolder in a report's folder."""
ADAPTER = TypeAdapter(Evidence)
KEPT_HASH = "_sha256"
"""Where evidence has its hash: not in a field, as those are what is hashed."""


def as_plain(evidence: Evidence) -> dict[str, Any]:
    """Convert to plain JSON."""
    plain: dict[str, Any] = ADAPTER.dump_python(evidence, mode="json")
    return plain


def from_plain(plain: Any) -> Evidence:
    """The inverse; pydantic's `ValidationError` if it isn't evidence."""
    return ADAPTER.validate_python(plain)


def as_canonical(plain: Any) -> str:
    """Plain JSON as its hashes have it: equal documents are equal texts, whatever the order of their names."""
    return json.dumps(plain, sort_keys=True)


def hash_text(written: str) -> str:
    """SHA-256, hexadecimal."""
    return hashlib.sha256(written.encode()).hexdigest()


def hash_evidence(evidence: Evidence) -> str:
    """SHA-256 of all that was observed, hexadecimal; kept with it, as it takes half as long as judging."""
    if KEPT_HASH not in vars(evidence):
        keep_hash(evidence, hash_text(as_canonical(as_plain(evidence))))
    return str(vars(evidence)[KEPT_HASH])


def keep_hash(evidence: Evidence, digest: str) -> None:
    """Have the hash of evidence be this, which was computed before."""
    vars(evidence)[KEPT_HASH] = digest


def file_name(key: str) -> str:
    """Name of the file that holds a piece of evidence."""
    return f"{key}.json"
