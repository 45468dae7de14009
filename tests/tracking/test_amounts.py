"""Amounts in suitable units."""

from __future__ import annotations

import pytest

from suite.tracking.amounts import Unit, amount


@pytest.mark.parametrize(
    ("value", "unit", "written"),
    [
        (None, "seconds", "–"),
        (0.0, "seconds", "0 µs"),
        (2.5e-6, "seconds", "2.5 µs"),
        (0.0123456, "seconds", "12.3 ms"),
        (1.0, "seconds", "1 s"),
        (1234.5, "seconds", "1234 s"),
        (1000 * 2**20, "bytes", "1000 MiB"),
        (12_345 * 2**20, "bytes", "12345 MiB"),
        (388.14 * 2**20, "bytes", "388.1 MiB"),
        (31.6667, "steps", "31.7"),
        (60.0, "steps", "60"),
        (310.0, "steps", "310"),
    ],
)
def test_amounts_are_read_at_a_glance(value: float | None, unit: Unit, written: str) -> None:
    """Three or four digits that count, and never a power of ten."""
    assert amount(value, unit, "en") == written


def test_the_language_writes_the_mark() -> None:
    """A comma in Spanish."""
    assert amount(0.0123456, "seconds", "es") == "12,3 ms"
