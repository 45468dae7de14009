"""What the host draws: by shapes and the reference's roles, never by names that a submission chose."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from suite.assignments import ProbeInput, ProofSettings
from suite.evidence.proof.random_tensors import (
    BIAS,
    VARIANCES,
    DrawnTensor,
    by_shape,
    draw_inputs,
    draw_weights,
    orthogonal,
)


@pytest.mark.parametrize("shape", [(), (8,), (28, 8), (3, 3, 1, 4)])
def test_weights_stay_small(shape: tuple[int, ...]) -> None:
    """Without a role nothing is as large as a variance, so no honest layer saturates."""
    (drawn,) = by_shape([shape], np.random.default_rng(0))
    assert drawn.shape == shape
    assert np.abs(drawn).max() < 10 * BIAS


def test_references_variances_are_large() -> None:
    """A framework's epsilon doesn't show beside them."""
    (drawn,) = draw_weights([DrawnTensor(shape=(50,), role="variance")], np.random.default_rng(0))
    assert drawn.min() >= VARIANCES[0]


@pytest.mark.parametrize("padded", [True, False])
def test_scalar_integer_inputs(padded: bool) -> None:  # noqa: FBT001 - pytest passes by name
    """A model may take one number a row."""
    (drawn,) = draw_inputs([ProbeInput(shape=(), high=7)], 5, np.random.default_rng(0), padded=padded)
    assert drawn.shape == (5,)
    assert drawn.dtype.kind == "i"
    assert set(drawn) <= set(range(7))


def test_padding_leaves_no_row_empty() -> None:
    """Later rows have fewer words, and each has one at least."""
    (drawn,) = draw_inputs([ProbeInput(shape=(6,), high=9)], 8, np.random.default_rng(0), padded=True)
    words = np.count_nonzero(drawn, axis=1)
    assert list(words) == sorted(words, reverse=True)
    assert (words[0], words.min()) == (6, 1)


def _stack(x: np.ndarray, weights: list[np.ndarray]) -> np.ndarray:
    """Three simple recurrent layers and a dense one, the last output."""
    for kernel, recurrent, bias in zip(weights[0:9:3], weights[1:9:3], weights[2:9:3], strict=True):
        state, outputs = np.zeros((len(x), len(bias))), []
        for step in range(x.shape[1]):
            state = np.tanh(x[:, step] @ kernel + state @ recurrent + bias)
            outputs.append(state)
        x = np.stack(outputs, axis=1)
    return x[:, -1] @ weights[9] + weights[10]


@pytest.mark.parametrize("units", [pytest.param(8, marks=pytest.mark.nightly), 10])
def test_the_first_steps_show_at_the_end(units: int) -> None:
    """Of a thousand draws, fewer than one in a thousand would hide that a model never reads the first 4 of 28 steps."""
    roles: list[Any] = []
    for inputs in (28, units, units):
        roles += [((inputs, units), "kernel"), ((units, units), "recurrent kernel"), ((units,), "bias")]
    roles += [((units, 10), "kernel"), ((10,), "bias")]
    hidden = 0
    for seed in range(1000):
        generator = np.random.default_rng(seed)
        weights = draw_weights([DrawnTensor(shape=shape, role=role) for shape, role in roles], generator)
        (x,) = draw_inputs([ProbeInput(shape=(28, 28))], 5, generator, padded=True)
        whole, blank = _stack(x, weights), _stack(np.where(np.arange(28)[:, None] < 4, 0, x), weights)
        hidden += np.abs(whole - blank).max() < ProofSettings().outputs_of_largest * np.abs(whole).max()
    assert hidden == 0


@pytest.mark.parametrize("shape", [(8, 8), (28, 112), (300, 300), (200, 800), (900, 150), (131, 131)])
def test_orthogonal_matrices(shape: tuple[int, int]) -> None:
    """Large ones, too, keep the length of what they multiply, and mix all of it."""
    drawn = orthogonal(shape, np.random.default_rng(0))
    wide = drawn if shape[0] <= shape[1] else drawn.T
    assert np.abs(wide @ wide.T - np.eye(len(wide))).max() < 1e-5
    assert np.abs(drawn).max() < 10 / np.sqrt(max(shape))
    assert (np.abs(drawn) > 0.1 / np.sqrt(max(shape))).mean() > 0.8
