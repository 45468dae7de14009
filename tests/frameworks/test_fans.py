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
