"""What has to be in place before a framework is imported."""

from __future__ import annotations

from typing import Any

from suite.inside.frameworks import load


def prepare(worker: dict[str, Any]) -> None:
    """Prepare the imports of a runtime, as the host's settings of a worker say: `runtime`, `frameworks`, `loaders`."""
    for framework in load(worker["frameworks"]):
        framework.prepare(worker["runtime"], worker["loaders"])
