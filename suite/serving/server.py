"""The server: loopback only, and whoever doesn't know the link sees nothing.

Each request must carry the link's token, name this machine as its host and, if it changes something, come from a page
of this server (by what the browser says of its origin) with the form's own token. Tokens are compared in constant time.
"""

from __future__ import annotations

import hmac
import json
import re
import secrets
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import quote, unquote, urlsplit

from suite.errors import SuiteError, UsageError
from suite.records import text
from suite.report.folder import PAGES
from suite.serving.forms import FormError, as_entry, one, read_fields
from suite.serving.pages import MarkingPages
from suite.serving.served_class import ServedClass
from suite.text.errors import tell

LOOPBACK = "127.0.0.1"
TOKEN_BYTES = 32
MAX_BODY = 1 << 18  # of a form: the longest comment that an entry may hold, several times
WAIT_SECONDS = 30  # for a request to arrive
WRITE_SECONDS = 1.0  # between two looks at whether the report has to be written again
REPORT_FILES = re.compile(rf"index\.html|{PAGES}/[A-Za-z0-9._-]+\.html")
HEADERS = {
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
OF_SUBMISSIONS = "sandbox; frame-ancestors 'self'"
"""Besides the page's own policy: what a student wrote has neither scripts nor an origin."""
OF_CLASS = "sandbox allow-scripts; frame-ancestors 'self'"
"""The class page has one script of the suite's, which its own policy names by its hash."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpAnswer:
    """What is sent back."""

    status: HTTPStatus
    body: bytes = b""
    kind: str = "text/html; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)


NOT_FOUND = HttpAnswer(status=HTTPStatus.NOT_FOUND, body=b"nothing here", kind="text/plain")
FORBIDDEN = HttpAnswer(status=HTTPStatus.FORBIDDEN, body=b"not from here", kind="text/plain")


class MarkingServer(ThreadingHTTPServer):
    """Serves one class until it is closed."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, served: ServedClass, who: str, port: int) -> None:
        self.served = served
        self.who = who
        self.token = secrets.token_urlsafe(TOKEN_BYTES)
        self.form_token = secrets.token_urlsafe(TOKEN_BYTES)
        super().__init__((LOOPBACK, port), _Handler)
        self.pages = MarkingPages(served, self.form_token, who)

    @property
    def address(self) -> str:
        """Where the server answers, as a browser names it."""
        return f"{LOOPBACK}:{self.server_port}"

    @property
    def link(self) -> str:
        """The address of the class; whoever has it may mark."""
        return f"http://{self.address}/{self.token}/"

    def handle_error(self, request: object, client_address: object) -> None:
        """A browser that goes away is nobody's failure."""


@contextmanager
def open_server(served: ServedClass, who: str, port: int) -> Iterator[MarkingServer]:
    """A server and what keeps the report up to date; at the end of the block all that was entered is written."""
    try:
        server = MarkingServer(served, who, port)
    except OSError as error:
        raise UsageError(
            "port {port} can't be used: {reason}; name another one with --port", port=port, reason=error.strerror
        ) from error
    ended = threading.Event()
    writer = threading.Thread(target=_keep_written, args=(served, ended), daemon=True)
    writer.start()
    try:
        yield server
    finally:
        server.server_close()
        ended.set()
        writer.join()
        served.write()


def _keep_written(served: ServedClass, ended: threading.Event) -> None:
    while not ended.wait(WRITE_SECONDS):
        try:
            served.write()
        except (SuiteError, OSError) as error:
            served.problem = error


class _Handler(BaseHTTPRequestHandler):
    """One request."""

    server: MarkingServer
    server_version = "suite"
    sys_version = ""
    timeout = WAIT_SECONDS

    def do_GET(self) -> None:
        """Show a page."""
        self._send(self._guard(self._get))

    def do_POST(self) -> None:
        """Enter what a form says."""
        self._send(self._guard(self._post))

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
        """The terminal is for the one sentence with the link."""

    def _guard(self, work: Callable[[str], HttpAnswer]) -> HttpAnswer:
        """The answer to a request that carries the token and is meant for this server; `NOT_FOUND` to any other."""
        _, _, rest = urlsplit(self.path).path.partition("/")
        token, _, place = rest.partition("/")
        if self.headers.get("Host", "") != self.server.address:
            return FORBIDDEN
        if not hmac.compare_digest(token.encode(), self.server.token.encode()):
            return NOT_FOUND
        try:
            return work(unquote(place))
        except FormError as error:
            return self._page(self.server.pages.failure(error.message), HTTPStatus.BAD_REQUEST)
        except (SuiteError, OSError) as error:
            problem = text("serving_failed", problem=tell(error, self.server.served.spoken))
            return self._page(self.server.pages.failure(problem), HTTPStatus.INTERNAL_SERVER_ERROR)

    def _get(self, place: str) -> HttpAnswer:
        pages = self.server.pages
        if place == "state":
            body = json.dumps({"version": self.server.served.version()}).encode()
            return HttpAnswer(status=HTTPStatus.OK, body=body, kind="application/json")
        if place.startswith("report/"):
            return self._report_file(place.removeprefix("report/"))
        html = pages.overview() if not place else pages.submission(place.removeprefix("mark/"))
        return NOT_FOUND if html is None else self._page(html)

    def _report_file(self, name: str) -> HttpAnswer:
        """A page of the report, as it lies in the folder."""
        path = self.server.served.folder / name
        if not REPORT_FILES.fullmatch(name) or path.is_symlink() or not path.is_file():
            return NOT_FOUND
        policy = OF_SUBMISSIONS if name.startswith(PAGES) else OF_CLASS
        return HttpAnswer(status=HTTPStatus.OK, body=path.read_bytes(), headers={"Content-Security-Policy": policy})

    def _post(self, place: str) -> HttpAnswer:
        if not self._is_from_here():
            return FORBIDDEN
        fields = read_fields(self._body())
        if not hmac.compare_digest(one(fields, "token").encode(), self.server.form_token.encode()):
            return FORBIDDEN
        page = place.removeprefix("mark/") if place.startswith("mark/") else ""
        try:
            self.server.served.enter(as_entry(fields, self.server.who))
        except FormError as error:
            pages = self.server.pages
            html = pages.submission(page, error.message) if page else pages.overview(error.message)
            return NOT_FOUND if html is None else self._page(html, HTTPStatus.UNPROCESSABLE_ENTITY)
        back = f"/{self.server.token}/" + (f"mark/{quote(page)}" if page else "")
        return HttpAnswer(status=HTTPStatus.SEE_OTHER, headers={"Location": back})

    def _is_from_here(self) -> bool:
        """Whether the browser says that a page of this server sent the form; one that says nothing isn't a browser."""
        site, origin = self.headers.get("Sec-Fetch-Site"), self.headers.get("Origin")
        kind = self.headers.get("Content-Type", "").partition(";")[0]
        return (
            site in {None, "same-origin"}
            and origin in {None, f"http://{self.server.address}"}
            and kind == "application/x-www-form-urlencoded"
        )

    def _body(self) -> bytes:
        length = self.headers.get("Content-Length", "")
        if not length.isascii() or not length.isdigit() or int(length) > MAX_BODY:
            raise FormError(text("form_unreadable"))
        return self.rfile.read(int(length))

    def _page(self, html: str, status: HTTPStatus = HTTPStatus.OK) -> HttpAnswer:
        policy = {"Content-Security-Policy": self.server.pages.policy}
        return HttpAnswer(status=status, body=html.encode("utf-8", "replace"), headers=policy)

    def _send(self, answer: HttpAnswer) -> None:
        self.send_response(answer.status)
        for name, value in {**HEADERS, **answer.headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Type", answer.kind)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)
