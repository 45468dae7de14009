"""Right work has all its points, however it is written; wrong work has not."""

from __future__ import annotations

import functools

import pytest

from suite.sandbox import choose as choose_sandbox
from tests.fair.class_of_works import GradedWork, Grading, grade_class
from tests.fair.works import WORKS

pytestmark = pytest.mark.slow
RIGHT = [(assignment, name) for assignment, works in WORKS.items() for name in works.right]
WRONG = [(assignment, name) for assignment, works in WORKS.items() for name in works.wrong]


@functools.cache
def graded(assignment: str) -> dict[tuple[str, bool], GradedWork]:
    """The works of an assignment, graded once."""
    sandbox, _ = choose_sandbox("auto")
    try:
        works = grade_class(assignment, Grading(sandbox=sandbox), lambda _: None)
    finally:
        sandbox.close()
    return {(work.name, work.right): work for work in works}


@pytest.mark.parametrize(("assignment", "name"), RIGHT)
def test_right_work_has_all_its_points(assignment: str, name: str) -> None:
    """Style and circumstance cost nothing."""
    assert graded(assignment)[name, True].losses == []


@pytest.mark.parametrize(("assignment", "name"), WRONG)
def test_wrong_work_loses_points(assignment: str, name: str) -> None:
    """A mistake costs something."""
    assert graded(assignment)[name, False].losses
