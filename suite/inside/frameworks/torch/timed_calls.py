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
        """Two events on the stream that the model's kernels run on, and what the allocator of tensors counts.

        Of what lay there before, only the model's own tensors are counted: other models may have been there first.
        """
        torch = sys.modules["torch"]
        parameter = next(torch.nn.Module.parameters(model), None)
        if parameter is None or not parameter.is_cuda:
            return lambda: (0.0, 0)
        others = torch.cuda.memory_allocated() - _size(model)
        torch.cuda.reset_peak_memory_stats()
        begin, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
        begin.record()

        def stop() -> tuple[float, int]:
            end.record()
            torch.cuda.synchronize()
            return begin.elapsed_time(end) / MILLISECONDS, torch.cuda.max_memory_allocated() - others

        return stop

    def weights_are_put(self, model: Any) -> None:
        """Lay recurrent layers' weights on a GPU side by side, or cuDNN copies them in each call."""
        recurrent = sys.modules["torch"].nn.RNNBase
        for module in sys.modules["torch"].nn.Module.modules(model):
            if isinstance(module, recurrent):
                recurrent.flatten_parameters(module)

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


def _size(model: Any) -> int:
    """Bytes of a model's tensors on a GPU."""
    module = sys.modules["torch"].nn.Module
    return sum(each.nbytes for each in (*module.parameters(model), *module.buffers(model)) if each.is_cuda)
