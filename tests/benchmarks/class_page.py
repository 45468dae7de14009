"""How long the class page takes to open with 1,000 submissions, in a real browser.

Not a test: times belong to the machine. `python -m tests.benchmarks.class_page REPORT` takes the results of a graded
class, again and again under other names, and prints what rendering, opening, filtering and sorting cost, as medians.
"""

from __future__ import annotations

import json
import shutil
import statistics
import sys
import tempfile
from dataclasses import replace
from itertools import cycle, islice
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from suite import assignments
from suite.grading.replay import judge_again, read_report
from suite.report.class_report import as_report
from suite.report.html import write_some
from tests.benchmarks.trend_page import DRAWN, LIMIT_SECONDS, LOADS, SIZES, timed
from tests.conftest import ROOT
from tests.report.test_browser import FLAGS

SUBMISSIONS = 1000
PAINTED = "() => performance.getEntriesByName('first-contentful-paint')[0].startTime / 1000"
ELEMENTS = "() => document.querySelectorAll('*').length"
TYPED = """() => {
    const field = document.querySelector("input[type=search]");
    field.value = "ana";
    const start = performance.now();
    field.dispatchEvent(new Event("input", {bubbles: true}));
    document.body.getBoundingClientRect();
    return (performance.now() - start) / 1000;
}"""
SORTED = """() => {
    const start = performance.now();
    document.querySelector(".sortable th button").click();
    document.body.getBoundingClientRect();
    return (performance.now() - start) / 1000;
}"""


def write_class(report: Path, folder: Path) -> Path:
    """The page of a class of that size; nobody's own page is written."""
    read = read_report(report)
    assignment = assignments.load(read.assignment, ROOT / "reference")
    judged = judge_again(report, read, assignment, assignments.load_expected(assignment))
    results = [
        replace(each, submission=f"{each.submission}-{number}")
        for number, each in enumerate(islice(cycle(judged), SUBMISSIONS))
    ]
    write_some(as_report(assignment, results, "en"), (), folder)
    return folder / "index.html"


def measure(page: Page, address: str) -> dict[str, float]:
    """Seconds until the page is there, and of what a person does with it."""
    page.goto(address)
    drawn = page.evaluate(DRAWN) / 1000
    assert page.locator(".sortable tbody tr").count() == SUBMISSIONS
    return {
        "painted": page.evaluate(PAINTED),
        "drawn": drawn,
        "filtered": page.evaluate(TYPED),
        "sorted": page.evaluate(SORTED),
        "elements": page.evaluate(ELEMENTS),
    }


def main() -> None:
    """Render, open, print."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        sys.exit("Chromium isn't installed; on Debian: apt-get install chromium")
    found = {}
    with tempfile.TemporaryDirectory() as temporary, sync_playwright() as playwright:
        with timed(f"judging and rendering a class of {SUBMISSIONS}"):
            path = write_class(Path(sys.argv[1]), Path(temporary))
        print(f"page: {path.stat().st_size / 1e6:.2f} MB")
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        for size in SIZES:
            loads = []
            for _ in range(LOADS):
                page = browser.new_page(viewport=size)
                loads.append(measure(page, path.as_uri()))
                page.close()
            found[f"{size['width']} px"] = {
                name: round(statistics.median(each[name] for each in loads), 3) for name in loads[0]
            }
        browser.close()
    print(json.dumps(found, indent=1))
    if max(each["drawn"] for each in found.values()) > LIMIT_SECONDS:
        sys.exit(f"the page took longer than {LIMIT_SECONDS} s to open")


if __name__ == "__main__":
    main()
