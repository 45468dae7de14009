"""Keras in timings: TensorFlow sets threads and device when it starts, and the host pins its threads to cores."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any


class KerasTimedCalls:
    """See `TimedCalls`."""

    def set_up(self, model: Any, threads: int, device: str) -> None:
        """Do nothing: TensorFlow chooses the device itself."""

    def threads(self) -> int:
        """0 for unknown: only the host's pinning limits them."""
        return 0

    def observe_device(self, model: Any) -> Callable[[], tuple[float, int]]:  # noqa: ARG002 - no events are shown
        """Nothing."""
        return lambda: (0.0, 0)

    def weights_are_put(self, model: Any) -> None:
        """Do nothing: TensorFlow lays them out in each call."""

    def clear_cache(self, size: int, times: int) -> None:
        """Fill tensors of bytes."""
        tensorflow = _with_gpu()
        for _ in range(times):
            values = tensorflow.zeros(size, "uint8")
        values[-1].numpy()

    def multiply(self, size: int, times: int) -> None:
        """In bfloat16."""
        tensorflow = _with_gpu()
        factor = tensorflow.ones((size, size), "bfloat16")
        for _ in range(times):
            product = tensorflow.matmul(factor, factor)
        product[0, 0].numpy()


def _with_gpu() -> Any:
    """TensorFlow; `RuntimeError` if it has no GPU: it would take the processor and say nothing."""
    tensorflow = sys.modules["tensorflow"]
    if not tensorflow.config.list_physical_devices("GPU"):
        raise RuntimeError("TensorFlow finds no GPU here; pip install 'tensorflow[and-cuda]' has its libraries")
    return tensorflow
