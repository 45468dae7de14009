"""Numbers of inputs and outputs of a kernel, which the initial weights depend on, in each framework's own layout."""

from __future__ import annotations

import pytest

from suite.frameworks import framework_named


@pytest.mark.parametrize(
    ("framework", "shape", "fans"),
    [
        ("keras", (28, 8), (28, 8)),
        ("torch", (8, 28), (28, 8)),
        ("keras", (5, 5, 3, 16), (75, 400)),
        ("torch", (16, 3, 5, 5), (75, 400)),
        ("keras", (5, 3, 16), (15, 80)),
        ("torch", (16, 3, 5), (15, 80)),
    ],
)
def test_fans(framework: str, shape: tuple[int, ...], fans: tuple[int, int]) -> None:
    """The same layer has the same fans, wherever a framework puts its channels."""
    assert framework_named(framework).fans(shape) == fans


def test_roles_are_told_by_the_names_of_both_versions() -> None:
    """Keras 2 writes the layer before a tensor's name and a number behind it."""
    role_of = framework_named("keras").role
    for tensor, role in {"gamma": "scale", "beta": "shift", "moving_variance": "variance"}.items():
        assert role_of(tensor, "BatchNormalization") == role
        assert role_of(f"model/batch_normalization_1/{tensor}:0", "BatchNormalization") == role
