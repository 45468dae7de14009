"""Keras while it is timed: TensorFlow chooses threads and device when it starts, and the host pins its threads."""

from __future__ import annotations

from typing import Any


class KerasTimedCalls:
    """See `TimedCalls`."""

    def set_up(self, model: Any, threads: int, device: str) -> None:
        """Nothing to choose: a device is taken where TensorFlow sees one."""

    def threads(self) -> int:
        """Unknown: the host's pinning alone holds them."""
        return 0
