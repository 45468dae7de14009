"""The server answers who has the link, changes nothing for anybody else, and keeps the report up to date."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from urllib.parse import urlencode

import pytest

from suite.marking import LEDGER, read_ledger
from suite.report.folder import hold
from suite.report.page_name import page_name
from suite.serving.server import MAX_BODY, MarkingServer
from tests.conftest import ROOT
from tests.serving.report import make_report, serving

pytestmark = pytest.mark.slow

FORM = "application/x-www-form-urlencoded"
MARK = {
    "action": "mark",
    "submission": "ana",
    "content_hash": "0" * 64,
    "task": "essay",
    "points.clarity": "4",
    "points.sources": "2",
}


@pytest.fixture
def server(tmp_path: Path) -> Iterator[MarkingServer]:
    with serving(*make_report(tmp_path)) as server:
        yield server


def _ask(server: MarkingServer, method: str, path: str, body: str = "", **headers: str) -> tuple[HTTPResponse, str]:
    connection = HTTPConnection(server.address, timeout=20)
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, body or None, given)
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer, text


def _get(server: MarkingServer, place: str = "", **headers: str) -> tuple[int, str]:
    answer, text = _ask(server, "GET", f"/{server.token}/{place}", **headers)
    return answer.status, text


def _post(server: MarkingServer, place: str, fields: dict[str, str], **headers: str) -> tuple[int, str]:
    body = urlencode({"token": server.form_token} | fields)
    answer, text = _ask(server, "POST", f"/{server.token}/{place}", body, **{"Content_Type": FORM} | headers)
    return answer.status, text


def _entries(server: MarkingServer) -> int:
    return len(read_ledger(server.served.folder).entries)


PAGE = f"mark/{page_name('ana')}"


def test_a_mark_is_entered_and_stands_in_the_report(server: MarkingServer) -> None:
    """At once on the page, and in every file when the server ends at the latest."""
    assert _post(server, PAGE, MARK)[0] == 303
    status, page = _get(server, PAGE)
    assert status == 200
    assert "6 / 12" in page
    assert server.served.write()
    document = json.loads((server.served.folder / "results.json").read_text("utf-8"))
    assert [result["score"] for result in document["results"]] == [6, 0]
    assert "Eva" in (server.served.folder / "submissions" / page_name("ana")).read_text("utf-8")
    assert (
        _post(server, PAGE, {"action": "withdrawal", "entry": read_ledger(server.served.folder).entries[0].id})[0]
        == 303
    )
    assert "0 / 12" in _get(server, PAGE)[1]


@pytest.mark.parametrize("path", ["/", "/x/", "/favicon.ico", f"/{'A' * 43}/", f"/{'A' * 43}/{PAGE}", "//", "/%"])
def test_without_the_link_nothing_is_seen(server: MarkingServer, path: str) -> None:
    """Whatever is asked, the answer is the same."""
    for method in ("GET", "POST"):
        answer, text = _ask(server, method, path, "x=1" if method == "POST" else "", Content_Type=FORM)
        assert (answer.status, text) == (404, "nothing here")


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "example.com"},
        {"Host": "localhost:80"},
        {"Origin": "https://example.com"},
        {"Origin": "null"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
        {"Content_Type": "text/plain"},
    ],
)
def test_other_pages_cannot_enter_anything(server: MarkingServer, headers: dict[str, str]) -> None:
    """Even with the link and the form's token."""
    assert _post(server, PAGE, MARK, **headers)[0] == 403
    assert _entries(server) == 0


