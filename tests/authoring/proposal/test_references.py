"""The file of references: a function for each model, and at the top what they share."""

from __future__ import annotations

from pathlib import Path

from suite.authoring.proposal.program import Program, read_statements
from suite.authoring.proposal.references import Wanted, write_definitions, write_models
from tests.authoring.proposal.notebooks import code, master_of

CELLS = (
    "from lib import Net\nWIDTH = 4\nsize = 1",
    "class Own:\n    width = WIDTH\n\nmodel = Net(Own(), size)\nmodel.fit()",
    "size = 2\nother = Net(Own(), size, '''two\nlines''')",
    "with open('x') as file:\n    print(file)\n    third = Net(WIDTH)\n    third.fit()",
)
EXPECTED = '''"""Nets"""

from lib import Net

WIDTH = 4


class Own:
    width = WIDTH


def build_first():
    size = 1
    model = Net(Own(), size)
    return model


def build_other():
    size = 2
    other = Net(Own(), size, 'two\\nlines')
    return other


def build_third():
    with open('x') as file:
        third = Net(WIDTH)
    return third
'''


def test_each_model_has_its_builder(tmp_path: Path) -> None:
    """What is given another value elsewhere stands inside; texts keep their lines; what prints is left out."""
    program = Program(read_statements(master_of(tmp_path, *code(*CELLS))))
    wanted = [
        Wanted(id="first", variable="model", cell=1),
        Wanted(id="other", variable="other", cell=2),
        Wanted(id="third", variable="third", cell=3),
    ]
    assert write_models(program, wanted, "Nets") == EXPECTED


def test_definitions_stand_as_in_the_notebook(tmp_path: Path) -> None:
    program = Program(
        read_statements(
            master_of(tmp_path, *code("import math\nb = 2", "def f(x):\n    return b * x", "a = f(b)\nc = 3"))
        )
    )
    assert write_definitions(program, {"f": 1, "a": 2}, "T") == (
        '"""T"""\n\nb = 2\n\n\ndef f(x):\n    return b * x\n\n\na = f(b)\n'
    )
