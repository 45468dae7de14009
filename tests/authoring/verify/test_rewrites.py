"""References are written otherwise only where that leaves them right."""

from __future__ import annotations

import pytest

from suite.authoring.verify.rewrites import HELPER, rewrite

KERAS = """import keras


def build_a():
    return keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)], name="a")
"""
TORCH = (
    "from torch import nn\n\n\ndef build_a():\n    return nn.Sequential(nn.Linear(3, 2), nn.Sequential(nn.ReLU()))\n"
)


@pytest.mark.parametrize(("framework", "source", "calls"), [("keras", KERAS, 1), ("torch", TORCH, 2)])
def test_the_class_is_handed_to_a_helper(framework: str, source: str, calls: int) -> None:
    found = rewrite(source, framework)
    assert found is not None
    assert found.source.count(f"{HELPER}({'keras' if framework == 'keras' else 'nn'}.Sequential, ") == calls
    compile(found.source, "reference", "exec")


@pytest.mark.parametrize(
    ("framework", "source"),
    [
        ("keras", "def build_a():\n    return keras.Model(x, y)\n"),
        ("keras", "def build_a():\n    model = Sequential([Dense(2)])\n    model.add(Dense(3))\n    return model\n"),
        ("functions", KERAS),
    ],
)
def test_what_stays(framework: str, source: str) -> None:
    """Nothing to rewrite, a model that grows later, a file of functions."""
    assert rewrite(source, framework) is None


@pytest.mark.slow
def test_the_result_is_the_same_model_in_another_form() -> None:
    """A loop answers what the sequence answers, whatever stands in it."""
    import torch

    found = rewrite(TORCH, "torch")
    assert found is not None
    ways = []
    for source in (TORCH, found.source):
        names: dict[str, object] = {}
        exec(source, names)  # the test's own text
        torch.manual_seed(3)
        ways.append(names["build_a"]())  # type: ignore[operator]
    rows = torch.ones(4, 3)
    assert torch.equal(ways[0](rows), ways[1](rows))
    assert type(ways[1]).__name__ == "Chain"
