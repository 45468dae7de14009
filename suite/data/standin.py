"""The embedded stand-in for image sets: scikit-learn's real 8 × 8 digits, enlarged to 28 × 28.

Source: `sklearn.datasets.load_digits`, 1,797 digits from the UCI "Optical Recognition of Handwritten Digits" set.
"""

from __future__ import annotations

from typing import Any

import numpy as np

TRAIN_ROWS = 1437  # four fifths
PIXEL_MAX = 16
IMAGE_SIDE = 28


def digits() -> dict[str, np.ndarray[Any, Any]]:
    """Return x_train, y_train, x_test, y_test: `(rows, 28, 28)` uint8 in [0, 255] and `(rows,)` uint8."""
    from sklearn.datasets import load_digits  # a second to import, and only this door needs it

    source = load_digits()
    order = np.random.default_rng(0).permutation(len(source.target))
    small = source.images[order]
    nearest = np.arange(IMAGE_SIDE) * small.shape[1] // IMAGE_SIDE
    images = (small[:, nearest][:, :, nearest] * 255 / PIXEL_MAX).astype(np.uint8)
    labels = source.target[order].astype(np.uint8)
    return {
        "x_train": images[:TRAIN_ROWS],
        "y_train": labels[:TRAIN_ROWS],
        "x_test": images[TRAIN_ROWS:],
        "y_test": labels[TRAIN_ROWS:],
    }
