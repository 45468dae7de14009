"""A command that runs in a fork of a resident process: what it takes with it, its signals, its end."""

from __future__ import annotations

import json
import os
import resource
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import psutil
import pytest

from suite.endings import SIGNALS
from suite.resident import delegation, find, make_folder, runtime_folder
from suite.resident.command_server import CommandServer
from suite.resident.handed_over import gather
from tests.resident import waiting

pytestmark = pytest.mark.slow

WAIT_SECONDS = 30
Start = Callable[[str], dict[str, str]]
TAKEN_OVER = """
import json, os, resource, signal, sys
from suite.resident.handed_over import take_over
state = json.loads(sys.argv[1])
take_over(state, [os.dup(each) for each in (0, 1, 2)])
mask = os.umask(0)
print(os.getcwd(), os.environ["OF_THE_COMMAND"], oct(mask), sys.argv, sys.path[-1], sys.stdout.encoding)
print(signal.getsignal(signal.SIGHUP) is signal.SIG_IGN, signal.getsignal(signal.SIGTERM) is signal.SIG_DFL)
print(resource.getrlimit(resource.RLIMIT_NOFILE)[0], "HOME" in os.environ, len(sys.stdin.read()))
"""


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts a resident process whose commands run as that module says; returns the environment that finds it."""
    environment = os.environ | {"XDG_RUNTIME_DIR": str(tmp_path)}
    folder = runtime_folder(environment)
    make_folder(folder)
    started: list[subprocess.Popen[bytes]] = []

    def begin(module: str) -> dict[str, str]:
        command = [sys.executable, "-m", "suite.sandbox.resident_process", str(folder), "1", module]
        started.append(subprocess.Popen(command, stdin=subprocess.DEVNULL))
        end = time.monotonic() + WAIT_SECONDS
        while find(folder) is None and time.monotonic() < end:
            time.sleep(0.05)
        return environment

    yield begin
    for process in started:
        process.kill()
        process.wait()


def test_a_command_answers_as_it_does_by_itself(start: Start, tmp_path: Path) -> None:
    """The same words on the same streams, and the same exit code."""

    def run(environment: Mapping[str, str], *words: str) -> tuple[int, str, str]:
        command = [sys.executable, "-m", "suite", *words]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, env=environment)
        return done.returncode, done.stdout, done.stderr

    alone = [run(os.environ, "report", "missing"), run(os.environ, "report")]
    environment = start("suite.cli.ahead")
    assert [run(environment, "report", "missing"), run(environment, "report")] == alone
    assert [code for code, _, _ in alone] == [2, 2]
    assert "missing" in alone[0][2]
    assert "python -m suite report" in alone[1][2]


def test_it_is_another_process_that_answers(
    start: Start, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Nothing is run here but waiting; without a resident process nobody takes it."""
    words = ["suite", "report", "--help"]
    assert delegation.delegate(words) is None or "XDG_RUNTIME_DIR" in os.environ
    for name, value in start("suite.cli.ahead").items():
        monkeypatch.setenv(name, value)
    before = [signal.getsignal(number) for number in SIGNALS]
    try:
        assert delegation.delegate(words) == 0
    finally:
        for number, handler in zip(SIGNALS, before, strict=True):
            signal.signal(number, handler)
    assert "suite report [OPTIONS] FOLDER" in capfd.readouterr().out


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_what_runs(start: Start, number: signal.Signals) -> None:
    """The command says so and has the exit code that it has by itself."""
    with _begin(start(waiting.__name__)) as command:
        command.send_signal(number)
        out, err = command.communicate(timeout=WAIT_SECONDS)
    assert command.returncode == 128 + number, (out, err)
    assert "run the same command again" in err


def test_what_runs_ends_with_a_killed_command(start: Start) -> None:
    """Its output's other end is closed by nobody else."""
    with _begin(start(waiting.__name__)) as command:
        command.kill()
        assert "run the same command again" in command.communicate(timeout=WAIT_SECONDS)[1]


def test_a_command_that_is_gone_at_once_leaves_nothing(start: Start) -> None:
    """However early it ends: what runs for it ends, too."""
    environment = start(waiting.__name__)
    state = json.dumps(gather(["suite", "grade"]) | {"environment": environment}).encode()
    resident = find(runtime_folder(environment))
    assert resident is not None
    ours, theirs = socket.socketpair()
    output, input_ = os.pipe()
    with resident.ask_commands() as control, theirs:
        socket.send_fds(control, [b"f"], [theirs.fileno(), 0, input_, input_])
    os.close(input_)
    ours.sendall(state + b"\n")
    ours.close()
    with os.fdopen(output, "rb") as stream:
        said = stream.read()
    assert not said or b"stopped by SIGHUP" in said  # one that isn't told waits, and ends by itself


def test_a_killed_process_is_told(start: Start) -> None:
    """With the exit code of a killed command; and the next one is answered."""
    environment = start(waiting.__name__)
    for _ in range(2):
        with _begin(environment) as command:
            resident = find(runtime_folder(environment))
            assert resident is not None
            (server,) = psutil.Process(resident.pid).children()
            for fork in [each for watch in server.children() for each in watch.children()]:
                fork.kill()
            assert "was killed" in command.communicate(timeout=WAIT_SECONDS)[1]
        assert command.returncode == delegation.KILLED
        server.kill()
        while server.status() != psutil.STATUS_ZOMBIE:
            time.sleep(0.01)


def test_a_server_that_cannot_import_runs_nothing(start: Start, tmp_path: Path) -> None:
    """The command then runs by itself."""
    words = [sys.executable, "-m", "suite", "report", "missing"]
    environment = start("tests.resident.no_such_module")
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 2
    assert "missing" in done.stderr
    assert CommandServer.__name__ not in done.stderr


def test_everything_is_taken_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Folder, environment, mask, arguments, paths, encodings, ignored signals, limits and streams."""
    monkeypatch.setenv("OF_THE_COMMAND", "ñ")
    monkeypatch.delenv("HOME", raising=False)
    monkeypatch.chdir(tmp_path)
    state = gather(["suite", "grade"]) | {
        "mask": 0o027,
        "path": [*sys.path, "/last"],
        "ignored": [signal.SIGHUP],
        "encodings": [["utf-8", "strict"]] * 3,
    }
    state["limits"] = [[resource.RLIMIT_NOFILE, 99, resource.getrlimit(resource.RLIMIT_NOFILE)[1]]]
    done = subprocess.run(
        [sys.executable, "-c", TAKEN_OVER, json.dumps(state)],
        input="four",
        capture_output=True,
        check=True,
        encoding="utf-8",
        cwd="/",
        env=dict(os.environ) | {"HOME": "/", "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert done.stdout.splitlines() == [
        f"{tmp_path} ñ 0o27 ['suite', 'grade'] /last utf-8",
        "True True",
        "99 False 4",
    ]


def _begin(environment: dict[str, str]) -> subprocess.Popen[str]:
    """A command that has begun and waits."""
    words = [sys.executable, "-m", "suite", "grade", "work"]
    command = subprocess.Popen(
        words, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert command.stdout is not None
    assert command.stdout.readline() == "begun\n"
    return command
