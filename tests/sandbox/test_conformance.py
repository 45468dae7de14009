"""What every sandbox holds back, as far as it claims to: one suite for all of them."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from suite.assignments import OWN_FOLDERS
from suite.errors import UsageError
from suite.records import Outcome
from suite.sandbox import Sandbox, all_sandboxes, choose
from tests.sandbox.conftest import STRONGEST, Look, claims, printed

pytestmark = pytest.mark.slow


def test_an_honest_cell_runs(look: Look) -> None:
    """The process works, and answers afterwards that there is no model."""
    evidence = look("print(1 + 1)")
    assert printed(evidence) == "2\n"
    assert (evidence.silent, evidence.models, evidence.run.stopped) == ("", (), None)


def test_environment_is_scrubbed(look: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the grader's environment is there."""
    monkeypatch.setenv("A_SECRET", "hunter2")
    assert "hunter2" not in printed(look("import os; print(dict(os.environ))"))


def test_secrets_cannot_be_read(look: Look, sandbox: Sandbox, tmp_path: Path) -> None:
    """A file of the grader's user isn't there."""
    secret = tmp_path / "secret.txt"
    secret.write_text("hunter2")
    seen = printed(look(f"print(open({str(secret)!r}).read())"))
    assert seen == ("FileNotFoundError" if claims(sandbox, "weak_files") else "hunter2\n")


def test_references_cannot_be_read(look: Look, sandbox: Sandbox) -> None:
    """The reference folder can't be found, wherever the suite is installed."""
    if not claims(sandbox, "weak_files"):
        pytest.skip("declared as a weakness")
    search = "import os\nprint([r for r, _, f in os.walk('/') if 'expected.json' in f])"
    assert printed(look(search, hidden=tuple(path for path in OWN_FOLDERS if path.is_dir()))) == "[]\n"


def test_hidden_folder_inside_a_mapped_one_is_masked(look: Look, sandbox: Sandbox) -> None:
    """References that lie inside the interpreter's own folder, as in an installed wheel, are masked."""
    if not claims(sandbox, "weak_files"):
        pytest.skip("declared as a weakness")
    import click

    folder = Path(click.__file__).parent
    look_there = f"import os; print(os.listdir({str(folder)!r})); open({str(folder / 'planted')!r}, 'w')"
    assert printed(look(look_there, hidden=(folder,))) == "[]\nOSError"


def test_root_is_read_only(look: Look, sandbox: Sandbox, tmp_path: Path) -> None:
    """Nothing outside the own folders can be written."""
    if not claims(sandbox, "weak_files"):
        pytest.skip("declared as a weakness")
    attempt = """
for path in ("/x", "/usr/x", "/data/x", "/submission/x", "/opt/suite/suite/x"):
    try:
        open(path, "w")
        print(path)
    except OSError:
        pass
"""
    assert printed(look(attempt)) == ""
    assert list((tmp_path / "data").iterdir()) == []


def test_own_folder_is_writable_and_fresh(look: Look) -> None:
    """A submission may write beside itself and in its home; the next one finds nothing of it."""
    write = """
import os, pathlib
home = pathlib.Path.home()
print(sorted(os.listdir(".")), os.listdir(home))
pathlib.Path("left").touch()
(home / "left").touch()
"""
    first, second = printed(look(write)), printed(look(write))
    assert first == second == "['attack.ipynb'] []\n"