def test_a_form_needs_its_token(server: MarkingServer) -> None:
    """The link alone isn't enough."""
    assert _post(server, PAGE, MARK | {"token": server.token})[0] == 403
    assert _post(server, PAGE, MARK | {"token": ""})[0] == 403
    assert _entries(server) == 0


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"points.clarity": "5"}, 422),
        ({"points.clarity": "many"}, 422),
        ({"content_hash": "9" * 64}, 422),
        ({"submission": "nobody"}, 422),
        ({"action": "withdrawal", "entry": "x"}, 422),
        ({"action": "answer", "request": "x", "answer": "y"}, 422),
        ({"comment": "x" * MAX_BODY}, 400),
    ],
)
def test_what_does_not_fit_is_refused(server: MarkingServer, changes: dict[str, str], status: int) -> None:
    """With a sentence, and nothing is entered."""
    seen, page = _post(server, PAGE, MARK | changes)
    assert seen == status
    assert 'role="alert"' in page
    assert _entries(server) == 0


@pytest.mark.parametrize(
    "place",
    [
        *(f"report/{name}" for name in ("results.json", "ledger.jsonl", "private.txt", ".suite/lock", "evidence/")),
        *(f"report/submissions/{up}/private.txt" for up in ("..", "%2e%2e")),
        *("report//etc/passwd", "mark/", "mark/x.html", "other"),
    ],
)
def test_only_pages_are_served(server: MarkingServer, place: str) -> None:
    """Nothing else of the folder, and nothing outside of it."""
    assert _get(server, place)[0] == 404


def test_pages_may_do_little(server: MarkingServer) -> None:
    """Scripts by their hash only; what a student wrote has neither scripts nor an origin; nothing is kept or framed."""
    for place in ("", PAGE):
        answer, text = _ask(server, "GET", f"/{server.token}/{place}")
        policy = answer.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'")
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["Cache-Control"] == "no-store"
        assert server.token not in text
    answer, _ = _ask(server, "GET", f"/{server.token}/report/submissions/{page_name('ana')}")
    assert answer.headers["Content-Security-Policy"].startswith("sandbox;")
    assert server.server_address[0] == "127.0.0.1"


def test_while_another_command_works_marks_wait(server: MarkingServer) -> None:
    """They are in the ledger at once, the page says whom they wait for, and then they stand in the report."""
    with hold(server.served.folder):
        before = _get(server, "state")[1]
        assert _post(server, PAGE, MARK)[0] == 303
        assert "Another command" in _get(server)[1]
        assert not server.served.write()
        assert _entries(server) == 1
    assert _get(server, "state")[1] != before
    assert server.served.write()
    assert "Another command" not in _get(server)[1]


def test_a_class_that_is_graded_is_shown_as_soon_as_it_is(tmp_path: Path) -> None:
    """The server may start first."""
    report, root = make_report(tmp_path)
    results = (report / "results.json").read_bytes()
    (report / "results.json").unlink()
    with hold(report), serving(report, root) as server:
        assert "Nothing is graded yet" in _get(server)[1]
        (report / "results.json").write_bytes(results)
        assert "ana" in _get(server)[1]


def test_the_command_ends_cleanly(tmp_path: Path) -> None:
    """Ctrl-C writes what was entered, says where it stands, and is no failure."""
    report, root = make_report(tmp_path)
    command = [sys.executable, "-m", "suite", "serve", str(report), "--assignments", str(root), "--who", "Eva"]
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=os.environ | {"COLUMNS": "200"},
    ) as process:
        assert process.stdout is not None
        found = re.fullmatch(r"http://(127\.0\.0\.1:\d+)/([\w-]{43})/\n", process.stdout.readline())
        assert found is not None
        connection = HTTPConnection(found[1], timeout=20)
        connection.request("GET", f"/{found[2]}/{PAGE}")
        page = connection.getresponse().read().decode()
        token = re.search(r'name="token" value="([\w-]+)"', page)
        assert token is not None
        body = urlencode({"token": token[1]} | MARK)
        connection.request("POST", f"/{found[2]}/{PAGE}", body, {"Content-Type": FORM})
        assert connection.getresponse().status == 303
        process.send_signal(signal.SIGINT)
        said = process.communicate(timeout=60)[1]
    assert process.returncode == 0, said
    assert LEDGER in said
    assert "Traceback" not in said
    document = json.loads((report / "results.json").read_text("utf-8"))
    assert document["results"][0]["score"] == 6
