"""PyTorch in timings."""

from __future__ import annotations

import sys
from typing import Any


class TorchTimedCalls:
    """See `TimedCalls`."""

    def set_up(self, model: Any, threads: int, device: str) -> None:
        """Set the threads, and move the model to a GPU if one is requested and available."""
        torch = sys.modules["torch"]
        torch.set_num_threads(threads)
        if device == "gpu" and torch.cuda.is_available():
            torch.nn.Module.to(model, "cuda")

    def threads(self) -> int:
        """The number that was set, unless the submission has set another."""
        return int(sys.modules["torch"].get_num_threads())
