"""A submission's runtime is read from its imports."""

from __future__ import annotations

import pytest

from suite.frameworks import choose_runtime, imports_framework


@pytest.mark.parametrize(
    ("source", "runtime"),
    [
        ("import torch", "torch"),
        ("from torch import nn", "torch"),
        ("import torchsummary", "keras"),
        ("import tensorflow as tf", "keras"),
        ("import torch\nimport keras", "keras"),
        ("", "keras"),
    ],
)
def test_runtime(source: str, runtime: str) -> None:
    """PyTorch alone runs in `torch`; anything with Keras, or with neither, in the assignment's own."""
    assert choose_runtime(source, "keras") == runtime


@pytest.mark.parametrize(
    ("source", "found"),
    [("from torchsummary import summary", True), ("import keras", True), ("import numpy", False), ("torch = 1", False)],
)
def test_framework(source: str, found: bool) -> None:  # noqa: FBT001 - pytest passes by name
    """What imports no framework by name needn't wait for one to be imported ahead."""
    assert imports_framework(source) is found
