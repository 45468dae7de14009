"""Recipes of Keras's layers, and layers built from recipes."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import ExitStack
from typing import Any

from suite.inside.frameworks.conventions import Convention
from suite.inside.frameworks.keras import architectures
from suite.inside.frameworks.keras.adapter import (
    KerasAdapter,
    library_of,
    named_leaves,
    own_weights,
    public_class,
    replaced_call,
)
from suite.inside.frameworks.recipes import (
    Arguments,
    PartRecipe,
    Recipe,
    UnsayableError,
    describe_arguments,
    plain,
    public_name,
)

WITHOUT_EFFECT = frozenset(
    (
        *("name", "trainable", "dtype", "autocast", "seed", "unit_forget_bias", "synchronized", "quantization_config"),
        *("unroll", "zero_output_for_mask"),
        *("query_shape", "key_shape", "value_shape", "build_config"),  # of a layer that was built
        *("batch_input_shape", "input_length", "implementation", "sparse"),  # Keras 2's
    )
)
"""Options that change nothing of what a layer computes with given weights."""
ENDS_WITHOUT_EFFECT = ("_initializer", "_regularizer", "_constraint")
KINDS = {"float16": "f", "bfloat16": "f", "float32": "f", "float64": "f", "int32": "i", "int64": "i", "uint8": "i"}


class KerasRebuilder:
    """See `Rebuilder`."""

    def recipes(self, model: Any, inputs: Sequence[Any], convention: Convention) -> list[PartRecipe]:
        """One for each layer that has weights."""
        named = named_leaves(model)
        called: dict[str, Arguments | None] = {}
        with ExitStack() as stack:
            for name, layer in named:
                stack.enter_context(replaced_call(layer, _noting(name, layer.call, called)))
            KerasAdapter().forward(model, list(inputs), convention)
        return [
            PartRecipe(layers=[name], recipe=_recipe(layer), arguments=called.get(name))
            for name, layer in named
            if own_weights(layer)
        ]

    def recipe(self, layer: Any) -> Recipe | None:
        """By its class's own `get_config`."""
        return _recipe(layer)

    def build(self, recipe: Recipe) -> Any:
        """A new layer of `keras.layers`."""
        kind = getattr(sys.modules["keras"].layers, recipe["class"])
        return kind(**{name: self._option(value) for name, value in recipe["options"].items()})

    def architecture(self, model: Any) -> Recipe | None:
        """Of Keras 3's sequential and functional models."""
        return architectures.describe(model)

    def rebuild(self, architecture: Recipe) -> Any:
        """By Keras's own `from_config`."""
        return architectures.build(architecture)

    def _option(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self._option(part) for part in value]
        return self.build(value) if isinstance(value, dict) else value


def _recipe(layer: Any) -> Recipe | None:
    """Class and options; `None` if the class isn't Keras's, or an option carries code."""
    library = library_of(layer)
    kind = public_class(layer)
    if kind is None:
        return None
    try:
        return {"class": public_name(kind, library.layers), "options": _options(kind.get_config(layer))}
    except Exception:  # noqa: BLE001 - a layer of the submission's own may be a part of it
        return None


def _options(config: dict[str, Any]) -> dict[str, Any]:
    return {
        name: plain(value, _nested)
        for name, value in config.items()
        if name not in WITHOUT_EFFECT and not name.endswith(ENDS_WITHOUT_EFFECT)
    }


def _nested(value: Any) -> Recipe | None:
    """A layer in Keras's own serialized form as a recipe; `None` for anything else."""
    if not isinstance(value, dict) or not {"class_name", "config"} <= value.keys():
        return None
    if value.get("registered_name") not in (None, value["class_name"]) or not isinstance(value["config"], dict):
        raise UnsayableError("a class of the submission's own")
    return {"class": str(value["class_name"]), "options": _options(value["config"])}


def _noting(name: str, call: Any, called: dict[str, Arguments | None]) -> Any:
    """A layer's own call, which also notes what it is first called with."""

    def note(*args: Any, **kwargs: Any) -> Any:
        called.setdefault(name, describe_arguments(args, kwargs, _kind))
        return call(*args, **kwargs)

    return note


def _kind(value: Any) -> str | None:
    """`f` or `i` for an eager tensor."""
    return KINDS.get(getattr(getattr(value, "dtype", None), "name", "")) if hasattr(value, "numpy") else None
