"""The schema of results.json is published as it is; tests/cli/test_cli.py holds a report to it."""

from __future__ import annotations

import json

from suite.report.document import SCHEMA_VERSION, results_schema
from tests.conftest import ROOT


def test_the_published_schema_is_this_one() -> None:
    """Whoever changes a key writes docs/results.schema.json anew, and sees whether it needs a new version."""
    published = json.loads((ROOT / "docs" / "results.schema.json").read_text("utf-8"))
    assert published == results_schema(), (
        "python -c 'import json, suite.report.document as d; print(json.dumps(d.results_schema(), indent=2))'"
        " > docs/results.schema.json"
    )


def test_the_schema_says_its_version() -> None:
    """In the description of the key that files carry."""
    assert results_schema()["properties"]["schema_version"]["description"] == f"{SCHEMA_VERSION}."
