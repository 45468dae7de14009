"""What a submission says its model is put together of, checked before anything is built of it."""

from __future__ import annotations

import json
from typing import Any

from suite.evidence.proof.recipes import ALWAYS_ALLOWED, NAME, RecipeError, is_plain
from suite.frameworks import LayerClasses

MAX_DEPTH, MAX_ITEMS = 24, 300
INSIDE = ("keras", "keras.layers", "keras.models", "keras.src.models.functional", "keras.src.models.sequential")
"""Modules in which classes are looked up; a name in them can't be one of the submission's."""


def is_buildable(said: str, classes: LayerClasses, largest: int) -> bool:
    """Whether an architecture names classes of the framework alone, with plain options of bounded sizes.

    Args:
        said: what the submission's process says, as JSON.
        classes: the framework's classes.
        largest: the largest size among tensors and inputs that there really are.
    """
    try:
        _check(json.loads(said), classes, max(largest, ALWAYS_ALLOWED), MAX_DEPTH)
    except (ValueError, TypeError, RecursionError):
        return False
    return True


def _check(value: Any, classes: LayerClasses, largest: int, depth: int) -> None:
    """Raise `RecipeError` for what isn't built."""
    if depth < 0:
        raise RecipeError("it is nested too deeply")
    if isinstance(value, dict):
        _check_class(value, classes)
        parts = list(value.values())
    elif isinstance(value, list):
        parts = value
    elif is_plain(value, largest):
        return
    else:
        raise RecipeError("an option that isn't plain, or too large")
    if len(parts) > MAX_ITEMS:
        raise RecipeError("too many parts")
    for part in parts:
        _check(part, classes, largest, depth - 1)


def _check_class(said: dict[str, Any], classes: LayerClasses) -> None:
    """Raise `RecipeError` unless a class that it names is the framework's own."""
    if not all(map(NAME.fullmatch, said)):
        raise RecipeError("an option without a name")
    kind = said.get("class_name")
    if kind is None and not {"module", "registered_name"} & said.keys():
        return
    known = kind in classes.buildable or kind in classes.assembling
    if not known or said.get("module", INSIDE[0]) not in INSIDE or said.get("registered_name") not in (None, kind):
        raise RecipeError("a class that isn't built")
