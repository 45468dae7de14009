"""What every sandbox holds back, as far as it claims to: one suite for all of them."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from suite.assignments import OWN_FOLDERS, Limits, load
from suite.collect import collect
from suite.errors import UsageError
from suite.records import Evidence, Outcome
from suite.sandbox import SANDBOXES, Job, Sandbox, choose, observe
from tests.conftest import ROOT

Run = Callable[..., list[Any]]


@pytest.fixture(params=[sandbox.name for sandbox in SANDBOXES])
def sandbox(request: pytest.FixtureRequest) -> Sandbox:
    """Each sandbox that this machine offers."""
    chosen = next(sandbox for sandbox in SANDBOXES if sandbox.name == request.param)
    if reason := chosen.unavailable():
        pytest.skip(reason)
    return chosen


def _claims(sandbox: Sandbox, weakness: str) -> bool:
    """Whether the sandbox doesn't declare that weakness."""
    return weakness not in {text.key for text in sandbox.weaknesses}


@pytest.fixture
def limits() -> Limits:
    return load("stacked_rnn", ROOT / "reference").limits


@pytest.fixture
def look(sandbox: Sandbox, limits: Limits, tmp_path: Path) -> Callable[..., Evidence]:
    """Run code cells in the sandbox."""
    data = tmp_path / "data"
    data.mkdir()

    def run(*sources: str, hidden: tuple[Path, ...] = (), **changes: Any) -> Evidence:
        cells = [
            {"cell_type": "code", "metadata": {}, "execution_count": None, "outputs": [], "source": source}
            for source in sources
        ]
        path = tmp_path / "attack.ipynb"
        path.write_text(json.dumps({"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": cells}))
        (submission,) = collect([path])
        job = Job(
            helpers=(),
            data=data,
            hidden=hidden,
            probes=load("stacked_rnn", ROOT / "reference").tasks[0].probes,
            constants=(),
            epochs=1,
            wall_seconds=changes.pop("wall_seconds", 30),
            cpu_seconds=changes.pop("cpu_seconds", 120),
            limits=limits.model_copy(update=changes),
            seed=0,
            runtime="keras",
        )
        return observe(submission, job, sandbox)

    return run


def _printed(evidence: Evidence) -> str:
    cells = json.loads(evidence.run.notebook)["cells"]
    outputs = [output for cell in cells for output in cell["outputs"]]
    return "".join("".join(output.get("text", [])) or output.get("ename", "") for output in outputs)


def test_an_honest_cell_runs(look: Callable[..., Evidence]) -> None:
    """The process works, and answers afterwards that there is no model."""
    evidence = look("print(1 + 1)")
    assert _printed(evidence) == "2\n"
    assert (evidence.silent, evidence.models, evidence.run.stopped) == ("", (), None)


