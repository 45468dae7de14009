"""`suite data`: downloads from a real web server on this machine, with checksums; and what there is."""

from __future__ import annotations

import functools
import hashlib
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from suite.cli import main
from suite.data import all_datasets
from suite.data.dataset import OfficialFile

pytestmark = pytest.mark.slow

NEWS = '"1","Talks","x"\n"2","Win","y"\n"3","Oil","z"\n"4","Chip","w"\n'


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A web server that publishes AG News with four rows, where the suite looks for it."""
    site = tmp_path / "site"
    site.mkdir()
    for part in ("train", "test"):
        (site / f"{part}.csv").write_text(NEWS, "utf-8")
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=str(site)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    md5 = hashlib.md5(NEWS.encode()).hexdigest()
    url = f"http://127.0.0.1:{server.server_address[1]}"
    sources = tuple(OfficialFile(url=f"{url}/{part}.csv", md5=md5) for part in ("train", "test"))
    monkeypatch.setitem(all_datasets(), "ag_news", replace(all_datasets()["ag_news"], files=sources))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("SUITE_DATA_DIR", raising=False)
    yield site
    server.shutdown()
    thread.join()
    server.server_close()


def _run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["data", *arguments])


@pytest.mark.usefixtures("published")
def test_fetch_then_list_and_check() -> None:
    """What was downloaded is what the door gives, and its checksums are right."""
    assert "stand-in" in _run("list").output
    done = _run("fetch", "ag_news")
    assert done.exit_code == 0, done.output
    assert "fetched" in _run("list").output
    check = _run("check", "ag_news")
    assert check.exit_code == 0
    assert "2 of 2 official files" in check.output.replace("\n", " ")


def test_second_fetch_downloads_nothing(published: Path) -> None:
    """Files that are there and intact aren't asked for again."""
    assert _run("fetch", "ag_news").exit_code == 0
    for path in published.iterdir():
        path.unlink()
    assert _run("fetch", "ag_news").exit_code == 0


def test_wrong_checksum_keeps_nothing(published: Path, tmp_path: Path) -> None:
    """A file that isn't the published one is refused, and no half of it stays."""
    (published / "train.csv").write_text("tampered", "utf-8")
    done = _run("fetch", "ag_news")
    assert done.exit_code == 2
    assert list((tmp_path / "cache" / "notebook-suite" / "ag_news").iterdir()) == []


def test_server_that_does_not_answer(published: Path) -> None:
    """A missing file is an error that says what to do."""
    (published / "test.csv").unlink()
    assert _run("fetch", "ag_news").exit_code == 2


@pytest.mark.usefixtures("published")
def test_damaged_download_is_found(tmp_path: Path) -> None:
    """`check` reads everything, and exits with 1 for a file that doesn't read."""
    assert _run("fetch", "ag_news").exit_code == 0
    (tmp_path / "cache" / "notebook-suite" / "ag_news" / "train.csv").write_text("a,b\n", "utf-8")
    assert _run("check", "ag_news").exit_code == 1


def test_unknown_name_is_wrong_usage() -> None:
    """A typing error is answered with the names there are."""
    assert _run("check", "ag_new").exit_code == 2
