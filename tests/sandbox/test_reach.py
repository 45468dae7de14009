"""What a submission can't reach: other files, the network, other processes, privileges."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import psutil
import pytest

from suite.assignments import Limits
from suite.records import CellOutcome, Outcome
from suite.sandbox import Sandbox
from tests.sandbox.attempts import ATTEMPTS, NETWORK, PRELUDE, Attempt
from tests.sandbox.conftest import Look, claims, printed, run_cells, unchanged_machine

pytestmark = pytest.mark.slow

WORD = "hunter2-of-the-grader"


class _Page(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        """Answer, so that a download that gets here succeeds."""
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def web() -> Iterator[int]:
    """A web server on every address of the host."""
    server = HTTPServer(("0.0.0.0", 0), _Page)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def abstract() -> Iterator[str]:
    """An abstract Unix socket of the host, which belongs to its network namespace."""
    name = f"grader-{os.getpid()}"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(f"\0{name}")
        listener.listen()
        yield name


@pytest.fixture(scope="module")
def host(web: int, abstract: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """What there would be to reach."""
    folder = tmp_path_factory.mktemp("host")
    (folder / "secret.txt").write_text(WORD)
    addresses = [
        entry.address
        for entries in psutil.net_if_addrs().values()
        for entry in entries
        if entry.family is socket.AF_INET and not entry.address.startswith("127.")
    ]
    return {
        "pid": os.getpid(),
        "word": WORD,
        "folder": str(folder),
        "secret": str(folder / "secret.txt"),
        "tcp": web,
        "abstract": abstract,
        "addresses": addresses,
    }


@pytest.fixture(scope="module")
def attempted(
    sandbox: Sandbox, limits: Limits, host: dict[str, object], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, CellOutcome]:
    """All attempts that the sandbox claims to hold back, one after the other in one notebook."""
    claimed = [attempt for attempt in ATTEMPTS if claims(sandbox, attempt.weakness)]
    sources = [f"HOST = {host!r}{PRELUDE}", *(attempt.source for attempt in claimed)]
    with unchanged_machine(sandbox), pytest.MonkeyPatch.context() as patch:
        patch.setenv("A_SECRET", WORD)
        evidence = run_cells(sandbox, limits, tmp_path_factory.mktemp("reach"), *sources)
    assert evidence.run.cells[0].outcome is Outcome.PASS, evidence.run
    assert evidence.silent == "", "the process answers after all attempts"
    return {attempt.name: cell for attempt, cell in zip(claimed, evidence.run.cells[1:], strict=True)}


@pytest.mark.parametrize("attempt", ATTEMPTS, ids=lambda attempt: attempt.name)
def test_held_back(attempted: dict[str, CellOutcome], attempt: Attempt) -> None:
    """The attempt ends in the system's refusal, which the submission sees as an `OSError`."""
    if attempt.name not in attempted:
        pytest.skip("declared as a weakness")
    cell = attempted[attempt.name]
    assert cell.outcome is Outcome.ERROR, "it got through"
    assert issubclass(_find_error(cell.error_name), OSError), f"{cell.error_name}: {cell.error_message}"


def _find_error(name: str) -> type:
    """The exception class of that name."""
    return getattr(__import__("builtins"), name, None) or getattr(socket, name, None) or RuntimeError


def test_nothing_was_planted(attempted: dict[str, CellOutcome], host: dict[str, object]) -> None:
    """The host's own folder holds what it held before."""
    assert attempted is not None
    assert [path.name for path in Path(str(host["folder"])).iterdir()] == ["secret.txt"]


def test_no_datagram_comes_out(look: Look, sandbox: Sandbox) -> None:
    """What is sent by UDP to the host never arrives."""
    if not claims(sandbox, NETWORK):
        pytest.skip("declared as a weakness")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver:
        receiver.bind(("0.0.0.0", 0))
        receiver.settimeout(0.2)
        port = receiver.getsockname()[1]
        send = f"""
import socket
for target in ("127.0.0.1", "255.255.255.255", "224.0.0.1"):
    try:
        sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sender.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        sender.sendto(b"leak", (target, {port}))
    except OSError:
        pass
print("sent")
"""
        assert printed(look(send)) == "sent\n"
        with pytest.raises(TimeoutError):
            receiver.recv(10)


def test_listener_is_not_reached(look: Look, sandbox: Sandbox) -> None:
    """A submission may listen on every address: from the host nobody gets in."""
    if not claims(sandbox, NETWORK):
        pytest.skip("declared as a weakness")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    reached: list[bool] = []
    done = threading.Event()

    def knock() -> None:
        while not done.wait(0.1):
            with socket.socket() as caller:
                reached.append(caller.connect_ex(("127.0.0.1", port)) == 0)

    thread = threading.Thread(target=knock)
    thread.start()
    begin = time.monotonic()
    listen = f"import socket, time\ns = socket.create_server(('0.0.0.0', {port}))\nprint('open')\ntime.sleep(1)"
    evidence = look(listen)
    done.set()
    thread.join()
    assert printed(evidence) == "open\n"
    assert time.monotonic() - begin > 1
    assert reached
    assert not any(reached)


def test_shell_lines_neither_hang_nor_pass(look: Look) -> None:
    """`!pip install` and `!wget` are recorded and skipped at once, and what they were to bring isn't there."""
    evidence = look("!pip install left_pad_py\n%pip install x\n!wget http://1.1.1.1/x.csv", "import left_pad_py")
    assert len(evidence.shell_lines) == 3
    assert [cell.outcome for cell in evidence.run.cells] == [Outcome.PASS, Outcome.MISSING_DEPENDENCY]
    assert evidence.run.cells[0].seconds < 5


def test_input_does_not_hang(look: Look) -> None:
    """Nobody is there to ask: every way to read from the keyboard ends at once."""
    evidence = look("input()", "import getpass; getpass.getpass()", "import os; assert os.read(0, 1) == b''")
    first, second, third = evidence.run.cells
    assert (first.error_name, second.error_name) == ("StdinNotImplementedError",) * 2
    assert third.outcome is Outcome.PASS
    assert sum(cell.seconds for cell in evidence.run.cells) < 5


def test_leftovers_are_not_seen_by_the_next(look: Look, sandbox: Sandbox, tmp_path: Path) -> None:
    """What a submission leaves in any folder that it can write is gone before the next one runs."""
    shared = ("/dev/shm", "/var/tmp", "/tmp") if claims(sandbox, "weak_files") else ()
    name = f"left-{tmp_path.name}"
    leave = f"""
import os, tempfile
found = []
for folder in (".", os.path.expanduser("~"), tempfile.gettempdir(), *{shared!r}):
    path = os.path.join(folder, {name!r})
    found.append(os.path.exists(path))
    try:
        os.mkdir(path)
        open(path + "/file", "x")
        os.chmod(path, 0)
    except OSError:
        pass
print(any(found[:3]) or any(found[3:5]))
"""
    assert printed(look(leave)) == printed(look(leave)) == "False\n"
