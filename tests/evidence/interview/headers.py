"""What a worker says of a model, for tests of what is made of it."""

from __future__ import annotations

from typing import Any

from suite.evidence.interview.answers import ModelHeader


def model_header(**changes: Any) -> ModelHeader:
    """The header of a finished PyTorch model that stands by itself, but for these changes."""
    fields: dict[str, Any] = {
        "name": "net",
        "framework": "torch",
        "class_name": "Net",
        "cell": 0,
        "finished": True,
        "called_with": [],
        "answered_with": 0,
        "words": 0,
    }
    return ModelHeader.model_validate(fields | changes)
