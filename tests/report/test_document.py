"""The schema of results.json is published as it is; tests/cli/test_cli.py holds a report to it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from suite.records import Outcome, Report, Result, text
from suite.report import results_json
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


@pytest.mark.parametrize("names", [(), ("ana",), ("ana", "a\nb\u2028c", "{[]}", "niño")])
def test_the_file_is_the_document(names: tuple[str, ...], tmp_path: Path) -> None:
    """It is written result by result, each on a line, and holds what is encoded as a whole."""
    results = [
        Result(
            submission=name,
            source=name,
            status=Outcome.ERROR,
            score=None,
            max_score=18,
            verdicts=(),
            summary=text("harness_failed", reason=name),
        )
        for name in names
    ]
    report = Report(assignment="a", title="A []", language="es", results=tuple(results), notes=())
    results_json.write(report, tmp_path)
    written = (tmp_path / "results.json").read_text("utf-8")
    assert json.loads(written) == results_json.as_document(report)
    assert [json.loads(line.strip(" ,")) for line in written.split("\n") if line.startswith("  {")] == [
        *results_json.as_document(report)["results"]
    ]
