"""Submissions that hurt the machine: what they use up, end, leave behind or ask for, one cell each.

Each sandbox runs them under `LIMITS` in the conformance suite, and `test_machine.py` grades them as one class.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LIMITS = {
    "memory_mib": 800,  # PyTorch alone takes half of it
    "processes": 24,
    "threads": 200,
    "disk_mib": 24,
    "open_files": 256,
    "cell_output_kib": 64,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Attack:
    """One hostile cell and what must come of it."""

    name: str
    """Names the submission and the test."""
    source: str
    """The cell."""
    status: str
    """Regular expression that the result's status matches."""
    word: str
    """Regular expression that the message matches; several where sandboxes stop it in several ways."""
    points: float = 0.0
    """Points gained: those of a cell that ran, where the attack ends in nothing."""
    weakness: str = ""
    """A sandbox that declares it isn't asked to stop this."""

    def expect(self, result: Mapping[str, Any]) -> None:
        """Fail where a result, in the form of `results.json`, isn't what must come of it."""
        assert re.fullmatch(self.status, result["status"]), (result["status"], result["message"])
        assert re.search(self.word, result["message"]), result["message"]
        assert result["score"] == self.points


NO_MODEL = "No model was found"
DIED = "process ended"
DISK = "disk space|MiB of files"
FILL = """
import os, tempfile, time
from ipykernel.connect import get_connection_file
def fill(folder, files, megabytes=4):
    for number in range(files):
        with open(os.path.join(folder, f"filler{number}"), "wb") as file:
            file.write(bytes(megabytes * 1_000_000))
"""
NAMESPACE = Path("/proc/self/ns/pid")
HOST_NAMESPACE = str(NAMESPACE.readlink()) if NAMESPACE.is_symlink() else ""
OWN_NAMESPACE = f"""
import os
if os.readlink({str(NAMESPACE)!r}) == {HOST_NAMESPACE!r}:
    raise SystemError("not in a process namespace of its own: this would end the machine")
"""  # a sandbox that fails the test must not take the machine with it

