"""Texts as numbers of words: 0 for padding, 1 for unknown words, then the most frequent ones."""

from __future__ import annotations

import string
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from suite.data.train_test_set import UNKNOWN, Array

FIRST = 2  # the number of the most frequent word
PUNCTUATION = str.maketrans("", "", string.punctuation)


def split_words(text: str) -> list[str]:
    """The words of a text, in lower case and without punctuation."""
    return text.lower().translate(PUNCTUATION).split()


def number_words(texts: Sequence[list[str]], vocabulary: int) -> Mapping[str, int]:
    """Numbers of the most frequent words; `vocabulary` counts the padding and the unknown word."""
    counts = Counter(word for text in texts for word in text)
    return {word: number for number, (word, _) in enumerate(counts.most_common(vocabulary - FIRST), FIRST)}


def as_numbers(texts: Sequence[list[str]], numbers: Mapping[str, int], words: int) -> Array:
    """Word numbers, `(rows, words)` int64, padded with 0 behind; a text without words is one unknown word."""
    table = np.zeros((len(texts), words), np.int64)
    for row, text in enumerate(texts):
        first = text[:words] or ["-"]
        table[row, : len(first)] = [numbers.get(word, UNKNOWN) for word in first]
    return table
