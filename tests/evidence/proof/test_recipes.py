"""What a submission says of its layers is read as plain, bounded JSON, or not at all."""

from __future__ import annotations

import json
from typing import Any

import pytest

from suite.evidence.proof.recipes import MAX_ITEMS, kind_of, read_arguments, read_recipe, say
from suite.frameworks import framework_named

KERAS, TORCH = (framework_named(name).layer_classes for name in ("keras", "torch"))
LSTM = {"class": "LSTM", "options": {"units": 5, "activation": "tanh"}}
LEAF = {"kind": "f", "shape": [3, 8]}
REFUSED: dict[str, Any] = {
    "code": {"class": "Lambda", "options": {"function": "print"}},
    "code inside": {"class": "TimeDistributed", "options": {"layer": {"class": "Lambda", "options": {}}}},
    "code deep inside": {
        "class": "Bidirectional",
        "options": {"layer": {"class": "RNN", "options": {"cell": [{"class": "TorchModuleWrapper", "options": {}}]}}},
    },
    "a file": {"class": "TFSMLayer", "options": {"filepath": "/etc"}},
    "a function": {"class": "Dense", "options": {"activation": {"class_name": "function", "config": "own"}}},
    "a class of the submission's own": {"class": "MyDense", "options": {}},
    "a million units": {"class": "Dense", "options": {"units": 1_000_000}},
    "minus a million": {"class": "Dense", "options": {"units": -1_000_000}},
    "a long list": {"class": "Reshape", "options": {"target_shape": [1] * (MAX_ITEMS + 1)}},
    "infinity": {"class": "ELU", "options": {"alpha": float("inf")}},
    "no number": {"class": "ELU", "options": {"alpha": float("nan")}},
    "a large number": {"class": "ELU", "options": {"alpha": 1e300}},
    "a path": {"class": "Dense", "options": {"activation": "file:///etc/passwd\n"}},
    "a long text": {"class": "Dense", "options": {"activation": "a" * 200}},
    "a name that is none": {"class": "Dense", "options": {"__class__": 1}},
    "too deep": {"class": "Reshape", "options": {"target_shape": [[[[[[[[1]]]]]]]]}},
    "no options": {"class": "Dense"},
    "more keys": {"class": "Dense", "options": {}, "module": "os"},
    "no class": {"class": ["Dense"], "options": {}},
    "a list": [],
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused(name: str) -> None:
    assert read_recipe(json.dumps(REFUSED[name]), KERAS, 100) is None


@pytest.mark.parametrize("said", ["", "{", "null", "[" * 8000, '{"class": "Dense", "options": 1}'])
def test_what_is_no_recipe(said: str) -> None:
    assert read_recipe(said, KERAS, 100) is None
    assert read_arguments(said) is None


def test_sizes_that_there_are_may_be_said() -> None:
    """A layer as wide as its tensors is built, however wide."""
    said = json.dumps({"class": "Dense", "options": {"units": 5000}})
    assert read_recipe(said, KERAS, 100) is None
    assert read_recipe(said, KERAS, 5000) is not None


@pytest.mark.parametrize(
    "leaf",
    [
        {"kind": "f", "shape": []},
        {"kind": "f", "shape": [0]},
        {"kind": "f", "shape": [True, 2]},
        {"kind": "f", "shape": [1 << 40]},
        {"kind": "f", "shape": [60000, 60000]},
        {"kind": "o", "shape": [3]},
        {"kind": "f", "shape": "ab"},
        {"shape": [3]},
        7,
    ],
)
def test_inputs_that_are_refused(leaf: Any) -> None:
    assert read_arguments(json.dumps({"args": [leaf], "kwargs": {}})) is None


def test_inputs_come_back_in_order() -> None:
    said = {"args": [LEAF, [LEAF, {"kind": "i", "shape": [3]}]], "kwargs": {"value": LEAF}}
    found = read_arguments(json.dumps(said))
    assert found is not None
    assert [leaf.kind for leaf in found.leaves] == ["f", "f", "i", "f"]
    assert found.as_json() == said


def test_words_for_a_layer() -> None:
    """A wrapper is of the kind of what it holds; PyTorch's classes have Keras's names."""
    both = read_recipe(
        json.dumps({"class": "Bidirectional", "options": {"layer": LSTM, "merge_mode": "sum"}}), KERAS, 9
    )
    assert both is not None
    assert kind_of(both, KERAS) == "LSTM"
    assert say(both, KERAS) == "LSTM, units=5, activation=tanh, merge_mode=sum"
    linear = read_recipe(json.dumps({"class": "Linear", "options": {"in_features": 2, "bias": True}}), TORCH, 9)
    assert linear is not None
    assert say(linear, TORCH) == "Dense, activation=linear, in_features=2, bias=True"
    elu = {"class": "ELU", "options": {"alpha": 0.5}}
    conv = {"class": "Conv2D", "options": {"kernel_size": [3, 3], "groups": None, "activation": elu}}
    said = read_recipe(json.dumps(conv), KERAS, 9)
    assert said is not None
    assert say(said, KERAS) == "Conv2D, kernel_size=3×3, activation=ELU(alpha=0.5)"