def test_honest_files_are_saved(look: Look) -> None:
    """What saves in the submission's own folder works, though it may not lock its files in every way."""
    save = """
import multiprocessing, shelve, sqlite3, subprocess, threading
import h5py, keras, matplotlib.pyplot as plt, numpy as np, torch
from torch.utils.data import DataLoader

model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
for name in ("saved.h5", "saved.keras"):
    model.save(name)
    assert keras.models.load_model(name).count_params() == 8
model.save_weights("saved.weights.h5")
model.load_weights("saved.weights.h5")
with h5py.File("own.h5", "w") as file:
    file["x"] = np.arange(3)
with sqlite3.connect("own.db") as base:
    base.execute("create table t (x)")
    base.execute("insert into t values (1)")
assert sqlite3.connect("own.db").execute("select x from t").fetchall() == [(1,)]
with shelve.open("shelf") as shelf:
    shelf["x"] = 1
torch.save(torch.ones(2), "saved.pt")
np.save("saved.npy", np.memmap("mapped", np.float32, "w+", shape=4))
plt.plot([1, 2])
plt.savefig("saved.png")
thread = threading.Thread(target=print, args=("thread",))
thread.start()
thread.join()
assert subprocess.run("echo shell | cat", shell=True, capture_output=True, text=True).stdout == "shell\\n"
assert len(list(DataLoader(torch.ones(8, 2), batch_size=2, num_workers=2))) == 4
for method in ("fork", "spawn"):
    with multiprocessing.get_context(method).Pool(2) as pool:
        assert pool.map(abs, [-1, 2]) == [1, 2]
"""
    evidence = look(save, wall_seconds=120)
    (cell,) = evidence.run.cells
    assert cell.outcome is Outcome.PASS, cell
    assert "thread" in printed(evidence)


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


def test_no_network(look: Look, sandbox: Sandbox, server: int) -> None:
    """Not even the host's own loopback can be reached, and the attempt fails at once."""
    seen = printed(look(f"import socket; socket.create_connection(('127.0.0.1', {server}), 3); print('in')"))
    assert seen == ("ConnectionRefusedError" if claims(sandbox, "weak_network") else "in\n")


def test_other_processes_are_invisible(look: Look, sandbox: Sandbox) -> None:
    """Only the submission's own processes are in /proc."""
    if not claims(sandbox, "weak_processes"):
        pytest.skip("declared as a weakness")
    assert printed(look("import psutil; print(len(psutil.pids()) <= 3)")) == "True\n"


def test_no_privileges(look: Look, sandbox: Sandbox) -> None:
    """All capabilities are gone, whoever grades."""
    if not claims(sandbox, "weak_processes"):
        pytest.skip("declared as a weakness")
    lines = "[line.split() for line in open('/proc/self/status')]"
    seen = printed(look(f"print([line[1] for line in {lines} if line[0] in ('CapEff:', 'NoNewPrivs:')])"))
    assert seen == "['0000000000000000', '1']\n"


def test_disk_filler_is_stopped(look: Look) -> None:
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


DESCRIPTORS = """
import fcntl, os, stat
folders = ("/tmp", "/dev/shm", os.getcwd(), os.path.expanduser("~"))
own = {os.stat(path).st_dev for path in folders} if PRIVATE else set()
for name in os.listdir("/proc/self/fd"):
    try:
        seen, flags = os.fstat(int(name)), fcntl.fcntl(int(name), fcntl.F_GETFL)
    except OSError:
        continue
    if stat.S_ISREG(seen.st_mode) and flags & os.O_ACCMODE != os.O_RDONLY and seen.st_dev not in own:
        print(name, os.readlink(f"/proc/self/fd/{name}"))
"""


def test_no_file_of_the_host_is_open_for_writing(look: Look, sandbox: Sandbox) -> None:
    """Neither in the process of the notebook nor in a program that it starts."""
    cell = f"PRIVATE = {claims(sandbox, 'weak_files')}" + DESCRIPTORS
    child = f"import subprocess, sys\nprint(subprocess.run([sys.executable, '-c', {cell!r}], capture_output=True, "
    assert printed(look(cell, child + "text=True, close_fds=False).stdout, end='')")) == ""


FALLOCATE = """
import ctypes, os, time
libc = ctypes.CDLL(None, use_errno=True)
def take(descriptor):
    keep_size = 1
    if libc.fallocate(descriptor, keep_size, ctypes.c_int64(0), ctypes.c_int64(300 << 20)):
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
"""


