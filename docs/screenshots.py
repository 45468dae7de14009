"""Pictures of the pages, into `docs/images/`: `tox -e screenshots`.

The class is that of `submissions/`, the benchmarks are `stack10`'s, timed for it; the trend page is of made-up nights,
and what a person marks is an essay that nobody wrote.
"""

from __future__ import annotations

import argparse
import io
import math
import shutil
import subprocess
import tempfile
from datetime import timedelta
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from suite.report.page_name import page_name
from suite.tracking.history.check import check_record, look
from suite.tracking.history.database import open_record
from suite.tracking.history.exchange import import_bytes
from suite.tracking.history.pages import write_pages
from suite.tracking.history.records import FreshVerdict
from tests.serving.report import make_report, serving
from tests.tracking.history.nights import EPYC, FIRST, as_bytes, as_file

IMAGES = Path(__file__).parent / "images"
RIGHT, WRONG = "ana", "elena"
COLOURS = 128  # of a palette: pages have few, and a file is a third of the size
WIDE, PHONE = (1200, 1100), (390, 844)
NIGHTS, SLOW_FROM = 90, 60
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


def main() -> None:
    """Make the pages that aren't there, and photograph them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("report", nargs="?", type=Path, help="a report of that class; it is graded without one")
    parser.add_argument("bench", nargs="?", type=Path, help="a page of benchmarks; they are timed without one")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        report = given.report or _grade(folder / "class")
        bench = given.bench or _bench(folder / "bench.html")
        trend = _trend(folder / "trend")
        files = {
            "class": report / "index.html",
            "right": report / "submissions" / page_name(RIGHT),
            "wrong": report / "submissions" / page_name(WRONG),
            "trend": trend,
            "benchmarks": bench,
        }
        IMAGES.mkdir(exist_ok=True)
        with serving(*make_report(folder / "essays")) as server, sync_playwright() as playwright:
            pages = {name: path.resolve().as_uri() for name, path in files.items()}
            pages["marking"] = f"{server.link}mark/{page_name(RIGHT)}"
            program = shutil.which("chromium") or shutil.which("google-chrome")
            browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
            for name, address in pages.items():
                _shoot(browser, address, f"{name}-light", "light", WIDE)
                _shoot(browser, address, f"{name}-dark", "dark", WIDE)
                _shoot(browser, address, f"{name}-phone", "light", PHONE)
            browser.close()


def _shoot(browser: Browser, address: str, name: str, scheme: str, size: tuple[int, int]) -> None:
    """The top of a page, as a PNG with a palette."""
    page = browser.new_page(viewport={"width": size[0], "height": size[1]}, color_scheme=scheme)
    page.goto(address)
    shot = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    page.close()
    target = IMAGES / f"{name}.png"
    shot.quantize(COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(target, optimize=True)
    print(f"{target.relative_to(IMAGES.parent.parent)}: {target.stat().st_size >> 10} KiB")


def _grade(folder: Path) -> Path:
    subprocess.run(["suite", "grade", "submissions", "-a", "stacked_rnn", "--report", str(folder)], check=True)
    return folder


def _bench(page: Path) -> Path:
    subprocess.run(["suite", "bench", "--quick", "--only", "stack10", "--report", str(page)], check=True)
    return page


def _trend(folder: Path) -> Path:
    """A record of made-up nights in which one benchmark becomes slower."""
    folder.mkdir()
    now = FIRST + timedelta(days=NIGHTS + 1)
    with open_record(str(folder / "record.sqlite"), lambda _: None) as connection:
        for night in range(NIGHTS):
            noise = 0.004 * math.sin(night * 12.9898)
            values = {
                "stack10-forward-keras": 0.3 + noise,
                "stack10-forward-torch": noise + (0.12 if night >= SLOW_FROM else 0.0),
                "stack10-train-keras": 0.9 - noise,
                "stack10-train-torch": 0.7 + 2 * noise,
            }
            document = as_file(night, values, machine=EPYC, subject=f"Change number {night}")
            import_bytes(connection, as_bytes(document), "night", now)
        check_record(connection, lambda _: FreshVerdict.SLOWER, now)
        return write_pages(look(connection, now), folder, "en")


if __name__ == "__main__":
    main()
