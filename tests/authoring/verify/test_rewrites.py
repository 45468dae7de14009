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
    found = next(rewrite(source, framework))
    assert found.source.count(f"{HELPER}({'keras' if framework == 'keras' else 'nn'}.Sequential, ") == calls
    compile(found.source, "reference", "exec")


@pytest.mark.parametrize(
    ("framework", "source"),
    [
        ("keras", "def build_a():\n    return keras.Model(x, y)\n"),
        (
            "keras",
            "def build_a(model):\n    model = Sequential([Dense(2)])\n    model.add(Dense(3))\n    return model\n",
        ),
        ("functions", KERAS),
    ],
)
def test_what_stays(framework: str, source: str) -> None:
    """Nothing to rewrite, a model that grows later, a file of functions."""
    assert not list(rewrite(source, framework))


def _written(source: str, framework: str, name: str) -> str:
    return next(each.source for each in rewrite(source, framework) if name in each.name)


@pytest.mark.parametrize("declared", ["keras.Input((3,))", "layers.Input(shape=(3,))", "InputLayer(shape=(3,))"])
def test_the_first_layer_is_told_the_shape(declared: str) -> None:
    written = _written(KERAS.replace("keras.Input((3,))", declared), "keras", "input_shape")
    assert 'keras.Sequential([keras.layers.Dense(2, input_shape=(3,))], name="a")' in written


@pytest.mark.parametrize("declared", ['keras.Input((3,), dtype="int32")', "keras.Input((3,), batch_size=2)", "x"])
def test_an_input_that_says_more_stays(declared: str) -> None:
    kinds = [each.name for each in rewrite(KERAS.replace("keras.Input((3,))", declared), "keras")]
    assert "input_shape in place of Input" not in kinds


NAMES = """from torch import nn

SIZE = 3


class Net(nn.Module):
    def __init__(self, size=SIZE):
        super().__init__()
        self.rnn = nn.RNN(size, 4, batch_first=True)
        self.training, self.state_size = True, [4]
        self.units = 4

    def forward(self, inputs, dim=1):
        states, last = self.rnn(inputs)
        return states[:, -1], f"{last}", getattr(self, "rnn2", None), dict(last=last)


def build_a():
    rnn2 = net = Net(size=SIZE)
    return net
"""


def test_names_that_mean_something_elsewhere_stay() -> None:
    """Parameters, keywords, the file's own names, what stands in a text, and what the framework calls so."""
    written = _written(NAMES, "torch", "other names")
    for renamed in ("self.rnn_renamed =", "self.rnn_renamed(inputs)", "states_renamed[:, -1]", "return net_renamed"):
        assert renamed in written
    for kept in (
        "size=SIZE",
        "self.training, self.state_size = True, [4]",
        "self.units = 4",
        "(self, inputs, dim=1)",
        "dict(last=last)",
        "rnn2 = ",
        "build_a()",
    ):
        assert kept in written


@pytest.mark.slow
def test_the_result_is_the_same_model_in_another_form() -> None:
    """A loop answers what the sequence answers, whatever stands in it."""
    import torch

    found = next(rewrite(TORCH, "torch"))
    ways = []
    for source in (TORCH, found.source):
        names: dict[str, object] = {}
        exec(source, names)  # the test's own text
        torch.manual_seed(3)
        ways.append(names["build_a"]())  # type: ignore[operator]
    rows = torch.ones(4, 3)
    assert torch.equal(ways[0](rows), ways[1](rows))
    assert type(ways[1]).__name__ == "Chain"
