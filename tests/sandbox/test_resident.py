"""A process that keeps warm servers: its user's alone, of one version, and nothing is left of one that was killed."""

from __future__ import annotations

import os
import socket
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import pytest

from suite.errors import UsageError
from suite.resident import Resident, client, find, identity, make_folder, runtime_folder
from suite.resident.command_server import CommandServer
from suite.resident.messages import is_own, receive, send
from suite.resident.place import LOCK, SOCKET
from suite.sandbox import resident_process
from suite.sandbox.interface import Imports
from suite.sandbox.resident_process import ResidentProcess
from suite.sandbox.warm_server import WarmServer

WAIT_SECONDS = 30
IMPORTS = Imports(worker="", modules=())
NO_COMMANDS = CommandServer("tests.no_such_module")


class Server:
    """Stands for a warm server: the other end of its control socket."""

    made: list[Server]

    control: socket.socket
    other: socket.socket

    def __init__(self, *_: object) -> None:
        """As cheap as that of a warm server."""

    def open_control(self) -> socket.socket:
        """Another descriptor of it."""
        if self not in Server.made:
            self.control, self.other = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            Server.made.append(self)
        return self.control.dup()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Of the user alone."""
    made = runtime_folder({"XDG_RUNTIME_DIR": str(tmp_path)})
    make_folder(made)
    return made


@pytest.fixture
def resident(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Resident]:
    """One whose servers cost nothing, in this process."""
    Server.made = []
    monkeypatch.setattr(resident_process, "WarmServer", Server)
    monkeypatch.setattr(resident_process, "LOOK_SECONDS", 0.05)
    process = ResidentProcess(minutes=1, commands=NO_COMMANDS)
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listener:
        listener.bind(str(folder / SOCKET))
        listener.listen()
        thread = threading.Thread(target=process.serve, args=(listener,))
        thread.start()
        found = find(folder)
        assert found is not None
        yield found
        found.stop()
        thread.join(WAIT_SECONDS)
        assert not thread.is_alive()
    for server in Server.made:
        server.control.close()
        server.other.close()


def test_a_command_gets_a_server(resident: Resident) -> None:
    """Each asks for itself, and all get the control socket of the same server."""
    assert resident.differences == ()
    for number in range(2):
        with resident.ask_server(asdict(IMPORTS))() as control:
            control.send(b"f%d" % number)
            assert Server.made[0].other.recv(9) == b"f%d" % number
    assert len(Server.made) == 1
    assert resident.read_status().pid == os.getpid()


def test_a_warm_server_takes_that_of_the_resident_process(resident: Resident) -> None:
    """Foreseeing it starts nothing here."""
    server = WarmServer(IMPORTS, {}, resident)
    server.foresee()
    with server.open_control() as control:
        control.send(b"f")
    assert Server.made[0].other.recv(9) == b"f"
    server.close()


def test_users_are_counted(resident: Resident) -> None:
    """Whoever holds a connection uses it."""
    with resident.hold():
        assert resident.read_status().commands == 1
    end = time.monotonic() + WAIT_SECONDS
    while (commands := resident.read_status().commands) and time.monotonic() < end:
        pass  # the question before may still be counted, too
    assert commands == 0


@pytest.mark.parametrize("name", ["code", "Python", "libraries", "groups", "namespaces"])
def test_another_version_is_told(resident: Resident, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What differs is named."""
    monkeypatch.setattr(client, "identify", lambda: identity.identify() | {name: "other"})
    found = find(resident.folder)
    assert found is not None
    assert found.differences == (name,)


@pytest.mark.parametrize("content", [b"{", b"[]", b'{"ask": "server"}', b'{"ask": 5}', b"\xff" * 1000])
def test_nonsense_costs_only_itself(resident: Resident, content: bytes) -> None:
    """A connection that sends something else is closed, and others are answered."""
    with resident.hold() as connection:
        connection.send(content)
        assert connection.recv(9) == b""
        assert resident.read_status().minutes == 1


def test_an_unused_one_ends(folder: Path) -> None:
    """When the time is up and nobody is connected."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listener:
        listener.bind(str(folder / SOCKET))
        listener.listen()
        ResidentProcess(minutes=0, commands=NO_COMMANDS).serve(listener)


@pytest.mark.slow
def test_nothing_of_a_killed_one_hinders(folder: Path) -> None:
    """Its socket is still there, and the next one listens on it; the lock is the kernel's."""
    command = [sys.executable, "-m", "suite.sandbox.resident_process", str(folder), "1", "suite.cli.ahead"]
    for _ in range(2):
        with subprocess.Popen(command, stdin=subprocess.DEVNULL) as process:
            assert _wait_for(folder).pid == process.pid
            assert stat.S_IMODE((folder / SOCKET).stat().st_mode) & 0o077 == 0
            assert subprocess.run(command, check=False, timeout=WAIT_SECONDS).returncode == 0  # another one gives way
            process.kill()
        assert find(folder) is None
        assert (folder / SOCKET).exists()
    assert (folder / LOCK).exists()


def _wait_for(folder: Path) -> Resident:
    end = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < end:
        if found := find(folder):
            return found
    raise AssertionError("it doesn't answer")


def test_a_folder_that_others_may_enter_is_refused(folder: Path) -> None:
    """And so is a link in its place."""
    (folder / SOCKET).touch()
    assert find(folder) is None
    folder.chmod(0o755)
    with pytest.raises(UsageError, match="mode 0700"):
        find(folder)
    (folder / SOCKET).unlink()
    folder.rmdir()
    folder.symlink_to(folder.parent)
    with pytest.raises(UsageError, match="mode 0700"):
        make_folder(folder)


def test_without_a_session_it_lies_among_the_temporary_folders() -> None:
    """With the user's number in its name."""
    assert runtime_folder({}).name == f"notebook-suite-{os.geteuid()}"


def test_messages_carry_a_descriptor() -> None:
    """One, or none; an end is told."""
    one, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with one, other:
        assert is_own(one)
        send(one, {"a": 1}, one.fileno())
        body, descriptor = receive(other)
        assert body == {"a": 1}
        assert descriptor is not None
        os.close(descriptor)
        one.close()
        with pytest.raises(EOFError):
            receive(other)
