"""PyTorch in timings."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

MILLISECONDS = 1000


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

    def observe_device(self, model: Any) -> Callable[[], tuple[float, int]]:
        """Two events on the stream that the model's kernels run on, and what the allocator of tensors counts."""
        torch = sys.modules["torch"]
        parameter = next(torch.nn.Module.parameters(model), None)
        if parameter is None or not parameter.is_cuda:
            return lambda: (0.0, 0)
        torch.cuda.reset_peak_memory_stats()
        begin, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
        begin.record()

        def stop() -> tuple[float, int]:
            end.record()
            torch.cuda.synchronize()
            return begin.elapsed_time(end) / MILLISECONDS, torch.cuda.max_memory_allocated()

        return stop

    def clear_cache(self, size: int, times: int) -> None:
        """Fill a tensor of bytes; the allocator keeps its memory for the next time."""
        torch = sys.modules["torch"]
        values = torch.empty(size, dtype=torch.uint8, device="cuda")
        for _ in range(times):
            values.zero_()
        torch.cuda.synchronize()

    def multiply(self, size: int, times: int) -> None:
        """In bfloat16, for which GPUs are fastest among the types that PyTorch multiplies everywhere."""
        torch = sys.modules["torch"]
        factor = torch.ones(size, size, dtype=torch.bfloat16, device="cuda")
        for _ in range(times):
            torch.matmul(factor, factor)
        torch.cuda.synchronize()
