"""A person marks in a real browser, whatever submissions are called and say. Needs Chromium (Debian: chromium)."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from suite.marking import append, read_ledger
from suite.marking.entries import MarkEntry, RequestEntry, now
from suite.report.page_name import page_name
from tests.conftest import ROOT, Graded
from tests.report.test_browser import RULES, browser  # noqa: F401 - a fixture
from tests.report.test_render import HOSTILE
from tests.serving.report import make_report, serving

pytestmark = pytest.mark.slow


def test_a_manual_task_is_marked(browser: Browser, tmp_path: Path) -> None:  # noqa: F811
    """From the class to a submission, its rubric filled in, a comment chosen; the mark stands on the report's page."""
    report, root = make_report(tmp_path)
    with serving(report, root) as server:
        page = browser.new_page()
        problems: list[str] = []
        page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
        page.goto(server.link)
        page.get_by_role("link", name="ana").click()
        page.get_by_label("Points of 4").fill("3.5")
        page.get_by_label("Say it shorter.").check()
        page.get_by_label("Points of 6").fill("5")
        page.get_by_label("Comment on the whole").fill("A good read.")
        page.get_by_role("button", name="Mark", exact=True).click()
        expect(page.locator(".score b")).to_have_text("8.5 / 12")
        expect(page.get_by_label("Say it shorter.")).to_be_checked()
        page.get_by_role("link", name="Next that waits: luis").click()
        expect(page.locator("h1")).to_have_text("luis")
        assert server.served.write()
        page.goto(f"{server.link}mark/{page_name('ana')}")
        framed = page.frame_locator("iframe")
        expect(framed.locator(".marking")).to_contain_text("A good read.")
        expect(framed.locator(".marking")).to_contain_text("Say it shorter.")
        assert problems == []
        page.close()
    (entry,) = read_ledger(report).entries
    assert isinstance(entry, MarkEntry)
    assert (entry.who, entry.points) == ("Eva", {"clarity": 3.5, "sources": 5})


def test_an_override_and_an_answer(browser: Browser, tmp_path: Path) -> None:  # noqa: F811
    """Each from its own form, in Spanish."""
    report, root = make_report(tmp_path, language="es")
    asked = RequestEntry(who="Eva", when=now(), submission="ana", content_hash="0" * 64, request="¿Por qué?")
    append(report, asked)
    with serving(report, root) as server:
        page = browser.new_page()
        page.goto(server.link)
        expect(page.get_by_text("pide revisión")).to_be_visible()
        page.get_by_role("link", name="ana").click()
        page.get_by_label("Respuesta").fill("Tienes razón.")
        page.get_by_role("button", name="Anotar").first.click()
        expect(page.get_by_text("Respuesta: Tienes razón.")).to_be_visible()
        page.get_by_text("Corregir una comprobación").click()
        whole = page.get_by_role("group", name="el conjunto")
        whole.get_by_label("Puntos, sobre 12").fill("7")
        whole.get_by_label("Motivo").fill("Se ve en el PDF.")
        whole.get_by_role("button").click()
        expect(page.locator(".score b")).to_have_text("7 / 12")
        page.close()
    document = json.loads((report / "results.json").read_text("utf-8"))
    assert [result["score"] for result in document["results"]] == [7, 0]


def test_a_group_gets_one_comment(browser: Browser, examples: Graded, tmp_path: Path) -> None:  # noqa: F811
    """Entered once, beside the cause, it stands on the page of each member and of nobody else; withdrawn, on none."""
    report = shutil.copytree(examples.report, tmp_path / "report")
    causes = [{found["cause"] for found in result["diagnoses"]} for result in _results(report)]
    with serving(report, ROOT / "reference") as server:
        page = browser.new_page()
        page.goto(server.link)
        group = page.locator("details.card").first
        group.locator("summary").click()
        cause = group.locator("input[name=cause]").input_value()
        group.get_by_label("Comment for everybody with this diagnosis").fill("See page 3.")
        group.get_by_role("button", name="Enter").click()
        expect(page.locator("details.card").first.locator(".said")).to_contain_text("See page 3.")
        assert server.served.write()
        told = [path for path in (report / "submissions").iterdir() if "See page 3." in path.read_text("utf-8")]
        assert len(told) == sum(cause in each for each in causes) > 0
        page.locator("details.card").first.locator("summary").click()
        page.locator("details.card").first.get_by_role("button", name="Withdraw").click()
        expect(page.locator("details.card").first.locator(".said")).to_have_count(0)
        assert server.served.write()
        assert not any("See page 3." in path.read_text("utf-8") for path in (report / "submissions").iterdir())
        page.close()


