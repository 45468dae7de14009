"""The class page while a class is graded."""

from __future__ import annotations

from pathlib import Path

from suite.records import Report
from suite.report import write
from suite.report.live import LivePage
from suite.report.page_name import page_name
from tests.report.test_class_view import a_result


class _Clock:
    """Stands still until it is moved."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def _begin(folder: Path, clock: _Clock) -> LivePage:
    report = Report(assignment="a", title="Title", language="en", results=(a_result("old", 8),), notes=(), awaited=4)
    page = LivePage(folder=folder, force=False, report=report, clock=clock)
    page.write()
    return page


def test_it_says_how_many_are_done_and_loads_itself(tmp_path: Path) -> None:
    """Whoever it names has a page; the whole report says nothing of it any more."""
    clock = _Clock()
    page = _begin(tmp_path, clock)
    index = tmp_path / "index.html"
    assert "1 of 4 are done" in index.read_text()
    clock.now = 9
    page.add(a_result("ana", 3))
    html = index.read_text()
    assert "2 of 4 are done" in html
    assert '<meta http-equiv="refresh" content="5">' in html
    assert (tmp_path / "submissions" / page_name("ana")).is_file()
    write(Report(assignment="a", title="Title", language="en", results=page.report.results, notes=()), tmp_path)
    assert "are done" not in index.read_text()
    assert 'http-equiv="refresh"' not in index.read_text()


def test_it_is_written_now_and_then(tmp_path: Path) -> None:
    """Not for each of a thousand results; those that wait come with the next."""
    clock = _Clock()
    page = _begin(tmp_path, clock)
    page.add(a_result("ana", 3))
    assert "1 of 4" in (tmp_path / "index.html").read_text()
    clock.now = 3
    page.add(a_result("bea", 3))
    assert "3 of 4" in (tmp_path / "index.html").read_text()
    assert (tmp_path / "submissions" / page_name("ana")).is_file()


def test_what_somebody_else_wrote_stays(tmp_path: Path) -> None:
    """The command says so when it writes the whole report."""
    (tmp_path / "index.html").write_text("mine")
    page = _begin(tmp_path, _Clock())
    page.add(a_result("ana", 3))
    assert (tmp_path / "index.html").read_text() == "mine"
