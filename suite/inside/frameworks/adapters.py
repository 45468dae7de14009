"""The framework adapters.

An adapter never imports its framework: a submission that didn't import it can't hold a model of it.
"""

from __future__ import annotations

from typing import Any

from suite.inside.frameworks.keras.adapter import KerasAdapter
from suite.inside.frameworks.torch.adapter import TorchAdapter
from suite.inside.frameworks.views import Adapter

ADAPTERS: tuple[Adapter, ...] = (KerasAdapter(), TorchAdapter())


def adapter_of(value: Any) -> Adapter | None:
    """The adapter that owns a value."""
    return next((adapter for adapter in ADAPTERS if adapter.owns(value)), None)
