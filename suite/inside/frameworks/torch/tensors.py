"""Tensors of PyTorch: made from arrays, and their gradients."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from suite.inside.frameworks.views import Array, flatten


class TorchTensors:
    """See `Tensors`."""

    def to_tensor(self, values: Array) -> Any:
        """A tensor of the same dtype."""
        import torch

        return torch.from_numpy(values)

    def gradients(self, compute: Callable[[], Any], given: Sequence[Any]) -> tuple[Any, list[Any]]:
        """What is computed, and the gradient of its sum, weighted by cosines, for each tensor of floats."""
        import torch

        tensors = [each for each in given if isinstance(each, torch.Tensor) and each.is_floating_point()]
        for tensor in tensors:
            tensor.requires_grad_(True)  # noqa: FBT003 - by place only
        result = compute()
        first = next((each for each in flatten(result) if isinstance(each, torch.Tensor) and each.requires_grad), None)
        if first is None:
            return result, [None for _ in tensors]
        weights = torch.cos(torch.arange(first.numel(), dtype=first.dtype)).reshape(first.shape)
        return result, list(torch.autograd.grad((first * weights).sum(), tensors, allow_unused=True))
