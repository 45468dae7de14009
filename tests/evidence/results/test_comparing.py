"""Two values are compared part by part."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from suite.evidence.results.comparing import Value, compare, measure
from suite.inside.worker.plain_values import pack
from suite.records import UNLIKE

SAME = [
    (np.ones(3), [1.0, 1.0, 1.0]),
    (np.float64(2), 2),
    ((np.zeros(2), 1), [np.zeros(2), 1.0]),
    ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
    (np.array([np.nan, np.inf]), np.array([np.nan, np.inf])),
    (np.float32([0.5]), np.float64([0.5])),
    ([], np.zeros(0)),
    (None, None),
    ("softmax", "softmax"),
]
OTHER = [
    (np.ones(3), np.ones((3, 1)), "shape"),
    (np.ones(3), "ones", "form"),
    (np.ones(3), None, "form"),
    ((np.ones(2), np.ones(2)), np.ones(2), "form"),
    ({"a": 1}, {"b": 1}, "form"),
    ("relu", "tanh", "text"),
    (1560, "1560", "form"),
    (np.ones(3), np.array([1, 1, np.nan]), "numbers"),
]


@pytest.mark.parametrize(("expected", "seen"), SAME)
def test_same(expected: Any, seen: Any) -> None:
    """Whatever holds them, equal numbers are equal."""
    found = compare(_value(expected), _value(seen), same_dtype=False)
    assert (found.gap, found.amount) == ("", 0.0)


@pytest.mark.parametrize(("expected", "seen", "gap"), OTHER)
def test_other(expected: Any, seen: Any, gap: str) -> None:
    """What differs is named."""
    found = compare(_value(expected), _value(seen), same_dtype=False)
    assert found.gap == gap
    assert found.expected
    assert found.seen


def test_place_and_amount() -> None:
    """The part that differs, and by which share of the reference's largest number."""
    right, wrong = ({"h": np.ones(2), "c": [1, np.array([4.0, last])]} for last in (2.0, 3.0))
    found = compare(_value(right), _value(wrong), same_dtype=False)
    assert (found.gap, found.place, found.amount) == ("numbers", "['c'][1]", 0.25)
    assert measure(np.zeros(2), np.array([0.0, 1e-3])) == 1e-3
    assert measure(np.ones(1), np.array([np.inf])) == UNLIKE


def test_dtype_counts_where_asked() -> None:
    """Only then."""
    single, double = _value(np.ones(2, np.float32)), _value(np.ones(2))
    assert compare(double, single, same_dtype=True).gap == "dtype"
    assert not compare(double, single, same_dtype=False).gap


def _value(value: Any) -> Value:
    arrays: dict[str, np.ndarray[Any, Any]] = {}
    return Value(node=pack(value, arrays), arrays=arrays)
