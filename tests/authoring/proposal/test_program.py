"""A variable's slice: the statements that make it, and nothing that only trains, prints or draws."""

from __future__ import annotations

from pathlib import Path

import pytest

from suite.authoring.proposal.program import Program, read_statements
from tests.authoring.proposal.notebooks import code, master_of

SLICES = {
    "a model that grows in a later cell, and is trained": (
        ["import keras", "model = keras.Sequential()", "model.add(1)\nmodel.fit(x)\nprint(model)", "y = 2"],
        1,
        ["import keras", "model = keras.Sequential()", "model.add(1)"],
    ),
    "the variable as it was, not as it is": (["model = 1", "model = 2"], 0, ["model = 1"]),
    "what a function reads": (
        ["units = 4", "def make():\n    return units", "other = 1\nmodel = make()"],
        2,
        ["units = 4", "def make():\n    return units", "model = make()"],
    ),
    "a part that is changed before the model exists and after": (
        ["part = Part()\npart.adapt(1)", "model = Model(part)", "part.adapt(2)", "part = 3\npart.adapt(3)"],
        1,
        ["part = Part()", "part.adapt(1)", "model = Model(part)", "part.adapt(2)"],
    ),
    "a function of the notebook that changes what it is handed": (
        [
            "def grow(net):\n    net.add(1)\ndef learn(net):\n    net.add(1)\n    net.fit(x)",
            "model = Net()\ngrow(model)\nlearn(model)",
        ],
        1,
        ["def grow(net):\n    net.add(1)", "model = Net()", "grow(model)"],
    ),
    "one of two that a line gives a value": (
        ["n, m = 2, 3\nmodel, second = A(n), B(m)"],
        0,
        ["n = 2", "model = A(n)"],
    ),
    "two that exchange their values": (
        ["model, other = 1, 2", "model, other = other, model"],
        1,
        ["model = 1", "other = 2", "model, other = other, model"],
    ),
    "a value that may be given or not": (
        ["model = 1", "if model:\n    model = 2"],
        1,
        ["model = 1", "if model:\n    model = 2"],
    ),
    "magics, two statements in a line, comments inside": (
        ["%%time\n!pip install x\na = 1; model = (\n    a  # one\n)", "%matplotlib inline"],
        0,
        ["a = 1", "model = (\n    a  # one\n)"],
    ),
    "everything that a module holds": (
        ["from keras import *", "model = Dense(1)"],
        1,
        ["from keras import *", "model = Dense(1)"],
    ),
}


@pytest.mark.parametrize(("cells", "cell", "expected"), SLICES.values(), ids=SLICES)
def test_a_slice(tmp_path: Path, cells: list[str], cell: int, expected: list[str]) -> None:
    program = Program(read_statements(master_of(tmp_path, *code(*cells))))
    assert [program.statements[place].source for place in program.slice_of("model", cell)] == expected
