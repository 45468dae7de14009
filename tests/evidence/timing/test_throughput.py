"""`suite grade --throughput`, end to end, with few quads."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Graded, change_settings, grade, tighten
from tests.hostile.speed import HONEST, LOOP

pytestmark = pytest.mark.slow

SMALL = {"looks": [[8, 0.01]], "work": ["forward"], "segment_milliseconds": 10}
WRONG = HONEST.replace("x[:, -1]", "x[:, -2]") + "\nmodel = Net()\n"


@pytest.fixture(scope="module")
def timed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Graded, Graded]:
    """A class that is timed, and graded again from what was stored."""
    root = tighten(tmp_path_factory.mktemp("small") / "assignments")
    change_settings(root / "stacked_rnn", {"throughput": SMALL})
    folder = tmp_path_factory.mktemp("class")
    for name, source in {"equal": HONEST + "\nmodel = Net()\n", "loop": LOOP, "wrong": WRONG, "broken": "1/0"}.items():
        (folder / f"{name}.py").write_text(source, "utf-8")
    report = tmp_path_factory.mktemp("report")
    first = grade(report, folder, "--throughput", "--assignments", root)
    assert first.code == 0, first.stderr
    (report / "results.json").rename(report / "first.json")
    return first, grade(report, folder, "--throughput", "--assignments", root)


def _results(path: Path) -> dict[str, Any]:
    return {result["submission"]: result for result in json.loads(path.read_text("utf-8"))["results"]}


def _verdict(result: dict[str, Any]) -> dict[str, Any]:
    return next(verdict for verdict in result["verdicts"] if verdict["check"] == "throughput")


def test_a_class_is_timed(timed: tuple[Graded, Graded]) -> None:
    """An equal model doesn't fail, a loop over the steps does, and a model that computes something else isn't timed."""
    results = timed[1].results
    assert _verdict(results["equal"])["outcome"] in {"pass", "inconclusive"}
    assert _verdict(results["loop"])["outcome"] == "fail"
    assert "times as long as the reference" in _verdict(results["loop"])["message"]
    assert (_verdict(results["wrong"])["outcome"], _verdict(results["wrong"])["max_points"]) == ("inconclusive", 0)
    assert _verdict(results["broken"])["points"] == 0


def test_verdicts_are_computed_again_from_what_was_stored(timed: tuple[Graded, Graded]) -> None:
    """A second grading times nothing and says the same."""
    first, second = timed
    assert "judged from stored evidence" in second.stderr
    before, after = _results(first.report / "first.json"), second.results
    assert [_verdict(before[name]) for name in ("equal", "loop")] == [
        _verdict(after[name]) for name in ("equal", "loop")
    ]


def test_the_page_shows_ratio_interval_and_power(timed: tuple[Graded, Graded]) -> None:
    """What was measured stands beside the verdict."""
    (page,) = (timed[1].report / "submissions").glob("loop-*.html")
    html = page.read_text("utf-8")
    assert all(word in html for word in ("ratio:", "95%:", "power:", "Forward pass, 32 rows at a time"))
