"""Variants: what students' numbers draw, and the references that follow."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from pydantic import ValidationError

from suite.assignments import Assignment
from suite.assignments.variants import VariantSettings, expand, say_values
from suite.records import Identity

VALUES: dict[str, Any] = {"units": [8, 16, 24], "depth": [1, 2], "seed": {"low": 1, "high": 9}}
GIVEN: dict[str, Any] = {
    "title": "Stacks",
    "name": "stacks",
    "variants": {"values": VALUES},
    "tasks": [
        {"id": "stack", "accepts": ["stack_{units}_{depth}"], "probes": [{"inputs": [{"shape": [4]}]}]},
        {"id": "fixed", "probes": [{"inputs": [{"shape": [4]}]}]},
    ],
    "accuracy": {"models": {"stack_{units}_{depth}": {"dataset": "mnist"}}},
    "datasets": ["mnist"],
}
STACKS = Assignment.model_validate(GIVEN)


def test_every_value_is_drawn_about_equally_often() -> None:
    """And always the same for the same student."""
    settings = VariantSettings.model_validate({"values": VALUES})
    drawn = [settings.draw("stacks", str(number)) for number in range(600)]
    for name, most in (("units", 3), ("depth", 2), ("seed", 9)):
        counts = Counter(each[name] for each in drawn)
        assert len(counts) == most
        assert min(counts.values()) > 600 / most * 0.6
    assert drawn == [settings.draw("stacks", str(number)) for number in range(600)]
    assert drawn != [settings.draw("others", str(number)) for number in range(600)]
    salted = VariantSettings.model_validate({"values": VALUES, "salt": "2027"})
    assert drawn != [salted.draw("stacks", str(number)) for number in range(600)]


def test_a_task_accepts_every_variant_and_a_student_has_one() -> None:
    """Whoever is on no list may hand in any; a task without names in braces is everybody's."""
    assert len(STACKS.model_tasks[0].accepts) == 6
    assert set(STACKS.accuracy.models) == set(STACKS.model_tasks[0].accepts)
    assert STACKS.of(Identity(id="7")) is STACKS
    own = STACKS.of(Identity(listed="7"))
    drawn = STACKS.drawn_for(Identity(listed="7"))
    assert own.model_tasks[0].accepts == (f"stack_{drawn['units']}_{drawn['depth']}",)
    assert own.model_tasks[1].accepts == ("fixed",)


def test_references_are_built_by_keywords() -> None:
    """One line for each."""
    assert STACKS.builds["stack_8_2"].call("stack_8_2") == "stack_8_2 = build_stack(units=8, depth=2)"
    assert say_values({"units": 8, "kind": "GRU"}) == 'units = 8, kind = "GRU"'


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"variants": {"values": {"units": [8]}}}, "lists no values"),
        ({"variants": {"values": {"units": [8], "depth": {"low": 1, "high": 2}}}}, "lists no values"),
        ({"variants": {"values": {"units": [-8], "depth": [1]}}}, "no name of a variable"),
        ({"variants": {"values": {"units": list(range(300)), "depth": [1]}}}, "more than 256"),
        ({"variants": {"values": {**VALUES, "my seed": [1]}}}, "no name of a variable"),
        ({"variants": {"values": {**VALUES, "seed": {"low": 2, "high": 1}}}}, "low should be at most high"),
        ({"variants": {"values": {**VALUES, "seed": []}}}, "at least 1"),
        ({"variants": {"values": {}}}, "lists no values"),
    ],
)
def test_wrong_settings_are_told(change: dict[str, Any], said: str) -> None:
    """What was expected, what was seen."""
    with pytest.raises(ValidationError, match=said):
        Assignment.model_validate(GIVEN | change)


@pytest.mark.parametrize(
    "odd", [{}, {"variants": 3}, {"variants": {"values": 3}}, {"variants": {"values": {}}, "tasks": 3}]
)
def test_other_forms_are_left_to_validation(odd: dict[str, Any]) -> None:
    """Nothing is raised for them here."""
    assert expand(odd) == odd
