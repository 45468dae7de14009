"""A student's variant is said, and so is a notebook of another one."""

from __future__ import annotations

import json

import pytest

from suite.assignments import Assignment
from suite.grading.variants import with_variant, written_values
from suite.records import Identity, Submission, text
from tests.assignments.test_variants import GIVEN, STACKS

PLAIN = Assignment.model_validate(
    {key: value for key, value in GIVEN.items() if key in {"title", "name"}}
    | {"tasks": [{"id": "fixed", "probes": [{"inputs": [{"shape": [4]}]}]}]}
)


def _submission(*sources: str, listed: str = "") -> Submission:
    cells = [{"cell_type": "code", "source": source} for source in sources]
    return Submission(
        student="ana", source="ana.ipynb", notebook=json.dumps({"cells": cells}), identity=Identity(listed=listed)
    )


def test_a_student_of_no_list_has_no_score_and_is_told_why() -> None:
    """Whatever the download says; a number there may be another one."""
    found = with_variant(_submission("units = 8"), STACKS)
    assert found.ungraded
    assert found.problem is not None
    assert found.problem.key == "variant_unknown"
    assert with_variant(_submission("units = 8"), PLAIN).problem is None


def test_the_variant_is_said() -> None:
    """On the page, as a remark."""
    drawn = STACKS.drawn_for(Identity(listed="7"))
    own = [f"{name} = {value}" for name, value in drawn.items()]
    (remark,) = with_variant(_submission(*own, listed="7"), STACKS).remarks
    assert remark == text("note_variant", expected=", ".join(own))


def test_another_variants_notebook_is_noticed() -> None:
    """By the first binding of a name; what a notebook changes later is its own."""
    drawn = STACKS.drawn_for(Identity(listed="7"))
    own = [f"{name} = {value}" for name, value in drawn.items()]
    changed = _submission("%matplotlib inline\nunits = 99", *own, listed="7")
    remarks = with_variant(changed, STACKS).remarks
    assert [each.key for each in remarks] == ["note_variant", "note_variant_other"]
    assert remarks[1].values == {"expected": f"units = {drawn['units']}", "seen": "units = 99"}


@pytest.mark.parametrize(
    "source", ["def f(:", "units == 8", "a, units = 8, 9", "if x:\n    units = 8", "units = f(8)", ""]
)
def test_only_plain_bindings_count(source: str) -> None:
    """A value that must be computed isn't known."""
    assert written_values(_submission(source).notebook) == {}
