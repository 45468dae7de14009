"""The page of benchmarks: bars and intervals beside the figures, in both languages, in a browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from suite.text.local import local_date
from suite.tracking.bench.page import pairs_of, write_page
from tests.report.test_browser import browser, find_violations  # noqa: F401 - a fixture
from tests.tracking.bench.test_record import RECORD

pytestmark = pytest.mark.slow


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:  # noqa: F811
    page = browser.new_page(viewport={"width": 375, "height": 800})
    yield page
    page.close()


def test_each_pair_stands_there_once(tmp_path: Path) -> None:
    """With its interval on a scale whose middle stands for equal times."""
    assert [(name, other.other) for name, other in pairs_of(RECORD.benchmarks)] == [
        ("stacked_rnn/stack10/keras/forward/cpu", "stacked_rnn/stack10/torch/forward/cpu")
    ]
    write_page(RECORD, tmp_path / "bench.html", "es")
    html = (tmp_path / "bench.html").read_text("utf-8")
    assert re.search(r'class="mark" x1="50.0%".*cx="50.0%"', html)
    assert html.count('class="interval"') == 3
    assert "Mediciones" in html
    assert local_date(RECORD.datetime, "es") in html
    assert RECORD.datetime not in html
    assert "script-src 'none'" in html or "script-src &#39;none&#39;" in html


def test_it_is_accessible_and_fits_a_phone(page: Page, tmp_path: Path) -> None:
    """axe-core finds nothing, in light or dark."""
    write_page(RECORD, tmp_path / "bench.html")
    assert find_violations(page, tmp_path / "bench.html") == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
