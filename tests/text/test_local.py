"""Numbers and dates are written as each language does."""

from __future__ import annotations

from typing import Any

import pytest

from suite.text.local import local, local_count, local_date


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("17.67", "17,67"),
        (0.5, "0,5"),
        ("< 0.01", "< 0,01"),
        ("[0.3, 0.5]", "[0,3; 0,5]"),
        ("1.23 (1.2 … 1.27)", "1,23 (1,2 … 1,27)"),
        ("12.5 / 18", "12,5 / 18"),
        ("1.5e-05", "1,5e-05"),
        ("3.2 ms", "3,2 ms"),
        (3, 3),
        ("(None, 28, 10)", "(None, 28, 10)"),
        ("(28, 10)", "(28, 10)"),
        ("2.21.0", "2.21.0"),
        ("Keras 3.15", "Keras 3.15"),
        ("model.py", "model.py"),
        ("x = 0.5", "x = 0.5"),
        (True, True),
        ("2026-11-03", "2026-11-03"),
    ],
)
def test_numbers(value: Any, said: Any) -> None:
    """Spanish has a decimal comma; versions, code and whole numbers stay as they are, and so does English."""
    assert local(value, "es") == said
    assert local(value, "en") == value


def test_counts_and_dates() -> None:
    """By the tables of each language; a language without tables reads as English."""
    assert [local_count(1234567, each) for each in ("en", "es", "xx")] == ["1,234,567", "1.234.567", "1,234,567"]
    assert [local_date("2026-11-03T10:00:00+01:00", each) for each in ("en", "es")] == ["Nov 3, 2026", "3 nov 2026"]
    assert local_date("yesterday", "es") == "yesterday"
    assert local("2026-11-03T10:00:00+01:00", "es") == "3 nov 2026"