def test_environment_is_scrubbed(look: Callable[..., Evidence], monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the grader's environment is there."""
    monkeypatch.setenv("A_SECRET", "hunter2")
    assert "hunter2" not in _printed(look("import os; print(dict(os.environ))"))


def test_secrets_cannot_be_read(look: Callable[..., Evidence], sandbox: Sandbox, tmp_path: Path) -> None:
    """A file of the grader's user isn't there."""
    secret = tmp_path / "secret.txt"
    secret.write_text("hunter2")
    printed = _printed(look(f"print(open({str(secret)!r}).read())"))
    assert printed == ("FileNotFoundError" if _claims(sandbox, "weak_files") else "hunter2\n")


def test_oracles_cannot_be_read(look: Callable[..., Evidence], sandbox: Sandbox) -> None:
    """The reference folder can't be found, wherever the suite is installed."""
    if not _claims(sandbox, "weak_files"):
        pytest.skip("declared as a weakness")
    search = "import os\nprint([r for r, _, f in os.walk('/') if 'expected.json' in f])"
    assert _printed(look(search, hidden=tuple(path for path in OWN_FOLDERS if path.is_dir()))) == "[]\n"


def test_hidden_folder_inside_a_mapped_one_is_masked(look: Callable[..., Evidence], sandbox: Sandbox) -> None:
    """Oracles that lie inside the interpreter's own folder, as in an installed wheel, are masked."""
    if not _claims(sandbox, "weak_files"):
        pytest.skip("declared as a weakness")
    import click

    folder = Path(click.__file__).parent
    assert "[]" in _printed(look(f"import os; print(os.listdir({str(folder)!r}))", hidden=(folder,)))


def test_root_is_read_only(look: Callable[..., Evidence], sandbox: Sandbox, tmp_path: Path) -> None:
    """Nothing outside the own folders can be written."""
    if not _claims(sandbox, "weak_files"):
        pytest.skip("declared as a weakness")
    attempt = """
for path in ("/x", "/usr/x", "/data/x", "/submission/x", "/opt/suite/suite/x"):
    try:
        open(path, "w")
        print(path)
    except OSError:
        pass
"""
    assert _printed(look(attempt)) == ""
    assert list((tmp_path / "data").iterdir()) == []


def test_own_folder_is_writable_and_fresh(look: Callable[..., Evidence]) -> None:
    """A submission may write beside itself and in its home; the next one finds nothing of it."""
    write = """
import os, pathlib
home = pathlib.Path.home()
print(sorted(os.listdir(".")), os.listdir(home))
pathlib.Path("left").touch()
(home / "left").touch()
"""
    first, second = _printed(look(write)), _printed(look(write))
    assert first == second == "['attack.ipynb'] []\n"


@pytest.fixture
def server() -> Iterator[int]:
    """A web server of the host."""
    httpd = HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    thread = threading.Thread(target=httpd.serve_forever)
    thread.start()
    yield httpd.server_address[1]
    httpd.shutdown()
    thread.join()
    httpd.server_close()


def test_no_network(look: Callable[..., Evidence], sandbox: Sandbox, server: int) -> None:
    """Not even the host's own loopback can be reached, and the attempt fails at once."""
    printed = _printed(look(f"import socket; socket.create_connection(('127.0.0.1', {server}), 3); print('in')"))
    assert printed == ("ConnectionRefusedError" if _claims(sandbox, "weak_network") else "in\n")


def test_other_processes_are_invisible(look: Callable[..., Evidence], sandbox: Sandbox) -> None:
    """Only the submission's own processes are in /proc."""
    if not _claims(sandbox, "weak_processes"):
        pytest.skip("declared as a weakness")
    assert _printed(look("import psutil; print(len(psutil.pids()) <= 3)")) == "True\n"


def test_no_privileges(look: Callable[..., Evidence], sandbox: Sandbox) -> None:
    """All capabilities are gone, whoever grades."""
    if not _claims(sandbox, "weak_processes"):
        pytest.skip("declared as a weakness")
    lines = "[line.split() for line in open('/proc/self/status')]"
    printed = _printed(look(f"print([line[1] for line in {lines} if line[0] in ('CapEff:', 'NoNewPrivs:')])"))
    assert printed == "['0000000000000000', '1']\n"


def test_disk_filler_is_stopped(look: Callable[..., Evidence]) -> None:
    """Filling the disk ends in an error, in the submission's own file system or by the watch."""
    fill = """
import time
for number in range(60):
    with open(f"f{number}", "wb") as file:
        file.write(bytes(1_000_000))
time.sleep(2)
"""
    evidence = look(fill, disk_mib=20)
    (cell,) = evidence.run.cells
    assert cell.outcome is Outcome.LIMIT


def test_timeout_kills_the_children_too(look: Callable[..., Evidence], sandbox: Sandbox, tmp_path: Path) -> None:
    """A daemon doesn't outlive the run, even where it left its session and the cell ran out of time."""
    if not _claims(sandbox, "weak_processes"):
        pytest.skip("declared as a weakness")
    import psutil

    marker = f"marker-{tmp_path.name}"
    daemon = f"""
import subprocess, sys
command = [sys.executable, "-c", "import time; time.sleep(300)", {marker!r}]
subprocess.Popen(command, start_new_session=True)
while True:
    pass
"""
    evidence = look(daemon, wall_seconds=3)
    assert evidence.run.stopped_as is Outcome.TIMEOUT
    assert not [p for p in psutil.process_iter(["cmdline"]) if marker in (p.info["cmdline"] or [])]


def test_models_before_the_timeout_are_kept(look: Callable[..., Evidence]) -> None:
    """A loop that can be interrupted costs the cell, not the evidence."""
    evidence = look("import torch\nmodel = torch.nn.RNN(28, 8, batch_first=True)", "while True: pass", wall_seconds=20)
    assert evidence.run.stopped_as is Outcome.TIMEOUT
    assert [(model.name, model.parameters) for model in evidence.models] == [("model", 304)]


def test_lying_worker_is_the_submissions_error(look: Callable[..., Evidence]) -> None:
    """A process that answers nonsense on the channel, or nothing, is said to be silent; the host goes on."""
    answer = "import suite.codec as c, suite.worker.answer as a\nold = a._answer\n"
    garble = answer + "a.encode = lambda frame: b'x' * 100"
    hush = answer + "a.serve = lambda *args: None"
    flood = answer + "a.encode = lambda frame: c.PREFIX.pack(b'NBF1', 2, 1 << 60)"
    replay = answer + "a._answer = lambda q, *rest: a.Frame(body=old(q, *rest).body | {'number': 99})"
    words = ("starts with", "ended before it answered", "at most", "number")
    for attack, word in zip((garble, hush, flood, replay), words, strict=True):
        assert word in look(attack).silent


def test_auto_takes_the_strongest() -> None:
    """`auto` is the first sandbox that can be had, and an unknown name is wrong usage."""
    first = next(sandbox for sandbox in SANDBOXES if not sandbox.unavailable())
    assert choose("auto")[0] is first


def test_bubblewrap_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the program is missing, asking for it is refused with the package's name."""
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(UsageError, match="apt-get install bubblewrap"):
        choose("bubblewrap")
