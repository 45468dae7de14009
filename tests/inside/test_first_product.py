"""A process that multiplies matrices for the first time in a single call of a model generates no code for it."""

from __future__ import annotations

import os
import platform
import subprocess
import sys

import pytest

from suite.inside.frameworks.keras.single_call import ONEDNN_PRODUCTS
from suite.sandbox.interface import ENVIRONMENT
from tests.conftest import ROOT

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(platform.machine() != "x86_64", reason="TensorFlow generates code on this processor only"),
]

GENERATED = """
import sys
from pathlib import Path
import keras
import numpy as np
from suite.inside.frameworks.conventions import Convention
from suite.inside.frameworks.keras import FRAMEWORK

def generated():
    maps = (line.split() for line in Path("/proc/self/maps").read_text().splitlines())
    return sum("x" in fields[1] and len(fields) == 5 for fields in maps)

model, inputs = keras.Sequential([keras.Input((5,)), keras.layers.Dense(4)]), np.ones((3, 5), "float32")
before = generated()
if sys.argv[1] == "trained":
    model(inputs)
trial = FRAMEWORK.adapter.forward(model, [inputs], Convention(), expected=sys.argv[2])
assert not trial.problem
print(generated() > before)
"""


@pytest.mark.parametrize(
    ("cells", "expected", "generates"),
    [("trained", "one", True), ("built", "one", False), ("built", "few", True)],
)
def test_only_a_single_call_generates_no_code(cells: str, expected: str, *, generates: bool) -> None:
    """What a notebook has trained with stays, and a model of which more is asked has it: it is quicker in long work."""
    command = [sys.executable, "-c", GENERATED, cells, expected]
    environment = os.environ | ENVIRONMENT
    environment.pop(ONEDNN_PRODUCTS, None)  # which a test in this process may have set
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT, env=environment)
    assert done.stdout == f"{generates}\n", done.stderr
