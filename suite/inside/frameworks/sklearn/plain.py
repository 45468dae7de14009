"""What scikit-learn has no notion of: threads of a model, tensors, gradients."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from suite.inside.frameworks.views import Array


class UntimedCalls:
    """See `TimedCalls`; estimators aren't timed beside a reference."""

    def set_up(self, model: Any, threads: int, device: str) -> None:
        """Do nothing."""

    def threads(self) -> int:
        """Unknown."""
        return 0


class PlainTensors:
    """See `Tensors`: arrays are NumPy's."""

    def to_tensor(self, values: Array) -> Any:
        """The array itself."""
        return values

    def gradients(self, compute: Callable[[], Any], given: Sequence[Any]) -> tuple[Any, list[Any]]:
        """What is computed; there are no gradients."""
        return compute(), []
