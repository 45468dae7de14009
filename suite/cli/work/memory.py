"""How a command that grades a class keeps its memory from growing with the class."""

from __future__ import annotations

import ctypes
import gc
from contextlib import suppress
from typing import Final

THRESHOLD_OPTIONS: Final = (-3, -1)
"""`M_MMAP_THRESHOLD` and `M_TRIM_THRESHOLD` of glibc's `mallopt`."""
LARGE: Final = 128 << 10
"""Bytes: glibc's first value of both, which it raises by itself, up to 32 MiB, as buffers are freed. Then weights and
outputs lie among what is kept of each submission, and the holes that they leave can't be given back: a class of 150
held 236 MiB so, and 178 with both held fast, in the same time."""


def bound_memory() -> None:
    """Have large buffers given back when they are freed, and what is imported left alone by the collector.

    To go through imports again and again took a seventh of grading from stored evidence.
    """
    gc.freeze()
    with suppress(AttributeError, OSError, TypeError):  # another C library than glibc
        mallopt = ctypes.CDLL(None).mallopt
        for option in THRESHOLD_OPTIONS:
            mallopt(option, LARGE)
