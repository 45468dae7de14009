"""The trend page: nothing of the record runs, all of it is said in both languages, and it works in a browser."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy.engine import Connection

from suite.records import Language
from suite.tracking.history.check import CheckedRecord, check_record, look
from suite.tracking.history.database import open_record
from suite.tracking.history.exchange import import_bytes
from suite.tracking.history.pages import as_script_data, write_pages
from suite.tracking.history.records import FreshVerdict
from tests.report.test_browser import browser, find_violations  # noqa: F401 - a fixture
from tests.tracking.history.nights import EPYC, NOW, XEON, as_bytes, as_file

NIGHTS, SLOW_FROM = 60, 45
EVIL = "</script><img src=x onerror=\"document.title='pwned'\"><script>document.title='pwned'</script>\u2028\x1b[31m"
NAMES = ("lstm-forward-torch", "lstm-forward-keras", "gru-step-torch")
UPGRADED = EPYC | {"frameworks": {"torch": "2.14.0"}}


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> CheckedRecord:
    """Sixty nights with a confirmed regression, an upgrade, a night elsewhere and hostile names."""
    with open_record(str(tmp_path_factory.mktemp("record") / "h.sqlite"), lambda _: None) as connection:
        for night in range(NIGHTS):
            values = {name: 0.002 * ((night * 7 + place) % 5) for place, name in enumerate(NAMES)}
            values[NAMES[0]] += 0.1 * (night >= SLOW_FROM)
            machine = XEON if night == 30 else UPGRADED if night >= 20 else EPYC
            document = as_file(night, values | {EVIL: 0.0}, machine=machine, subject=EVIL)
            import_bytes(connection, as_bytes(document), "night", NOW)
        check_record(connection, lambda _: FreshVerdict.SLOWER, NOW)
        return look(connection, NOW)


@pytest.fixture(scope="module")
def pages(checked: CheckedRecord, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("pages")
    return {language: write_pages(checked, folder / language, language) for language in ("en", "es")}


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:  # noqa: F811
    page = browser.new_page(viewport={"width": 380, "height": 800})
    page.requests = []  # type: ignore[attr-defined]
    page.on("request", lambda request: page.requests.append(request.url))  # type: ignore[attr-defined]
    page.on("pageerror", lambda error: page.requests.append(f"error: {error}"))  # type: ignore[attr-defined]
    yield page
    page.close()


def _data(path: Path) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', path.read_text("utf-8"), re.DOTALL)
    assert found
    return json.loads(found[1])


def test_columns_hold_what_was_measured(pages: dict[str, Path], checked: CheckedRecord) -> None:
    """Ratios, commits, the change with its commit, and the upgrade are in the page's data."""
    data = _data(pages["en"])
    series = next(each for each in data["series"] if each["name"] == NAMES[0])
    assert len(data["times"]) == len(series["values"]) == NIGHTS
    assert series["values"][0] == 0
    assert [(change["at"], change["status"], change["open"]) for change in series["changes"]] == [
        (SLOW_FROM, "regression", True)
    ]
    assert data["commits"][SLOW_FROM] == list(checked.runs.values())[SLOW_FROM][0].commit[:10]
    whats = [change["what"] for change in data["environment"]]
    assert any("torch 2.13.0 → torch 2.14.0" in what for what in whats)
    assert [change["at"] for change in data["environment"]] == [20, 30]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ("Branch: <b>main</b>", "feature (1)", "The machine changed in the same nights")),
        ("es", ("Rama: <b>main</b>", "feature (1)", "La máquina cambió en las mismas noches")),
    ],
)
def test_branch_and_machine_are_named(
    sqlite_record: Connection, tmp_path: Path, language: Language, said: tuple[str, ...]
) -> None:
    """The page is of one branch, and a slowdown beside a new kernel has both kernels in its row."""
    for night in range(NIGHTS):
        slow = night >= SLOW_FROM
        document = as_file(night, {"lstm": 0.2 * slow + 0.001 * (night % 3)}, machine_info={"release": f"6.{slow:d}"})
        import_bytes(sqlite_record, as_bytes(document), "night", NOW)
    other = as_file(NIGHTS, {"lstm": 0.0}, commit_info={"branch": "feature"})
    import_bytes(sqlite_record, as_bytes(other), "night", NOW)
    checked = check_record(sqlite_record, None, NOW)
    path = write_pages(checked, tmp_path, language)
    table = path.read_text("utf-8").partition("<h2>")
    for words in said:
        assert words in table[0] + table[2]
    assert ": system and kernel: Linux 6.0 → Linux 6.1</small>" in table[2]
    assert [change["at"] for change in _data(path)["environment"]] == [SLOW_FROM]
    assert len(_data(path)["times"]) == NIGHTS


def test_script_data_cannot_end_its_element() -> None:
    """No bracket or ampersand reaches the parser of the page, and it is still the same JSON."""
    text = as_script_data({"name": EVIL})
    assert not set("<>&") & set(text)
    assert json.loads(text) == {"name": EVIL}


