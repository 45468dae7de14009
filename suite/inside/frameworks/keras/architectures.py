"""What a model of Keras's own layers is put together of, in Keras's serialized form, and models built from that.

Left out is what changes nothing of what a model computes with given weights: how these are drawn, held in bounds or
punished, what it was compiled with, and seeds.
"""

from __future__ import annotations

import sys
from typing import Any

from suite.inside.frameworks.recipes import Recipe, UnsayableError, plain

CLASSES = {"keras.src.models.sequential": "Sequential", "keras.src.models.functional": "Functional"}
"""Keras 3's classes of models that are data alone, by the modules that define them."""
FULL_PRECISION = "float32"
WITHOUT_EFFECT = frozenset(("seed", "build_config", "compile_config"))
ENDS_WITHOUT_EFFECT = ("_initializer", "_regularizer", "_constraint")


def describe(model: Any) -> Recipe | None:
    """Class and configuration; `None` for subclasses, Keras 2, models without weights and layers with a new `call`."""
    name = CLASSES.get(type(model).__module__)
    if name != type(model).__name__ or not model.built or not all(map(_is_unchanged, model._flatten_layers())):
        return None
    try:
        return {"class_name": name, "config": _cleaned(model.get_config())}
    except Exception:  # noqa: BLE001 - options of the submission's own may be anything
        return None


def build(architecture: Recipe) -> Any:
    """A new model, with weights of its own."""
    models = sys.modules["keras"]
    kind = models.Sequential if architecture["class_name"] == "Sequential" else models.Model
    return kind.from_config(architecture["config"])


def _is_unchanged(layer: Any) -> bool:
    """Whether a layer computes by Keras's own code, which a notebook may have replaced."""
    return "call" not in vars(layer) and type(layer).call.__module__.partition(".")[0] == "keras"


def _cleaned(value: Any) -> Any:
    """A configuration in plain JSON; `UnsayableError` for anything that isn't."""
    if isinstance(value, dict):
        if value.get("class_name") == "DTypePolicy":
            return _policy(value)
        return {
            str(name): _cleaned(part)
            for name, part in value.items()
            if name not in WITHOUT_EFFECT and not str(name).endswith(ENDS_WITHOUT_EFFECT)
        }
    if isinstance(value, (list, tuple)):
        return [_cleaned(part) for part in value]
    return plain(value, lambda _: None)


def _policy(said: dict[str, Any]) -> str:
    """The name of the only precision in which models are compared."""
    if said["config"]["name"] != FULL_PRECISION:
        raise UnsayableError("another precision")
    return FULL_PRECISION
