"""What can be seen of a submission's own training: steps, moved weights, Keras's histories. Claims, all of it."""

from __future__ import annotations

import math
import zlib
from collections import Counter
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np
import wrapt

if TYPE_CHECKING:
    from suite.inside.worker.model_tracker import TrackedModel

MAX_METRICS = 20
MAX_EPOCHS = 1000
_steps: Counter[int] = Counter()  # of PyTorch's optimizers, by the identity of a parameter


def install() -> None:
    """Count the steps of PyTorch's optimizers; Keras's count their own."""
    wrapt.register_post_import_hook(_count_steps, "torch.optim.optimizer")


def _count_steps(module: ModuleType) -> None:
    def count(optimizer: Any, *_: Any) -> None:
        _steps.update(id(tensor) for group in optimizer.param_groups for tensor in group["params"])

    module.register_optimizer_step_post_hook(count)


def fingerprint(model: Any) -> int | None:
    """A checksum of a model's weights; `None` where it has none, or doesn't give them."""
    try:
        tensors = [np.ascontiguousarray(_values(weight)) for weight in _weights(model)]
    except Exception:  # noqa: BLE001 - whatever a submission's attributes do
        return None
    found = 0
    for tensor in tensors:
        found = zlib.crc32(tensor.tobytes(), found)
    return found if tensors else None


def describe(entry: TrackedModel) -> dict[str, Any]:
    """Steps, whether weights moved, and curves, as plain JSON."""
    before, now = entry.fingerprint, fingerprint(entry.model)
    moved = None if before is None or now is None else before != now
    return {"steps": _steps_of(entry.model), "moved": moved, "curves": _curves(entry.model)}


def _weights(model: Any) -> list[Any]:
    return list(model.parameters()) if hasattr(model, "parameters") else list(getattr(model, "weights", []))


def _values(weight: Any) -> Any:
    return weight.detach().cpu().float().numpy() if hasattr(weight, "detach") else weight.numpy()


def _steps_of(model: Any) -> int | None:
    """Of the optimizer that a Keras model was compiled with, or of any that holds a module's parameters."""
    try:
        if hasattr(model, "parameters"):
            return max((_steps[id(tensor)] for tensor in model.parameters()), default=0)
        optimizer = getattr(model, "optimizer", None)
        return int(optimizer.iterations.numpy()) if optimizer is not None else None
    except Exception:  # noqa: BLE001 - whatever a submission's attributes do
        return None


def _curves(model: Any) -> dict[str, list[float | None]]:
    """The history of a Keras model's last `fit`."""
    try:
        history = model.history.history
        return {
            str(name)[:100]: [_plain(value) for value in list(values)[:MAX_EPOCHS]]
            for name, values in list(history.items())[:MAX_METRICS]
        }
    except Exception:  # noqa: BLE001 - whatever a submission's attributes do
        return {}


def _plain(value: Any) -> float | None:
    number = float(value)
    return number if math.isfinite(number) else None
