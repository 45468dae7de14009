"""Forms of answers and rows; whole notebooks are in tests/end_to_end/test_gallery.py."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from suite.data import TrainTestSet
from suite.evidence.open_tasks.examiner import OpenData, as_probabilities, open_probes

TWO = np.array([[0.2, 0.8], [0.9, 0.1]])


@pytest.mark.parametrize(
    "answers",
    [TWO, np.log(TWO), np.log(TWO) + 3, TWO[:, 1:], TWO[:, 1], np.log(TWO[:, 1:] / TWO[:, :1]), TWO[:, :, None]],
)
def test_answers_of_two_classes(answers: Any) -> None:
    """Probabilities, logits, one probability or logit a row."""
    np.testing.assert_allclose(as_probabilities(answers, 2), TWO)


def test_class_numbers_are_answers() -> None:
    """As `predict` of scikit-learn gives them."""
    np.testing.assert_array_equal(as_probabilities(np.array([2.0, 0.0]), 3), np.eye(3)[[2, 0]])


@pytest.mark.parametrize("answers", [np.zeros((2, 4)), np.array([0.5, 2.0]), np.array([3.0, 1.0])])
def test_other_answers_are_refused(answers: Any) -> None:
    """With the numbers that it has."""
    with pytest.raises(ValueError, match="3 classes"):
        as_probabilities(answers, 3)


@pytest.mark.parametrize(
    ("row", "shapes"),
    [
        ((28, 28), [(28, 28), (28, 28, 1), (1, 28, 28), (784,)]),
        ((32, 32, 3), [(32, 32, 3), (3, 32, 32), (3072,)]),
        ((5,), [(5,)]),
    ],
)
def test_models_are_found_by_a_row_in_any_form(row: tuple[int, ...], shapes: list[tuple[int, ...]]) -> None:
    """Images with their channels first, last or left out, and all pixels in a row."""
    probes = open_probes(_data(np.zeros((4, *row), np.float32)))
    assert [probe.inputs[0].shape for probe in probes] == shapes


def test_words_are_found_by_text_and_by_number() -> None:
    """As the network stands behind its vectorizer, or holds it."""
    text, numbers = open_probes(_data(np.full((4, 9), 17)))
    assert text.inputs[0].words == 9
    assert (numbers.inputs[0].shape, numbers.inputs[0].high) == ((9,), 18)


def _data(inputs: Any) -> OpenData:
    rows = np.zeros(len(inputs), np.int64)
    examples = TrainTestSet(kind="classes", inputs=inputs, targets=rows, held_out_inputs=inputs, held_out_targets=rows)
    return OpenData(examples=examples, columns={})
