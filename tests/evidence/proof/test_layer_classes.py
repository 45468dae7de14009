"""Every layer class of both frameworks: what is built by what a layer says computes the same, a wrong twin doesn't."""

from __future__ import annotations

import inspect
import json
from collections.abc import Mapping
from typing import Any

import keras
import numpy as np
import pytest
from torch import nn

from suite.evidence.proof.distance import difference
from suite.evidence.proof.random_tensors import Array, describe_tensors, draw_weights
from suite.evidence.proof.recipes import LayerRecipe, read_recipe
from suite.frameworks import framework_named
from suite.inside.frameworks import load
from suite.inside.frameworks.recipes import public_name
from tests.conftest import ROOT
from tests.evidence.proof.layer_cases import KERAS, KERAS_NOT, TORCH, TORCH_NOT, WORDS, Case, table

pytestmark = [pytest.mark.slow, pytest.mark.nightly]  # each class of both frameworks in turn
ROWS, LARGEST = 3, 16
INSIDE = {each.name: each for each in load([framework_named(name).inside for name in ("keras", "torch")])}
CASES = {("keras", name): case for name, case in KERAS.items()} | {
    ("torch", name): case for name, case in TORCH.items()
}


def _leaves(case: Case) -> tuple[dict[str, Any], list[Array]]:
    """How a case's layer is called, and with what."""
    generator, arrays = np.random.default_rng(0), []

    def leaf(shape: Any) -> Any:
        if isinstance(shape, tuple) and isinstance(shape[0], tuple):
            return [leaf(part) for part in shape]
        words = shape == WORDS
        arrays.append(generator.integers(1, 9, (ROWS, 4)) if words else generator.uniform(-1, 1, (ROWS, *shape)))
        return {"kind": "i" if words else "f", "shape": list(arrays[-1].shape)}

    leaves = [leaf(shape) for shape in case.inputs]
    given = [array if array.dtype.kind == "i" else array.astype(np.float32) for array in arrays]
    return {"args": [leaves] if case.listed else leaves, "kwargs": {}}, given


def _compute(framework: str, recipe: Mapping[str, Any], case: Case) -> list[Array] | None:
    """What a layer built by a recipe returns with weights that depend on their shapes alone; `None` if it refuses."""
    inside, known = INSIDE[framework], framework_named(framework)
    arguments, arrays = _leaves(case)
    layer = inside.rebuilder.build(recipe)
    try:
        inside.learner.call_layer(layer, arguments, arrays)
    except (ValueError, RuntimeError):
        return None
    views = inside.adapter.layers(layer)
    tensors = [(view.kind, tensor) for view in views for tensor in (*view.tensors, *view.buffers)]
    described = describe_tensors(known, [(kind, kind, each.name, each.values.shape) for kind, each in tensors])
    generator = np.random.default_rng(1)
    for (_, tensor), weight in zip(tensors, draw_weights(described, generator), strict=True):
        inside.learner.put(tensor.handle, weight)
    return inside.learner.call_layer(layer, arguments, arrays)


def _said(framework: str, recipe: Mapping[str, Any], case: Case) -> LayerRecipe | None:
    """What a layer that was built, and called, says of itself, as the host reads it."""
    inside = INSIDE[framework]
    layer = inside.rebuilder.build(recipe)
    inside.learner.call_layer(layer, *_leaves(case))
    return read_recipe(json.dumps(inside.rebuilder.recipe(layer)), framework_named(framework).layer_classes, LARGEST)


@pytest.mark.parametrize(("framework", "name"), CASES)
def test_a_layer_is_built_by_what_another_says(framework: str, name: str) -> None:
    case = CASES[framework, name]
    original = {"class": name, "options": dict(case.options)}
    said = _said(framework, original, case)
    assert said is not None
    expected, found = _compute(framework, original, case), _compute(framework, said.as_json(), case)
    assert expected is not None
    assert found is not None
    assert difference(found, expected) == pytest.approx(0, abs=1e-6)
    if case.twin:
        twin = _compute(framework, {"class": name, "options": {**case.options, **case.twin}}, case)
        apart = None if twin is None else difference(found, twin)
        assert apart is None or apart > 1e-2, "the wrong twin computes the same"


def test_every_class_is_in_the_table() -> None:
    """A class that a new version adds needs a case, or a reason."""
    layers = keras.layers
    classes = {kind for kind in vars(layers).values() if inspect.isclass(kind) and issubclass(kind, layers.Layer)}
    ours = {public_name(kind, layers) for kind in classes}
    assert {*KERAS, *" ".join(KERAS_NOT.values()).split()} == ours
    theirs = {name for name, kind in vars(nn).items() if inspect.isclass(kind) and issubclass(kind, nn.Module)}
    assert {*TORCH, *" ".join(TORCH_NOT.values()).split()} == theirs


@pytest.mark.parametrize("framework", INSIDE)
def test_only_what_is_in_the_table_may_be_built(framework: str) -> None:
    built = {name for of, name in CASES if of == framework}
    assert framework_named(framework).layer_classes.buildable == built


def test_the_table_of_the_docs_is_this_one() -> None:
    """`python -m tests.evidence.proof.layer_cases` prints it."""
    assert "\n".join(table()) in (ROOT / "docs" / "layers.md").read_text("utf-8")
