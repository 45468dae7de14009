"""What scikit-learn has no notion of: threads of a model, tensors, gradients."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from suite.inside.frameworks.conventions import Convention
from suite.inside.frameworks.recipes import PartRecipe, Recipe
from suite.inside.frameworks.views import Array
from suite.inside.frameworks.weight_files import UnfitFileError


class UntimedCalls:
    """See `TimedCalls`; estimators aren't timed beside a reference."""

    def set_up(self, model: Any, threads: int, device: str) -> None:
        """Do nothing."""

    def threads(self) -> int:
        """Unknown."""
        return 0

    def observe_device(self, model: Any) -> Callable[[], tuple[float, int]]:
        """Nothing."""
        return lambda: (0.0, 0)

    def clear_cache(self, size: int, times: int) -> None:
        """Nothing: it computes on the processor."""

    def multiply(self, size: int, times: int) -> None:
        """Nothing: it computes on the processor."""


class NoLayers:
    """See `Rebuilder`; an estimator has no layers."""

    def recipes(self, model: Any, inputs: Sequence[Any], convention: Convention) -> list[PartRecipe]:
        """None."""
        return []

    def recipe(self, layer: Any) -> Recipe | None:
        """None."""
        return None

    def build(self, recipe: Recipe) -> Any:
        """Refuse."""
        raise NotImplementedError("scikit-learn has no layers")

    def architecture(self, model: Any) -> Recipe | None:
        """None."""
        return None

    def rebuild(self, architecture: Recipe) -> Any:
        """Refuse."""
        raise NotImplementedError("estimators aren't rebuilt")


class NoWeightFiles:
    """See `WeightFiles`; an estimator is stored by pickle alone, which may hold code."""

    def lay(self, model: Any, path: Path) -> None:
        """Refuse."""
        raise UnfitFileError("kind", path.suffix)


class PlainTensors:
    """See `Tensors`: arrays are NumPy's."""

    def to_tensor(self, values: Array) -> Any:
        """The array itself."""
        return values

    def gradients(self, compute: Callable[[], Any], given: Sequence[Any]) -> tuple[Any, list[Any]]:
        """What is computed; there are no gradients."""
        return compute(), []
