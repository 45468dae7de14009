"""How long the trend page takes to load with 1,000 nights of 60 benchmarks, in a real browser.

Not a test: times belong to the machine. `python -m tests.benchmarks.trend_page` prints what making, storing, judging,
rendering and loading cost; loading is from navigation until the charts in view are drawn, the median of several loads.
"""

from __future__ import annotations

import json
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from playwright.sync_api import sync_playwright

from suite.tracking.history.benchmark_json import read_night
from suite.tracking.history.check import check_record
from suite.tracking.history.database import open_record
from suite.tracking.history.pages import write_pages
from suite.tracking.history.record import store_night
from tests.report.test_browser import FLAGS
from tests.tracking.history.nights import EPYC, NOW, XEON, as_bytes, as_file

NIGHTS, BENCHMARKS, LOADS, LIMIT_SECONDS = 1000, 60, 7, 2.0
SIZES = ({"width": 1200, "height": 900}, {"width": 380, "height": 800})
DRAWN = (
    """() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now()))))"""
)


def write_synthetic_record(database: Path) -> None:
    """Noise of 2.7 %, two types of processor, a step in every fourth series."""
    rng = np.random.default_rng(0)
    names = [f"model{i // 4}-{('forward', 'step')[i // 2 % 2]}-{('keras', 'torch')[i % 2]}" for i in range(BENCHMARKS)]
    steps = rng.integers(100, NIGHTS - 100, BENCHMARKS)
    levels = rng.normal(0, 0.3, BENCHMARKS)
    with open_record(str(database), lambda _: None) as connection:
        for night in range(NIGHTS):
            raised = np.where((np.arange(BENCHMARKS) % 4 == 0) & (night >= steps), 0.1, 0.0)
            values = levels + raised + rng.normal(0, 0.027, BENCHMARKS)
            machine = XEON if night > 50 and rng.random() < 0.3 else EPYC
            file = as_file(night, dict(zip(names, values.tolist(), strict=True)), machine=machine)
            store_night(connection, read_night(as_bytes(file), "synthetic"))


@contextmanager
def timed(what: str) -> Iterator[None]:
    start = time.perf_counter()
    yield
    print(f"{what}: {time.perf_counter() - start:.2f} s")


def load_seconds(page_path: Path) -> dict[str, float]:
    """Median seconds from navigation to drawn, a size of window each."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        sys.exit("Chromium isn't installed; on Debian: apt-get install chromium")
    found = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        for size in SIZES:
            times = []
            for _ in range(LOADS):
                page = browser.new_page(viewport=size)
                page.goto(page_path.as_uri())
                times.append(page.evaluate(DRAWN) / 1000)
                assert page.locator("article").count() == BENCHMARKS
                page.close()
            found[f"{size['width']} px"] = statistics.median(times)
        browser.close()
    return found


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        database, report = Path(folder) / "history.sqlite", Path(folder) / "report"
        with timed(f"storing {NIGHTS} nights of {BENCHMARKS} benchmarks"):
            write_synthetic_record(database)
        with open_record(str(database), print) as connection:
            with timed("judging"):
                checked = check_record(connection, None, NOW)
            with timed("rendering"):
                path = write_pages(checked, report, "en")
        print(f"page: {path.stat().st_size / 1e6:.2f} MB; record: {database.stat().st_size / 1e6:.0f} MB")
        loads = load_seconds(path)
    print(json.dumps({size: round(seconds, 3) for size, seconds in loads.items()}))
    if max(loads.values()) > LIMIT_SECONDS:
        sys.exit(f"the page took longer than {LIMIT_SECONDS} s to load")


if __name__ == "__main__":
    main()
