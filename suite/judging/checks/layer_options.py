"""Which options of a layer differ from the reference's, as both were seen to compute with."""

from __future__ import annotations

from collections.abc import Mapping

from suite.assignments import ExpectedLayer, ModelTask
from suite.records import Layer, family, options_of

LOGITS = {"linear", "softmax"}, {"linear", "sigmoid"}
"""Activations of a last layer that are both right where a task takes logits or probabilities."""


def other_options(expected: ExpectedLayer, seen: Layer, task: ModelTask) -> dict[str, tuple[str, str]]:
    """What both layers name and has another value: (seen, expected) by option; empty for layers of different kinds.

    Either activation will do where logits are accepted.
    """
    if not expected.formula or not seen.formula or family(expected.formula) != family(seen.formula):
        return {}
    ours, theirs = options_of(seen.formula), options_of(expected.formula)
    found = {name: (ours[name], value) for name, value in theirs.items() if ours.get(name, value) != value}
    if task.answers != "exact" and set(found.get("activation", ())) in LOGITS:
        del found["activation"]
    return found


def say_options(others: Mapping[str, tuple[str, str]]) -> tuple[str, str]:
    """The options in words: those seen, and those expected."""
    return (
        ", ".join(f"{name}={seen}" for name, (seen, _) in others.items()),
        ", ".join(f"{name}={expected}" for name, (_, expected) in others.items()),
    )
