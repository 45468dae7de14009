"""What a submission's objects show of its own training: steps, changed weights, histories. All are only claims."""

from __future__ import annotations

import math
from typing import Any

from suite.inside.worker.model_tracker import TrackedModel, fingerprint

MAX_METRICS = 20
MAX_EPOCHS = 1000


def describe(entry: TrackedModel) -> dict[str, Any]:
    """Steps, whether weights changed, and metric histories, as plain JSON."""
    before, now = entry.fingerprint, fingerprint(entry.framework, entry.model)
    moved = None if before is None or now is None else before != now
    return {"steps": _steps(entry), "moved": moved, "curves": _curves(entry)}


def _steps(entry: TrackedModel) -> int | None:
    try:
        return entry.framework.adapter.steps(entry.model)
    except Exception:  # noqa: BLE001 - whatever a submission's attributes do
        return None


def _curves(entry: TrackedModel) -> dict[str, list[float | None]]:
    try:
        curves = list(entry.framework.adapter.curves(entry.model).items())[:MAX_METRICS]
        return {str(name)[:100]: [_plain(value) for value in list(values)[:MAX_EPOCHS]] for name, values in curves}
    except Exception:  # noqa: BLE001 - whatever a submission's attributes do
        return {}


def _plain(value: Any) -> float | None:
    number = float(value)
    return number if math.isfinite(number) else None
