"""Why the record's regressions are slower: real profiles of two revisions, or the reason why there are none."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from suite.errors import SuiteError
from suite.tracking.compare import PytestBench
from suite.tracking.compare.why import explain
from suite.tracking.history.check import CheckedRecord, check_record
from suite.tracking.history.database import open_record
from suite.tracking.history.exchange import import_bytes
from suite.tracking.history.pages import profile_name, write_pages
from suite.tracking.history.records import FreshVerdict
from suite.tracking.history.summary import as_markdown
from tests.tracking.compare.projects import Project, make_project
from tests.tracking.compare.test_profiles import CODE
from tests.tracking.history.nights import NOW, as_bytes, as_file

NIGHTS, SLOW_FROM = 40, 30
NAME = "bench/test_it.py::test_work"
TEST = "from lib import work\n\ndef test_work(benchmark):\n    benchmark(work)\n"


def _record(folder: Path, before: str, after: str) -> CheckedRecord:
    """Nights of two revisions, whose slowdown is confirmed."""
    with open_record(str(folder / "h.sqlite"), lambda _: None) as connection:
        for night in range(NIGHTS):
            value = 0.002 * (night * 7 % 5) + 0.5 * (night >= SLOW_FROM)
            document = as_file(night, {"work": value}, commit=after if night >= SLOW_FROM else before)
            document["benchmarks"][0]["fullname"] = NAME
            import_bytes(connection, as_bytes(document), "night", NOW)
        return check_record(connection, lambda _: FreshVerdict.SLOWER, NOW)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    project = make_project(tmp_path / "project")
    project.commit("before", {"lib.py": CODE.format(rounds=2000), "bench/test_it.py": TEST})
    project.commit("after", {"lib.py": CODE.format(rounds=20000)})
    return project


@pytest.mark.slow
def test_the_issue_names_the_function_and_the_page_links_to_the_profile(project: Project, tmp_path: Path) -> None:
    """In both revisions, once; the checkouts are removed."""
    commits = [project.git("rev-parse", name) for name in ("before", "after")]
    checked = _record(tmp_path, *commits)
    (regression,) = checked.regressions
    problems: list[SuiteError] = []
    profiles, pages = tmp_path / "pages" / "profiles", tmp_path / "pages" / "es"
    why = explain(checked, PytestBench(path="bench"), project.folder, profiles, lambda _, error: problems.append(error))
    if problems and "look at no process" in str(problems[0]):
        pytest.skip("py-spy may look at no process here")
    assert "| `slow.<locals>.<genexpr> (lib.py)` |" in as_markdown(checked, why)
    file = profiles / profile_name(regression.number)
    assert [each["name"] for each in json.loads(file.read_text())["profiles"]] == ["before", "after"]
    assert f'href="../profiles/{file.name}"' in write_pages(checked, pages, "es", profiles).read_text()
    assert "speedscope" not in write_pages(checked, pages, "es", tmp_path / "nowhere").read_text()
    assert project.worktrees == 1


@pytest.mark.slow
def test_without_its_revisions_there_is_none(project: Project, tmp_path: Path) -> None:
    """It is said, and the summary is as ever."""
    checked = _record(tmp_path, "0" * 40, "1" * 40)
    problems: list[int] = []
    why = explain(
        checked, PytestBench(path="bench"), project.folder, tmp_path / "why", lambda number, _: problems.append(number)
    )
    assert problems == [checked.regressions[0].number]
    assert (why, as_markdown(checked, why)) == ({}, as_markdown(checked))
