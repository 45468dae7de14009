"""The pages in a real browser: they sort, fit a phone and load nothing. Needs Chromium (Debian: chromium)."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from suite.report import write
from tests.conftest import Graded
from tests.report.test_render import hostile  # noqa: F401 - a fixture

pytestmark = pytest.mark.slow

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("Chromium isn't installed; on Debian: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def requests() -> list[str]:
    """Addresses that the page asked for, other than itself."""
    return []


@pytest.fixture
def page(browser: Browser, requests: list[str]) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 375, "height": 800})
    page.on("request", lambda request: requests.append(request.url))
    yield page
    page.close()


def _names(page: Page) -> list[str]:
    return page.locator("tbody tr td:first-child").all_inner_texts()


def _open(page: Page, path: Path) -> None:
    page.goto(path.as_uri())


def test_table_sorts(page: Page, examples: Graded) -> None:
    """A click on Score sorts by number, a second one turns it round."""
    _open(page, examples.report / "index.html")
    names = _names(page)
    page.get_by_role("button", name="Score").click()
    rising = [float(score.split()[0]) for score in page.locator("tbody td.number").all_inner_texts()]
    page.get_by_role("button", name="Score").click()
    falling = [float(score.split()[0]) for score in page.locator("tbody td.number").all_inner_texts()]
    assert rising == sorted(rising)
    assert falling == sorted(rising, reverse=True)
    page.get_by_role("button", name="Submission").click()
    assert _names(page) == sorted(names)


def test_pages_fit_a_phone_and_load_nothing(page: Page, examples: Graded, requests: list[str]) -> None:
    """No page is wider than 375 pixels, and none asks for anything but itself and its inline images."""
    pages = [examples.report / "index.html", *sorted((examples.report / "submissions").iterdir())]
    for path in pages:
        requests.clear()
        _open(page, path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 375, path.name
        assert [url for url in requests if not url.startswith("data:")] == [path.as_uri()]


def test_links_lead_there_and_back(page: Page, examples: Graded) -> None:
    """From the class to a submission and back."""
    _open(page, examples.report / "index.html")
    page.get_by_role("link", name="elena").click()
    assert page.locator("header h1").inner_text() == "elena"
    page.get_by_role("link", name="Back").click()
    assert page.locator("header h1").inner_text() == "Stacked recurrent networks"


def test_hostile_pages_run_nothing(page: Page, hostile: object, tmp_path: Path, requests: list[str]) -> None:  # noqa: F811
    """No dialog, no script, no request comes from what a submission wrote."""
    write(hostile, tmp_path)  # type: ignore[arg-type]
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: dialogs.append(dialog.message))
    for path in (tmp_path / "index.html", *(tmp_path / "submissions").iterdir()):
        requests.clear()
        _open(page, path)
        assert page.title() != "pwned"
        assert [url for url in requests if not url.startswith("data:")] == [path.as_uri()]
    assert dialogs == []
