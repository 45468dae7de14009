"""The schema for editors accepts every assignment that is here, and refuses what the suite refuses."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import jsonschema
import pytest

from suite.assignments.schema import assignment_schema
from tests.conftest import ROOT

SHORT = {"title": "A", "tasks": [{"id": "a", "probes": [{"inputs": [{"shape": [2]}]}]}]}
VALIDATOR = jsonschema.Draft202012Validator(assignment_schema())


@pytest.mark.parametrize(
    "path", sorted((ROOT / "reference").rglob("assignment.toml")), ids=lambda path: path.parent.name
)
def test_assignments_are_valid(path: Path) -> None:
    VALIDATOR.validate(tomllib.loads(path.read_text("utf-8")))


@pytest.mark.parametrize(
    "wrong",
    [
        {"titel": "A"},
        {"title": 3},
        {"tasks": []},
        {"tasks": [{"id": "a", "kind": "function", "call": 3}]},
        {"tasks": [{"id": "a"}]},
        {"limits": {"memory_mib": "much"}},
        {"budgets": {"slow": {}}},
        {"checks": {"runs": {}}},
    ],
    ids=str,
)
def test_what_is_wrong_is_refused(wrong: dict[str, object]) -> None:
    VALIDATOR.validate(SHORT)
    with pytest.raises(jsonschema.ValidationError):
        VALIDATOR.validate(SHORT | wrong)


def test_the_published_schema_is_this_one() -> None:
    """`suite assignments schema > docs/assignment.schema.json` makes it."""
    assert json.loads((ROOT / "docs" / "assignment.schema.json").read_text("utf-8")) == assignment_schema()
