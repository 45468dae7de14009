"""PyTorch while it is timed."""

from __future__ import annotations

import sys
from typing import Any


class TorchTimedCalls:
    """See `TimedCalls`."""

    def set_up(self, model: Any, threads: int, device: str) -> None:
        """Set the threads, and move the model to a GPU where one is asked for and there."""
        torch = sys.modules["torch"]
        torch.set_num_threads(threads)
        if device == "gpu" and torch.cuda.is_available():
            torch.nn.Module.to(model, "cuda")

    def threads(self) -> int:
        """Those that were set, unless the submission has set others."""
        return int(sys.modules["torch"].get_num_threads())
