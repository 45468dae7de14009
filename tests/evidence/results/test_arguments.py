"""Arguments are drawn as the assignment describes them."""

from __future__ import annotations

import numpy as np
import pytest
from pydantic import ValidationError

from suite.assignments import FunctionTask
from suite.evidence.results.arguments import draw_calls

TASK = {
    "kind": "function",
    "id": "step",
    "arguments": [
        {"shape": ["rows", 3], "low": 2, "high": 5},
        {"name": "classes", "shape": ["rows"], "dtype": "int64", "low": 0, "high": 4},
        {"value": {"rate": 0.1, "names": ["a"]}},
    ],
    "sizes": {"rows": [1, 9]},
    "edges": ["equal", "large", "smallest"],
}


def test_shapes_ranges_and_edges() -> None:
    """A size is the same in all arguments of a call; each edge is tried once after the drawn calls."""
    calls = list(draw_calls(FunctionTask.model_validate(TASK), np.random.default_rng(0)))
    assert [call.label for call in calls] == ["drawn"] * 6 + ["equal", "large", "smallest"]
    for call in calls:
        first, classes = call.arrays["a0"], call.arrays[call.keywords["classes"]["array"]]
        assert first.shape == (len(classes), 3)
        assert classes.dtype == np.int64
        assert set(classes) <= set(range(4))
        assert first.min() >= 2
        assert dict(call.arguments[1]["entries"])["names"]["items"] == [{"text": "a"}]
    assert len({call.arrays["a0"].shape for call in calls[:6]}) > 1
    assert calls[6].arrays["a0"].std() == 0
    assert calls[7].arrays["a0"].min() >= 2000
    assert calls[7].arrays["a0"].shape == (9, 3)
    assert calls[8].arrays["a0"].shape == (1, 3)
    assert "float64 of shape" in calls[0].shown
    assert "classes=int64" in calls[0].shown


def test_tensors_are_single_precision() -> None:
    """As the frameworks compute."""
    task = FunctionTask.model_validate(TASK | {"given_as": "torch"})
    assert next(draw_calls(task, np.random.default_rng(0))).arrays["a0"].dtype == np.float32


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"sizes": {}}, "sizes says nothing of rows; for example sizes.rows = [1, 7]"),
        ({"generator": "make"}, "either arguments or a generator"),
        ({"gradients": True}, 'add given_as = "keras"'),
        ({"sizes": {"rows": [9, 1]}}, "sizes.rows has its larger number first"),
    ],
)
def test_settings_that_contradict_each_other(changes: dict[str, object], said: str) -> None:
    """Are refused with what would do."""
    with pytest.raises(ValidationError, match=said.replace("[", r"\[").replace("]", r"\]")):
        FunctionTask.model_validate(TASK | changes)
