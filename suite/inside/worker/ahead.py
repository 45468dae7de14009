"""What must be done before a framework is imported."""

from __future__ import annotations

from typing import Any

from suite.inside.frameworks import load
from suite.inside.worker import openml


def prepare(worker: dict[str, Any]) -> None:
    """Prepare the imports of a runtime; `worker` holds the host's settings `runtime`, `frameworks`, `loaders`."""
    for framework in load(worker["frameworks"]):
        framework.prepare(worker["runtime"], worker["loaders"])
    openml.install(worker["loaders"])
