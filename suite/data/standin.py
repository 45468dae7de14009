"""The embedded stand-ins, in the shapes of the real sets.

Images: scikit-learn's real 8 × 8 digits (`sklearn.datasets.load_digits`, 1,797 digits from the UCI "Optical Recognition
of Handwritten Digits" set), enlarged to 28 × 28. News: generated sentences, whose words tell their class.
"""

from __future__ import annotations

import numpy as np

from suite.data.dataset import Parts
from suite.data.news import as_part

DIGIT_ROWS = {"train": slice(0, 1437), "test": slice(1437, None)}  # four fifths and one
NEWS_ROWS = {"train": 4000, "test": 800}
PIXEL_MAX = 16
IMAGE_SIDE = 28
SHARED_WORDS = ("the", "a", "new", "after", "in", "on", "with", "says", "as", "over", "first", "its", "more", "today")
CLASS_WORDS = (
    ["minister", "election", "troops", "peace", "border", "treaty", "embassy", "parliament", "protest", "summit"],
    ["team", "coach", "season", "goal", "match", "league", "striker", "final", "tournament", "medal"],
    ["shares", "profit", "market", "oil", "bank", "merger", "stocks", "quarter", "earnings", "investors"],
    ["software", "chip", "internet", "browser", "satellite", "scientists", "phone", "server", "virus", "research"],
)


def digits() -> Parts:
    """X `(rows, 28, 28)` in [0, 255] and y `(rows,)`, both uint8."""
    from sklearn.datasets import load_digits  # a second to import, and only this door needs it

    source = load_digits()
    order = np.random.default_rng(0).permutation(len(source.target))
    small, labels = source.images[order], source.target[order].astype(np.uint8)
    nearest = np.arange(IMAGE_SIDE) * small.shape[1] // IMAGE_SIDE
    images = (small[:, nearest][:, :, nearest] * 255 / PIXEL_MAX).astype(np.uint8)
    return {part: {"x": images[rows], "y": labels[rows]} for part, rows in DIGIT_ROWS.items()}


def news() -> Parts:
    """Titles of 4 to 8 words and descriptions of 15 to 30, a third of them of the class."""
    generator = np.random.default_rng(0)

    def sentence(label: int, low: int, high: int) -> str:
        count = int(generator.integers(low, high + 1))
        own = generator.random(count) < 1 / 3
        own[generator.integers(count)] = True
        return " ".join(str(generator.choice(CLASS_WORDS[label] if mine else SHARED_WORDS)) for mine in own)

    return {
        part: as_part([(sentence(row % 4, 4, 8), sentence(row % 4, 15, 30), row % 4) for row in range(rows)])
        for part, rows in NEWS_ROWS.items()
    }
