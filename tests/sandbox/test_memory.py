"""Memory that shows in no process: whatever form it takes, it counts as the submission's, or can't be had."""

from __future__ import annotations

import pytest

from suite.records import Outcome
from suite.sandbox import control_group
from tests.sandbox.conftest import Look, printed

pytestmark = pytest.mark.slow

LIMIT_MIB = 700
BEGIN = """
import ctypes, mmap, os, socket, time
MIB = 1 << 20
libc = ctypes.CDLL(None, use_errno=True)
libc.mmap.restype = libc.shmat.restype = ctypes.c_void_p
hoard = []

def in_children(fill, children=8):
    for _ in range(children):
        if os.fork() == 0:
            fill()
            time.sleep(60)
            os._exit(0)
    time.sleep(20)

def stuff(sender):
    sender.setblocking(False)
    sender.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, MIB)
    try:
        while True:
            sender.send(bytes(65536))
    except BlockingIOError:
        pass
    hoard.append(sender)
"""
FORMS = {
    "shared_memory": """
for _ in range(15):
    shared = mmap.mmap(-1, 100 * MIB)
    for place in range(0, len(shared), 4096):
        shared[place] = 1
    shared.madvise(mmap.MADV_DONTNEED)
    hoard.append(shared)
time.sleep(20)
""",
    "page_tables": """
size = 1500 * 512 * MIB  # a page table of 4 KiB shows 2 MiB
private, anonymous, no_reserve = 2, 32, 0x4000
libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t] + 4 * [ctypes.c_long]
start = libc.mmap(None, size, mmap.PROT_READ, private | anonymous | no_reserve, -1, 0)
assert start != ctypes.c_void_p(-1).value
libc.madvise(ctypes.c_void_p(start), ctypes.c_size_t(size), 15)  # without huge pages
for place in range(start, start + size, 2 * MIB):
    ctypes.c_char.from_address(place).value
time.sleep(20)
""",
    "unix_sockets": """
def fill():
    for _ in range(450):
        ours, theirs = socket.socketpair()
        stuff(ours)
        hoard.append(theirs)
in_children(fill)
""",
    "tcp_sockets": """
def fill():
    listener = socket.create_server(("127.0.0.1", 0))
    for _ in range(450):
        ours = socket.create_connection(listener.getsockname())
        hoard.append(listener.accept()[0])
        stuff(ours)
in_children(fill)
""",
    "segments": """
def segment():
    key = libc.shmget(0, ctypes.c_size_t(100 * MIB), 0o1600)
    if key == -1:
        raise OSError(ctypes.get_errno(), "shmget")
    start = libc.shmat(key, None, 0)
    libc.shmctl(key, 0, None)  # it goes with the last process that has it
    ctypes.memset(start, 1, 100 * MIB)
    libc.madvise(ctypes.c_void_p(start), ctypes.c_size_t(100 * MIB), mmap.MADV_DONTNEED)
for _ in range(15):
    segment()
time.sleep(20)
""",
}


@pytest.fixture(params=["counted", "watched"])
def _counting(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the kernel, where it makes control groups for us, and as on a machine where it doesn't."""
    if request.param == "watched":
        monkeypatch.setattr(control_group, "delegated", lambda: None)
    elif control_group.delegated() is None:
        pytest.skip("no control group can be had here")


@pytest.mark.usefixtures("_counting")
@pytest.mark.parametrize(
    "form", [form if form == "shared_memory" else pytest.param(form, marks=pytest.mark.nightly) for form in FORMS]
)
def test_memory_outside_of_processes_counts(look: Look, form: str) -> None:
    """A gigabyte and a half of it ends the run for its memory, or is refused."""
    evidence = look(BEGIN + FORMS[form], memory_mib=LIMIT_MIB)
    (cell,) = evidence.run.cells
    assert cell.outcome is Outcome.MEMORY or cell.error_name in ("OSError", "PermissionError", "MemoryError"), printed(
        evidence
    )
