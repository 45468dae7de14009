"""What the host draws: by shapes and the reference's roles, never by names that a submission chose."""

from __future__ import annotations

import numpy as np
import pytest

from suite.assignments import ProbeInput
from suite.evidence.proof.random_tensors import BIAS, VARIANCES, by_shape, draw_inputs, draw_weights


@pytest.mark.parametrize("shape", [(), (8,), (28, 8), (3, 3, 1, 4)])
def test_weights_stay_small(shape: tuple[int, ...]) -> None:
    """Without a role nothing is as large as a variance, so no honest layer saturates."""
    (drawn,) = by_shape([shape], np.random.default_rng(0))
    assert drawn.shape == shape
    assert np.abs(drawn).max() < 10 * BIAS


def test_references_variances_are_large() -> None:
    """A framework's epsilon doesn't show beside them."""
    (drawn,) = draw_weights([((50,), "variance")], np.random.default_rng(0))
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
