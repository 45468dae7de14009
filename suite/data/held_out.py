"""Holds back rows of the test part: they are in no file that a sandbox can read, under any budget."""

from __future__ import annotations

from suite.data.dataset import DatasetPart, Parts


def split_off(parts: Parts, rows: int) -> tuple[Parts, DatasetPart]:
    """The parts without their last `rows` test rows (at most half of the test part), and those rows."""
    test = parts["test"]
    size = len(next(iter(test.values())))
    kept = size - min(rows, size // 2)
    given = {column: values[:kept] for column, values in test.items()}
    held_out = {column: values[kept:] for column, values in test.items()}
    return {**parts, "test": given}, held_out
