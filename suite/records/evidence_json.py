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


def as_plain(evidence: Evidence) -> dict[str, Any]:
    """Convert to plain JSON."""
    plain: dict[str, Any] = ADAPTER.dump_python(evidence, mode="json")
    return plain


def from_plain(plain: Any) -> Evidence:
    """The inverse; pydantic's `ValidationError` if it isn't evidence."""
    return ADAPTER.validate_python(plain)


def as_canonical(plain: Any) -> str:
    """Plain JSON as its hashes have it: equal documents are equal texts."""
    return json.dumps(plain, sort_keys=True)


def hash_evidence(evidence: Evidence) -> str:
    """SHA-256 of all that was observed."""
    return hashlib.sha256(as_canonical(as_plain(evidence)).encode()).hexdigest()


def file_name(key: str) -> str:
    """Name of the file that holds a piece of evidence."""
    return f"{key}.json"
