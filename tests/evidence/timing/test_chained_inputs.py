"""Batches of a timed forward pass depend on the answers before them, on both sides alike."""

from __future__ import annotations

from zlib import crc32

import numpy as np

from suite.evidence.timing.chained_inputs import turn, turned
from suite.inside.worker.timed_calls import _chain


def test_both_ends_turn_alike() -> None:
    """Host and worker compute the same inputs from the same answer, numbers and words."""
    generator = np.random.default_rng(0)
    before = generator.random((4, 10), np.float32).tobytes()
    numbers, words = generator.random((4, 7), np.float32), generator.integers(0, 50, (4, 7))
    assert np.array_equal(turn(numbers, before, 0), _chain(numbers, before, 0))
    assert np.array_equal(turn(words, before, 50), _chain(words, before, 50))
    assert turn(numbers, before, 0).dtype == np.float32


def test_words_stay_words_and_padding_stays_padding() -> None:
    """A turned word is one of the vocabulary, and 0 stays 0."""
    words = np.array([[0, 1, 49, 0]])
    for answer in range(100):
        found = turn(words, bytes([answer]), 50)
        assert (found[words == 0] == 0).all()
        assert ((found[words > 0] >= 1) & (found[words > 0] < 50)).all()


def test_each_batch_follows_the_answer_before_it() -> None:
    """The first batch is as it was sent; the second is turned by the first answer."""
    batches = [[np.ones((2, 3), np.float32)]] * 2
    answers = [np.full((2, 4), 0.5, np.float32)] * 2
    first, second = turned(batches, answers, [0])
    assert np.array_equal(first[0], batches[0][0])
    scale = 0.5 + crc32(answers[0].tobytes()) / 2**33
    assert np.allclose(second[0], scale)