def test_space_is_not_taken_through_a_descriptor(look: Look) -> None:
    """None that the process is given leads to a file that could take space on the host."""
    seize = """
for name in os.listdir("/proc/self/fd"):
    try:
        take(int(name))
        print("taken", os.readlink(f"/proc/self/fd/{name}"))
    except OSError:
        continue
"""
    assert printed(look(FALLOCATE + seize, disk_mib=64)) == ""


def test_space_taken_in_advance_counts(look: Look) -> None:
    """A file may take space without growing."""
    evidence = look(
        FALLOCATE + "with open('file', 'wb') as file:\n    take(file.fileno())\n    time.sleep(2)", disk_mib=64
    )
    assert evidence.run.cells[0].outcome is Outcome.LIMIT


def test_folders_however_deep_end_in_no_failure(look: Look) -> None:
    """They are the submission's own, or the run is stopped; what is left is removed (the fixture looks)."""
    nest = "import os, time\nfor _ in range(1300):\n    os.mkdir('deep')\n    os.chdir('deep')\ntime.sleep(2)"
    evidence = look(nest)
    assert evidence.run.cells[0].outcome in (Outcome.PASS, Outcome.LIMIT)


def test_no_core_is_dumped(look: Look) -> None:
    """A handler that the system pipes core dumps to gets none: the limit is 1, and a child's as well."""
    limits = "import resource; print(resource.getrlimit(resource.RLIMIT_CORE))"
    child = f"import subprocess, sys; print(subprocess.check_output([sys.executable, '-c', {limits!r}], text=True))"
    assert printed(look(limits, child)) == "(1, 1)\n(1, 1)\n\n"


def test_timeout_kills_the_children_too(look: Look, sandbox: Sandbox, tmp_path: Path) -> None:
    """A daemon doesn't outlive the run, even where it left its session and the cell ran out of time."""
    if not claims(sandbox, "weak_processes"):
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


@pytest.mark.nightly
def test_models_before_the_timeout_are_kept(look: Look, sandbox: Sandbox) -> None:
    """A loop that can be interrupted costs the cell, not the evidence."""
    ahead = sandbox.name == STRONGEST  # which has imported PyTorch before
    evidence = look(
        "import torch\nmodel = torch.nn.RNN(28, 8, batch_first=True)",
        "import time\nwhile True: time.sleep(0.1)",
        wall_seconds=8 if ahead else 20,
    )
    assert evidence.run.stopped_as is Outcome.TIMEOUT
    assert [(model.name, model.parameters) for model in evidence.models] == [("model", 304)]


def test_lying_worker_is_the_submissions_error(look: Look) -> None:
    """A process that answers nonsense on the channel, or nothing, is said to be silent; the host goes on."""
    answer = "import suite.codec as c, suite.inside.worker.answers as a\nold = a._answer\n"
    garble = answer + "a.encode = lambda frame: b'x' * 100"
    hush = answer + "a.serve = lambda *args: None"
    flood = answer + "a.encode = lambda frame: c.PREFIX.pack(b'NBF1', 2, 1 << 60)"
    replay = answer + "a._answer = lambda q, *rest: a.Frame(body=old(q, *rest).body | {'number': 99})"
    words = ("starts with", "ended before it answered", "at most", "number")
    for attack, word in zip((garble, hush, flood, replay), words, strict=True):
        assert word in look(attack).silent


def test_auto_takes_the_strongest() -> None:
    """`auto` is the first sandbox that can be had, and an unknown name is wrong usage."""
    first = next(sandbox for sandbox in all_sandboxes() if not sandbox.unavailable())
    assert choose("auto")[0] is first


def test_bubblewrap_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the program is missing, asking for it is refused with the package's name."""
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(UsageError, match="apt-get install bubblewrap"):
        choose("bubblewrap")
