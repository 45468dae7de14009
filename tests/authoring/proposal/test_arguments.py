"""Arguments are drawn like those that a notebook gave: shapes, types, ranges, constants."""

from __future__ import annotations

from suite.assignments import FunctionTask
from suite.authoring.proposal.arguments import describe_calls
from suite.records import ArgumentSeen, NameSeen


def _array(*shape: int, dtype: str = "float64", low: float = -0.5, high: float = 0.5) -> ArgumentSeen:
    return ArgumentSeen(keyword="", form="array", shape=shape, dtype=dtype, low=low, high=high)


def test_sizes_that_vary_get_a_name_and_equal_ones_the_same() -> None:
    axis = ArgumentSeen(keyword="axis", form="number", dtype="int64", low=1, high=1, constant="1")
    calls = ((_array(2, 3), _array(2, low=0, high=9.2), axis), (_array(5, 3), _array(5, low=1, high=2), axis))
    found = describe_calls(NameSeen(name="f", kind="function", calls=calls))
    assert found == {
        "arguments": [{"shape": ["n1", 3]}, {"shape": ["n1"], "low": 0, "high": 10}, {"name": "axis", "value": 1}],
        "sizes": {"n1": [2, 5]},
    }
    FunctionTask.model_validate({"id": "f", "kind": "function"} | found)


def test_whole_numbers_tensors_and_calls_of_another_form() -> None:
    calls = ((_array(4, dtype="int64", low=0, high=6),), (_array(4, 4),))
    found = describe_calls(NameSeen(name="f", kind="function", given_as="torch", calls=calls))
    assert found == {"arguments": [{"shape": [4], "dtype": "int64", "low": 0, "high": 7}], "given_as": "torch"}


def test_no_call() -> None:
    assert describe_calls(NameSeen(name="f", kind="function")) == {}
