"""Values travel as JSON and arrays, and come back as they were."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from suite.errors import FrameError
from suite.evidence.results.answers import check_node
from suite.inside.worker.plain_values import pack, unpack

VALUES = {
    "number": 3.5,
    "integer": 7,
    "flag": True,
    "text": "softmax",
    "nothing": None,
    "list of numbers": [[1, 2], [3, 4]],
    "pair": (np.arange(3.0), np.arange(2)),
    "table": {"x": np.ones((2, 2), np.float32), "names": ["a", "b"]},
    "ragged": [[1], [2, 3]],
    "empty": [],
}


@pytest.mark.parametrize("name", VALUES)
def test_value_comes_back(name: str) -> None:
    """Through JSON and the check of the host."""
    arrays: dict[str, np.ndarray[Any, Any]] = {}
    node = check_node(json.loads(json.dumps(pack(VALUES[name], arrays))), arrays)
    back = unpack(node, arrays, lambda array: array)
    np.testing.assert_equal(back, VALUES[name])
    assert type(back) is type(VALUES[name])


def test_what_no_frame_carries_is_converted_or_named() -> None:
    """Other widths travel in a wider one; objects by the name of their class."""
    arrays: dict[str, np.ndarray[Any, Any]] = {}
    assert pack(np.arange(3, dtype=np.uint16), arrays)["dtype"] == "uint16"
    assert arrays["v0"].dtype == np.int64
    assert pack(object(), arrays) == {"other": "object"}
    assert pack(np.array([1j]), arrays) == {"other": "ndarray"}
    deep: list[Any] = []
    for _ in range(100):
        deep = [deep, "x"]
    assert "too large" in json.dumps(pack(deep, arrays))


@pytest.mark.parametrize(
    "node",
    [
        None,
        "text",
        {"array": "missing", "of": "array", "dtype": "float32"},
        {"array": 0, "of": "array", "dtype": "float32"},
        {"items": "ab", "of": "list"},
        {"items": [{}], "of": "list"},
        {"entries": [["a"]]},
        {"entries": [[1, {"none": True}]]},
        {"items": [{"none": True}] * 2000, "of": "list"},
        {"unknown": 1},
    ],
)
def test_other_forms_are_refused(node: Any) -> None:
    """The host takes no answer of a form that the worker doesn't make."""
    with pytest.raises(FrameError):
        check_node(node, {})