ATTACKS: tuple[Attack, ...] = (
    # What they use up
    Attack(
        name="fork_bomb",
        status="limit",
        word="more than 24 processes|more processes or threads",
        source="""
import os, time
for _ in range(300):
    if os.fork() == 0:
        time.sleep(60)
        os._exit(0)
time.sleep(60)
""",
    ),
    Attack(
        name="zombie_army",
        status="limit",
        word="more than 24 processes|more processes or threads",
        source="""
import os, time
for _ in range(300):
    if os.fork() == 0:
        os._exit(0)
time.sleep(5)
""",
    ),
    Attack(
        name="thread_bomb",
        status="limit",
        word="more than 200 threads|more processes or threads",
        source="""
import threading, time
for _ in range(1000):
    threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
time.sleep(5)
""",
    ),
    Attack(
        name="memory_bomb",
        status="memory",
        word="800 MiB of memory|more memory",
        source="hoard = [bytearray(b'x' * 20_000_000) for _ in range(200)]",
    ),
    Attack(
        name="memory_of_children",
        status="memory",
        word="800 MiB of memory|more memory",
        source="""
import os, time
for _ in range(8):
    if os.fork() == 0:
        hoard = bytearray(b"x" * 150_000_000)
        time.sleep(60)
        os._exit(0)
time.sleep(60)
""",
    ),
    Attack(
        name="memory_in_files",
        status="memory|error",
        word="800 MiB of memory|more memory|PermissionError",
        weakness="weak_system_calls",
        source="""
import os, time
hoard = [os.memfd_create("hoard") for _ in range(45)]
for file in hoard:
    os.write(file, bytes(20_000_000))
time.sleep(1)
""",
    ),
    Attack(
        name="disk_own_folder",
        status="limit",
        word=DISK,
        source=FILL + "fill('.', 20)\ntime.sleep(5)",
    ),
    Attack(
        name="disk_home",
        status="limit",
        word=DISK,
        source=FILL + "fill(os.path.expanduser('~'), 20)\ntime.sleep(5)",
    ),
    Attack(
        name="disk_temporary",
        status="limit",
        word=DISK,
        source=FILL + "fill(tempfile.gettempdir(), 20)\ntime.sleep(5)",
    ),
    Attack(
        name="disk_shared_memory",
        status="limit",
        word=DISK,
        weakness="weak_files",
        source=FILL + "fill('/dev/shm', 20)\ntime.sleep(5)",
    ),
    Attack(
        name="disk_all_folders",
        status="limit",
        word=DISK,
        weakness="weak_disk",
        source=FILL
        + "for folder in ('.', os.path.expanduser('~'), tempfile.gettempdir()):\n    fill(folder, 4)\ntime.sleep(1)",
    ),
    Attack(
        name="disk_socket_folder",
        status="limit|error",
        word=DISK + "|Read-only",
        source=FILL + "fill(os.path.dirname(get_connection_file()), 20)\ntime.sleep(5)",
    ),
    Attack(
        name="disk_deleted_files",
        status="limit|error",
        word=DISK + "|Read-only",
        weakness="weak_disk",
        source=FILL
        + """
os.chdir(os.path.dirname(get_connection_file()))
kept = []
for number in range(10):
    kept.append(open("filler", "wb", buffering=0))
    os.remove("filler")
for file in kept:
    file.write(bytes(8_000_000))
time.sleep(1)
""",
    ),
    Attack(
        name="disk_one_huge_file",
        status="limit",
        word="larger file|" + DISK,
        source="open('huge', 'wb').truncate(1 << 40)",
    ),
    Attack(
        name="descriptor_leak",
        status="limit",
        word="more files at once",
        source="hoard = [open('/dev/null') for _ in range(5000)]",
    ),
    Attack(
        name="output_of_many_lines",
        status="fail",
        word=NO_MODEL,
        points=2.0,
        source="for _ in range(50_000): print('x' * 100)",
    ),
    Attack(
        name="output_past_jupyter",
        status="limit",
        word="MiB of files|output",
        source="import os, time\nfor _ in range(60): os.write(1, b'x' * 1_000_000)\ntime.sleep(2)",
    ),
    # What ends them, or doesn't
    Attack(
        name="recursion",
        status="error",
        word="RecursionError",
        source="def deeper(): deeper()\ndeeper()",
    ),
    Attack(
        name="recursion_past_the_stack",
        status="error",
        word=DIED,
        source="""
import sys
sys.setrecursionlimit(10**8)
def deeper(x): return sorted([x], key=deeper)
deeper(1)
""",
    ),
    Attack(name="segfault", status="error", word=DIED, source="import ctypes\nctypes.string_at(0)"),
    Attack(name="exit", status="error", word=DIED, source="import os\nos._exit(0)"),
    Attack(
        name="kill_self", status="error", word=DIED, source="import os, signal\nos.kill(os.getpid(), signal.SIGKILL)"
    ),
    Attack(
        name="kill_everyone",
        status="error",
        word="still here|" + DIED,
        weakness="weak_processes",
        source=OWN_NAMESPACE
        + """
for pid in (os.getppid() or 1, 1, -1):
    for signal in (15, 19, 9):
        try:
            os.kill(pid, signal)
        except OSError:
            pass
raise RuntimeError("still here")
""",
    ),
    Attack(
        name="signals_swallowed",
        status="timeout",
        word="longer than",
        source="""
import signal
for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    signal.signal(number, lambda *_: None)
while True:
    try:
        while True:
            pass
    except BaseException:
        pass
""",
    ),
    Attack(
        name="stopped",
        status="timeout",
        word="longer than",
        source="import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)",
    ),
    # What they leave behind
    Attack(
        name="daemon",
        status="fail",
        word=NO_MODEL,
        points=2.0,
        weakness="weak_processes",
        source="""
import os, signal, time
for _ in range(3):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, signal.SIG_IGN)
            os.closerange(0, 256)
            time.sleep(300)
        os._exit(0)
""",
    ),
    Attack(
        name="endless_thread",
        status="fail",
        word=NO_MODEL,
        points=2.0,
        source="""
import atexit, threading, time
threading.Thread(target=time.sleep, args=(300,)).start()
atexit.register(time.sleep, 300)
""",
    ),
    # What they ask for
    Attack(
        name="pip",
        status="missing dependency",
        word="left_pad_py",
        source="!pip install left_pad_py\nimport left_pad_py",
    ),
    Attack(
        name="wget",
        status="error",
        word="FileNotFoundError",
        source="!wget -q http://example.com/data.csv\nopen('data.csv')",
    ),
    Attack(
        name="download",
        status="error",
        word="grader has no network",
        weakness="weak_network",
        source="import urllib.request\nurllib.request.urlopen('http://example.com/', timeout=10)",
    ),
    Attack(
        name="markup",
        status="error",
        word="ValueError",
        source="""
from IPython.display import HTML, Javascript
title = "\\x1b]0;pwned\\x07\\x1b[2J\\u202e<img src=x onerror=alert(1)>"
print(title)
display(HTML(title), Javascript("alert(1)"))
raise ValueError("=1+1" + title)
""",
    ),
    Attack(name="input", status="error", word="StdinNotImplementedError", source="input('name?')"),
)