def test_languages(pages: dict[str, Path]) -> None:
    """The table and the script's labels speak the page's language."""
    spanish = pages["es"].read_text("utf-8")
    assert '<html lang="es">' in spanish
    assert "Registro nocturno" in spanish
    assert re.search(r'<td class="number">\+1\d,\d %</td>', spanish)
    assert _data(pages["es"])["labels"]["regression"] == "regresión"
    assert _data(pages["en"])["labels"]["regression"] == "regression"


@pytest.mark.slow
def test_nothing_runs_or_is_loaded(page: Page, pages: dict[str, Path]) -> None:
    """Hostile names and messages are text; the page asks for nothing but itself, and its script has no error."""
    page.goto(pages["en"].as_uri())
    assert page.title() == "Nightly record"
    assert page.locator("img").count() == 0
    assert "onerror" in page.locator("#cards").inner_text()
    assert page.requests == [pages["en"].as_uri()]  # type: ignore[attr-defined]


@pytest.mark.slow
def test_the_trend_page_is_accessible(page: Page, pages: dict[str, Path]) -> None:
    """axe-core finds nothing, in light or dark, in either language."""
    for path in pages.values():
        assert find_violations(page, path) == []


@pytest.mark.slow
@pytest.mark.parametrize("width", [380, 1200])
def test_fits(page: Page, pages: dict[str, Path], width: int) -> None:
    """The page is no wider than the window, and the charts in view are drawn."""
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(pages["es"].as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    drawn = "document.querySelector('canvas').getContext('2d').getImageData(60, 20, 200, 120).data.some((x) => x)"
    page.locator("canvas").first.scroll_into_view_if_needed()
    page.wait_for_function(drawn)


@pytest.mark.slow
def test_filters(page: Page, pages: dict[str, Path]) -> None:
    """Name, framework, changes and machine leave the series that they should."""
    page.goto(pages["en"].as_uri())
    shown = page.locator("article:not([hidden]) h3")
    assert shown.count() == 4
    page.locator("[name=framework]").select_option("torch")
    assert set(shown.all_inner_texts()) == {NAMES[0], NAMES[2]}
    page.locator("[name=name]").fill("GRU step")
    assert shown.all_inner_texts() == [NAMES[2]]
    assert "1 of 4" in page.locator("#count").inner_text()
    page.locator("[name=name]").fill("")
    page.locator("[name=changed]").check()
    assert shown.all_inner_texts() == [NAMES[0]]
    page.locator("[name=machine]").select_option("1")
    page.locator("[name=range]").select_option("30")
    assert shown.all_inner_texts() == [NAMES[0]]


@pytest.mark.slow
def test_the_address_keeps_the_filters(page: Page, pages: dict[str, Path]) -> None:
    """A page that is opened by it shows the same, and a change has an address of its own."""
    page.goto(pages["en"].as_uri())
    page.fill("input[name=name]", NAMES[0])
    page.select_option("select[name=figure]", "time")
    shown = page.locator("#count").text_content()
    address = page.url
    assert "#name=" in address
    page.goto("about:blank")
    page.goto(address)
    assert page.locator("#count").text_content() == shown
    assert page.input_value("select[name=figure]") == "time"
    number = page.locator("tr[id^=change-]").first.get_attribute("id")
    assert page.locator(f"a[href='#{number}']").count() == 1
    assert [each for each in page.requests if each.startswith("error")] == []  # type: ignore[attr-defined]


def test_the_same_as_json(pages: dict[str, Path]) -> None:
    """Beside the page, for programs: what it draws, without its labels."""
    document = json.loads((pages["en"].parent / "history.json").read_text("utf-8"))
    data = _data(pages["en"])
    assert (document["schema_version"], document["branch"]) == (1, "main")
    assert document["series"] == data["series"]
    assert document["times"] == data["times"]
    assert all(change["number"] for each in document["series"] for change in each["changes"])


@pytest.mark.slow
def test_points_are_told(page: Page, pages: dict[str, Path]) -> None:
    """Pointing at a chart says the night, its commit, ratio, time and machine."""
    page.goto(pages["en"].as_uri())
    card = page.locator("article").filter(has_text=NAMES[2])
    card.scroll_into_view_if_needed()
    box = card.locator("canvas").first.bounding_box()
    assert box
    page.mouse.move(box["x"] + 57, box["y"] + 50)
    said = card.locator("output").inner_text()
    assert "night 2023-01-01" in said
    assert "ratio 1.0" in said
    assert "EPYC 1" in said


@pytest.mark.slow
def test_each_figure_is_read_in_its_unit(page: Page, tmp_path: Path) -> None:
    """Milliseconds, MiB and steps, each under its own name."""
    with open_record(str(tmp_path / "h.sqlite"), lambda _: None) as connection:
        document = as_file(0, {"lstm": 0.0}, memory=300.5 * 2**20, compiling=0.5, steps=31.67, learning=0.25)
        import_bytes(connection, as_bytes(document), "night", NOW)
        written = write_pages(look(connection, NOW), tmp_path / "pages", "en")
    page.goto(written.as_uri())
    told = page.locator("output.over").all_text_contents()
    for figure in ("time 10 ms", "memory 300.5 MiB", "compilation 500 ms", "steps to accuracy 31.7", "accuracy 250 ms"):
        assert any(figure in each for each in told), (figure, told)
    assert page.requests == [written.as_uri()]  # type: ignore[attr-defined]
