"""Whose marks moved between two reports, and the first thing that changed."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from suite.grading.replay import StoredReport, compare_reports
from suite.text.language import say
from tests.conftest import Graded, run_suite

RUN: dict[str, Any] = {
    "file": f"evidence/{'0' * 32}.json",
    "sha256": "a",
    "content_hash": "b",
    "fingerprint": "c",
    "budget": "quick",
    "code": "d",
}


def _report(**results: tuple[float | None, dict[str, Any] | None]) -> StoredReport:
    return StoredReport.model_validate(
        {
            "schema_version": 3,
            "assignment": "stacked_rnn",
            "language": "en",
            "results": [
                {
                    "submission": name,
                    "source": name,
                    "status": "pass",
                    "score": score,
                    "max_score": 18,
                    "summary": {"key": "all_passed", "values": {}},
                    "verdicts": [],
                    "evidence": evidence,
                }
                for name, (score, evidence) in results.items()
            ],
        }
    )


@pytest.mark.parametrize(
    ("now", "word"),
    [
        (RUN, "judged otherwise"),
        (RUN | {"sha256": "x"}, "chance"),
        (RUN | {"sha256": "x", "code": "x"}, "own code"),
        (RUN | {"sha256": "x", "code": "x", "budget": "full"}, "budget"),
        (RUN | {"sha256": "x", "code": "x", "fingerprint": "x"}, "settings"),
        (RUN | {"sha256": "x", "code": "x", "fingerprint": "x", "content_hash": "x"}, "other files"),
        (None, "can't be run"),
    ],
)
def test_the_first_cause_is_named(now: dict[str, Any] | None, word: str) -> None:
    """Other files come before other settings, these before other code."""
    (moved,) = compare_reports(_report(ana=(18, RUN), luis=(3, RUN)), _report(ana=(5, now), luis=(3, RUN)))
    assert moved.submission == "ana"
    assert word in say(moved.reason, "en")


def test_who_came_and_who_left() -> None:
    """Both are named; a mark that stayed isn't, whatever was run again for it."""
    moved = compare_reports(
        _report(ana=(18, RUN), luis=(3, RUN), eva=(None, None)),
        _report(ana=(18, RUN | {"sha256": "x"}), zoe=(1, RUN), eva=(2, RUN)),
    )
    said = {one.submission: say(one.reason, "en") for one in moved}
    assert {name: said[name] for name in ("luis", "zoe")} == {
        "luis": "it isn't in the class any more",
        "zoe": "it wasn't in the class",
    }
    assert said["eva"] == "it couldn't be run before"
    assert len(said) == 3


@pytest.mark.slow
def test_the_command_shows_them(graded: Graded, tmp_path: Path) -> None:
    """A table with both marks; a folder that holds no report is wrong usage before anything is written."""
    older = shutil.copytree(graded.report, tmp_path / "older")
    document = json.loads((older / "results.json").read_text("utf-8"))
    document["results"][0]["score"] = 0.5
    (older / "results.json").write_text(json.dumps(document), "utf-8")
    done = run_suite("report", graded.report, "--out", tmp_path / "out", "--diff", older)
    assert done.returncode == 0, done.stderr
    assert "0.5" in done.stdout
    assert "judged otherwise" in done.stdout
    wrong = run_suite("report", graded.report, "--out", tmp_path / "none", "--diff", tmp_path)
    assert wrong.returncode == 2
    assert not (tmp_path / "none").exists()
