"""The pages in a real browser: they sort, fit a phone and load nothing. Needs Chromium (Debian: chromium)."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from suite.records import Report
from suite.report import write
from suite.report.page_name import page_name
from tests.conftest import Graded, run_suite
from tests.report.test_class_view import CLASS
from tests.report.test_render import IMITATION, as_cell, as_notebook, hostile  # noqa: F401 - a fixture

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
    return page.locator(".sortable tbody tr td:first-child").all_inner_texts()


def _scores(page: Page) -> list[float]:
    texts = page.locator(".sortable tbody td:nth-child(2)").all_inner_texts()
    return [float(score.split()[0]) for score in texts]


def _open(page: Page, path: Path) -> None:
    page.goto(path.as_uri())


def test_table_sorts(page: Page, examples: Graded) -> None:
    """A click on Score sorts by number, a second one turns it round."""
    _open(page, examples.report / "index.html")
    names = _names(page)
    page.get_by_role("button", name="Score").click()
    rising = _scores(page)
    page.get_by_role("button", name="Score").click()
    falling = _scores(page)
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


RULES = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}
"""Those that axe-core has switched on, and the one of WCAG 2.2 that it hasn't."""


def find_violations(page: Page, path: Path) -> list[str]:
    """What axe-core finds on a page, in light and in dark, with every part opened."""
    found: list[str] = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type] # a literal of two
        _open(page, path)
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        for violation in Axe().run(page, options=RULES).response["violations"]:
            places = [f"{node['html'][:200]}: {node['failureSummary']}" for node in violation["nodes"][:3]]
            found.append(f"{path.name} ({scheme}) {violation['id']}: {places}")
    return found


def test_pages_are_accessible(page: Page, examples: Graded, tmp_path: Path) -> None:
    """axe-core finds nothing on the class page, in English or Spanish, nor on a submission's of each status."""
    run_suite("report", examples.report, "--out", tmp_path, "--lang", "es")
    one_of_each = {result["status"]: name for name, result in examples.results.items()}
    pages = [examples.report / "submissions" / page_name(name) for name in one_of_each.values()]
    for path in (examples.report / "index.html", *pages):
        assert find_violations(page, path) == []
    assert find_violations(page, tmp_path / "index.html") == []


def test_hostile_pages_are_accessible(page: Page, hostile: Report, tmp_path: Path) -> None:  # noqa: F811
    """Whatever names and outputs hold."""
    write(hostile, tmp_path)
    for path in (tmp_path / "index.html", *(tmp_path / "submissions").iterdir()):
        assert find_violations(page, path) == []


def test_a_class_is_filtered_by_keyboard(page: Page, tmp_path: Path) -> None:
    """Words, status and cause leave the rows that fit; the address keeps them when the page loads itself again."""
    write(Report(assignment="a", title="Title", language="en", results=CLASS, notes=()), tmp_path)
    _open(page, tmp_path / "index.html")
    shown = page.locator("table.sortable tbody tr:visible td:first-child")
    assert shown.all_inner_texts() == ["ana", "bea", "carl", "dora"]
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # the link that skips to the table
    page.keyboard.press("Tab")
    page.keyboard.type("BEA")
    assert shown.all_inner_texts() == ["bea"]
    assert page.locator("output[name=count]").inner_text() == "1 of 4 shown"
    page.reload()
    assert shown.all_inner_texts() == ["bea"]
    page.get_by_role("button", name="Show all").press("Enter")
    page.get_by_role("combobox", name="Status").select_option("pass")
    assert shown.all_inner_texts() == ["ana"]


def test_a_group_leads_to_its_members(page: Page, tmp_path: Path) -> None:
    """Opened, it links to their pages, and shows them alone in the table."""
    write(Report(assignment="a", title="Title", language="en", results=CLASS, notes=()), tmp_path)
    _open(page, tmp_path / "index.html")
    group = page.locator("details.group").first
    assert group.locator("summary").inner_text().strip() == "2 of 4: asks for a GPU"
    group.locator("summary").press("Enter")
    assert group.locator(".members a").all_inner_texts() == ["bea", "carl"]
    group.locator("a.only").press("Enter")
    assert page.locator("table.sortable tbody tr:visible td:first-child").all_inner_texts() == ["bea", "carl"]


BOXES = "all => [...new Set(all.map((one) => getComputedStyle(one).contain))]"
SIZE = "one => parseFloat(getComputedStyle(one).fontSize)"
STACK = "".join(map(chr, range(0x300, 0x370)))
OUT_OF_BOUNDS = (
    IMITATION,
    "|" + "wide column|" * 60 + "\n|" + "-|" * 60 + "\n|" + "x|" * 60,
    f"a{STACK} " * 50,
    "\u202e\u05d0\u05d1\u05d2 18 / 18 \u0645\u0631\u062d\u0628\u0627",
    "x" * 3000,
    "999999999. a\n\n" + "> " * 5 + "b\n\n```\n" + "y" * 3000 + "\n```",
    "<style>* { display: none }</style>\n\n<base href='https://example.com/'>\n\n<form action=https://example.com>",
    "<div class='verdicts outcome pass' id='cell-1' style='position: fixed; top: 0; margin: -99em'>18 / 18</div>",
    "<svg onload=alert(1)><script>alert(1)</script></svg> <math><mtext href='javascript:alert(1)'>x</mtext></math>",
    "[Back to the class](https://example.com) ![a](https://example.com/p.png) ![b](data:image/png;base64,AAAA)",
)


def test_what_is_the_notebooks_stays_in_its_frame(
    page: Page,
    hostile: Report,  # noqa: F811
    tmp_path: Path,
    requests: list[str],
) -> None:
    """Nothing of a notebook is seen outside its frame, leads anywhere or looks like the suite's own."""
    (result,) = hostile.results
    assert result.evidence is not None
    cells = (as_cell(kind="markdown", source=source) for source in OUT_OF_BOUNDS)
    notebook = as_notebook(*cells, as_cell(source="z" * 3000), as_cell(kind="markdown", source="last\n\n" * 30))
    evidence = replace(result.evidence, run=replace(result.evidence.run, notebook=notebook))
    write(replace(hostile, results=(replace(result, evidence=evidence),)), tmp_path)
    (path,) = (tmp_path / "submissions").iterdir()
    _open(page, path)
    frame = page.locator("main > section.theirs")
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    assert page.locator("main > :last-child").get_attribute("class") == "theirs"
    box = frame.evaluate("box => { const style = getComputedStyle(box); return [style.contain, style.isolation]; }")
    assert box == ["paint", "isolate"]
    assert frame.locator(".cell > .text, .cell > pre").evaluate_all(BOXES) == ["paint"]
    assert frame.locator("a, form, input, style, base, svg, math, script, h1, h2, [style], img").count() == 0
    assert page.locator(".theirs :is(.verdict, .outcome, .score, .card)").count() == 0
    title, theirs = (page.locator(name).first.evaluate(SIZE) for name in ("h1", ".text h3"))
    assert theirs < title / 1.5
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    assert frame.locator(".frame").bounding_box()["y"] < 5  # type: ignore[index]
    assert [url for url in requests if not url.startswith("data:")] == [path.as_uri()]
