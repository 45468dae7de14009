"""Keras runs on TensorFlow."""

from __future__ import annotations

import subprocess
import sys

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.nightly]
CODE = """
import os
from suite.inside.frameworks.keras import FRAMEWORK
FRAMEWORK.prepare("keras", {})
os.environ["KERAS_BACKEND"] = "torch"
import keras
print(keras.backend.backend())
"""


def test_a_notebook_cannot_choose_another_backend() -> None:
    """Cold as warm, where Keras is imported ahead; the notes of a result say so."""
    done = subprocess.run([sys.executable, "-c", CODE], check=True, capture_output=True, text=True)
    assert done.stdout == "tensorflow\n"
