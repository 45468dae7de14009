"""Tells by its message that an exception comes from a limit that the system's kernel enforced."""

from __future__ import annotations

EXCEEDED = {
    "Too many open files": "cell_open_files",
    "No space left on device": "cell_disk",
    "File too large": "cell_file_size",
    "can't start new thread": "cell_tasks",
    "Resource temporarily unavailable": "cell_tasks",
    "Thread creation failed": "cell_tasks",
}
"""What the C library and Python say, and the message that explains it."""


def exceeded(message: str) -> str | None:
    """Key of the message that explains which limit an exception's message speaks of."""
    return next((key for words, key in EXCEEDED.items() if words in message), None)
