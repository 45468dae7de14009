"""Sequences that the host generates, for exercises that have a rule instead of data."""

from __future__ import annotations

import numpy as np

from suite.data.dataset import MadeDataset
from suite.data.train_test_set import Array

NOISE = 0.1  # from 0 and 1 inwards, so that rows differ, can't be answered from a table, and stay in the range
SYMBOLS, STEPS, BITS = 5, 3, 4


def symbols(rows: int, seed: int) -> tuple[Array, Array]:
    """Three successive symbols of a cycle of five, one-hot with noise, and the number of the next symbol."""
    generator = np.random.default_rng(seed)
    first = generator.integers(0, SYMBOLS, rows)
    series = (first[:, None] + np.arange(STEPS)) % SYMBOLS
    return _noisy(np.eye(SYMBOLS)[series], generator), ((first + STEPS) % SYMBOLS).astype(np.int64)


def bits(rows: int, seed: int) -> tuple[Array, Array]:
    """Four bits with noise, and for each whether it equals the one before; the first answer is 0 and never counts."""
    generator = np.random.default_rng(seed)
    values = generator.integers(0, 2, (rows, BITS))
    equal = np.concatenate([np.zeros((rows, 1)), values[:, 1:] == values[:, :-1]], axis=1)
    return _noisy(values[:, :, None], generator), equal[:, :, None].astype(np.float32)


def _noisy(values: Array, generator: np.random.Generator) -> Array:
    return (values + (1 - 2 * values) * generator.uniform(0, NOISE, values.shape)).astype(np.float32)


SYMBOLS_IN_A_CYCLE = MadeDataset(name="symbols", kind="classes", make=symbols)
EQUAL_BITS = MadeDataset(name="bits", kind="steps", make=bits)
