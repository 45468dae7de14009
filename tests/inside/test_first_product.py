"""A process that multiplies matrices for the first time when it is asked questions generates no code for it."""

from __future__ import annotations

import os
import platform
import subprocess
import sys

import pytest

from suite.sandbox.interface import ENVIRONMENT
from tests.conftest import ROOT

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(platform.machine() != "x86_64", reason="TensorFlow generates code on this processor only"),
]

GENERATED = """
import sys
from pathlib import Path
import tensorflow as tf
from suite.inside.frameworks.keras import FRAMEWORK

def generated():
    maps = (line.split() for line in Path("/proc/self/maps").read_text().splitlines())
    return sum("x" in fields[1] and len(fields) == 5 for fields in maps)

def multiply():
    tf.matmul(tf.ones((3, 5)), tf.ones((5, 4)))

trained = sys.argv[1] == "trained"
before = generated()
if trained:
    multiply()
FRAMEWORK.restore()
multiply()
print(generated() > before)
"""


@pytest.mark.parametrize("trained", [True, False])
def test_only_cells_generate_code(trained: bool) -> None:
    """What a notebook has trained with stays, as it is quicker in long work."""
    command = [sys.executable, "-c", GENERATED, "trained" if trained else "built"]
    environment = os.environ | ENVIRONMENT
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT, env=environment)
    assert done.stdout == f"{trained}\n", done.stderr
