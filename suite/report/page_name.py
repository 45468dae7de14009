"""File names of the submissions' pages."""

from __future__ import annotations

import hashlib
import re

SAFE = re.compile(r"[^A-Za-z0-9._-]+")


def page_name(student: str) -> str:
    """A file name that is safe anywhere and differs where the names differ."""
    digest = hashlib.sha256(student.encode()).hexdigest()[:8]
    return f"{SAFE.sub('-', student).strip('.-')[:60] or 'submission'}-{digest}.html"
