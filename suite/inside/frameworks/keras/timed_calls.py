"""Keras in timings: TensorFlow sets threads and device when it starts, and the host pins its threads to cores."""

from __future__ import annotations

from typing import Any


class KerasTimedCalls:
    """See `TimedCalls`."""

    def set_up(self, model: Any, threads: int, device: str) -> None:
        """Do nothing: TensorFlow chooses the device itself."""

    def threads(self) -> int:
        """0 for unknown: only the host's pinning limits them."""
        return 0
