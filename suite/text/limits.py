"""Recognises by its message an exception that comes from a limit enforced by the operating system."""

from __future__ import annotations

EXCEEDED = {
    "Too many open files": "cell_open_files",
    "No space left on device": "cell_disk",
    "File too large": "cell_file_size",
    "can't start new thread": "cell_tasks",
    "Resource temporarily unavailable": "cell_tasks",
    "Thread creation failed": "cell_tasks",
}
"""Error messages of the C library and Python, and the key of the message that explains each."""


def exceeded(message: str) -> str | None:
    """Key of the message that explains which limit was exceeded; `None` if the text names no limit."""
    return next((key for words, key in EXCEEDED.items() if words in message), None)