def _results(report: Path) -> list[dict[str, Any]]:
    results: list[dict[str, Any]] = json.loads((report / "results.json").read_text("utf-8"))["results"]
    return results


def test_pages_follow_what_others_enter(browser: Browser, tmp_path: Path) -> None:  # noqa: F811
    """Without being loaded again by hand."""
    report, root = make_report(tmp_path)
    with serving(report, root) as server:
        page = browser.new_page()
        page.goto(server.link)
        points = {"clarity": 4.0, "sources": 6.0}
        append(
            report,
            MarkEntry(who="Luis", when=now(), submission="ana", content_hash="0" * 64, task="essay", points=points),
        )
        expect(page.get_by_text("10 / 12")).to_be_visible(timeout=20_000)
        page.close()


def test_hostile_names_and_words_run_nothing(browser: Browser, tmp_path: Path) -> None:  # noqa: F811
    """No script, no request elsewhere, no form that isn't the suite's; and they can be marked all the same."""
    report, root = make_report(tmp_path, HOSTILE, "luis")
    asked = RequestEntry(who=HOSTILE, when=now(), submission=HOSTILE, content_hash="0" * 64, request=HOSTILE)
    append(report, asked)
    with serving(report, root) as server:
        page = browser.new_page()
        elsewhere: list[str] = []
        page.on("request", lambda asked: None if asked.url.startswith(server.link) else elsewhere.append(asked.url))
        page.on("dialog", lambda dialog: elsewhere.append(dialog.message))
        for place in ("", f"mark/{page_name(HOSTILE)}"):
            page.goto(f"{server.link}{place}")
            assert page.title() != "pwned"
            assert page.locator("img, form:not([method=post])").count() == 0
        _mark(page)
        expect(page.locator(".score b")).to_have_text("2 / 12")
        assert elsewhere == []
        page.close()


def _mark(page: Page) -> None:
    page.get_by_label("Points of 4").fill("1")
    page.get_by_label("Points of 6").fill("1")
    page.get_by_role("button", name="Mark", exact=True).click()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_are_accessible(browser: Browser, tmp_path: Path, scheme: Literal["light", "dark"]) -> None:  # noqa: F811
    """axe-core finds nothing on the class's page and on a submission's, with every part opened."""
    report, root = make_report(tmp_path)
    content = {"submission": "ana", "content_hash": "0" * 64}
    append(report, RequestEntry(who="Eva", when=now(), request="Please look.", **content))
    append(report, MarkEntry(who="Eva", when=now(), task="essay", points={"clarity": 1.0}, **content))
    with serving(report, root) as server:
        assert server.served.write()  # so that nothing changes while pages are looked at, and none loads itself again
        page = browser.new_page(color_scheme=scheme)
        for place in ("", f"mark/{page_name('ana')}"):
            page.goto(f"{server.link}{place}")
            page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
            found = Axe().run(page, options=RULES).response["violations"]
            assert [(each["id"], [node["html"][:200] for node in each["nodes"][:3]]) for each in found] == []
        page.close()


@pytest.mark.parametrize("width", [375, 1280])
def test_pages_fit(browser: Browser, tmp_path: Path, width: int) -> None:  # noqa: F811
    """A phone and a desk, without a bar to scroll sideways."""
    report, root = make_report(tmp_path, "a" * 150, "luis")
    with serving(report, root) as server:
        page = browser.new_page(viewport={"width": width, "height": 800})
        for place in ("", f"mark/{page_name('a' * 150)}"):
            page.goto(f"{server.link}{place}")
            for closed in page.locator("summary").all():
                closed.click()
            assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.close()
