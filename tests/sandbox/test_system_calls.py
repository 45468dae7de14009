"""The system-call filter: every number is tried, with arguments that do nothing, in a process that the filter holds."""

from __future__ import annotations

import ctypes
import errno
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from suite.doctor.diagnosis import Status
from suite.doctor.isolation import judge_filter
from suite.inside import seccomp
from suite.sandbox import system_calls
from tests.conftest import ROOT
from tests.doctor.sentences import in_english

pytestmark = pytest.mark.skipif(not system_calls.can_filter(), reason="needs Linux and libseccomp")

NUMBERS = sorted(set(range(601)) - {335, 336})  # the kernel's own probes: it kills who calls them, unfiltered
WAITING = {"pause", "rt_sigsuspend", "rt_sigreturn", "exit", "exit_group", "fork", "vfork", "clone", "restart_syscall"}
CONDITIONAL = {"fcntl", "ioctl", "prctl", "socket", "setrlimit", "prlimit64"}
TRY = """
import ctypes, errno, json, os, sys
from suite.inside import seccomp
program, numbers = sys.stdin.buffer.read(), json.loads(sys.argv[1])
if program:
    seccomp.load(program)
libc = ctypes.CDLL(None, use_errno=True)
seen = {}
for number in numbers:
    ours, theirs = os.pipe()
    child = os.fork()
    if child == 0:
        code = ctypes.get_errno() if libc.syscall(number, *[-1] * 6) == -1 else 0
        os.write(theirs, str(code).encode())
        os._exit(0)
    os.close(theirs)
    os.waitpid(child, 0)
    seen[number] = os.read(ours, 9).decode() or "-1"
    os.close(ours)
print(json.dumps(seen))
"""


def _name(number: int) -> str:
    """The name of a call of this machine; empty for a number that libseccomp doesn't know."""
    library = ctypes.CDLL(system_calls.LIBRARY)
    library.seccomp_syscall_resolve_num_arch.restype = ctypes.c_char_p
    return (library.seccomp_syscall_resolve_num_arch(library.seccomp_arch_native(), number) or b"").decode()


def _try(numbers: list[int], program: bytes) -> dict[int, int]:
    """The error number with which each call ends in a process with that filter."""
    command = [sys.executable, "-c", TRY, json.dumps(numbers)]
    done = subprocess.run(command, input=program, capture_output=True, check=True, timeout=120, cwd=ROOT)
    return {int(number): int(code) for number, code in json.loads(done.stdout).items()}


@pytest.fixture(scope="module")
def made() -> system_calls.Filter:
    compiled = system_calls.compile_filter()
    assert compiled is not None
    return compiled


def test_every_number_is_allowed_or_refused(made: system_calls.Filter) -> None:
    """What is listed ends as it does without a filter, everything else as if it didn't exist, or as forbidden."""
    names = {number: name for number in NUMBERS if (name := _name(number)) not in WAITING | CONDITIONAL}
    allowed = [number for number, name in names.items() if name in system_calls.ALLOWED]
    others = [number for number in names if number not in allowed]
    assert len(allowed) > 200
    assert _try(allowed, made.program) == _try(allowed, b"")
    expected = {number: errno.EPERM if names[number] in system_calls.REFUSED else errno.ENOSYS for number in others}
    assert _try(others, made.program) == expected


def test_nothing_is_in_both_lists() -> None:
    """No call is both allowed and refused, and none stands twice."""
    names = (*system_calls.ALLOWED, *system_calls.REFUSED)
    assert len(names) == len(set(names))


def test_a_name_that_the_library_lacks_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """A call that this libseccomp doesn't know is named by the doctor, and refused."""
    monkeypatch.setattr(system_calls, "ALLOWED", ("read", "call_of_tomorrow"))
    made = system_calls.compile_filter.__wrapped__()
    assert made is not None
    assert made.unknown == ("call_of_tomorrow",)
    finding = judge_filter(made)
    assert finding.status is Status.NOTE
    assert "call_of_tomorrow" in in_english(finding)


def test_no_library_is_said() -> None:
    """Without libseccomp the doctor says that nothing is filtered, and which package has it."""
    finding = judge_filter(None)
    assert finding.status is Status.WEAK
    assert "libseccomp2" in in_english(finding)


def test_a_filter_that_the_kernel_refuses_is_an_error() -> None:
    """A process never runs on without its filter."""
    with pytest.raises(OSError, match="couldn't be loaded"):
        _in_child(lambda: seccomp.load(b"\xff" * 8))


def _in_child(action: Callable[[], None]) -> None:
    """Run it in a fork, as a filter can't be taken back; its `OSError` is raised here."""
    ours, theirs = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            action()
        except OSError as error:
            os.write(theirs, str(error).encode())
        os._exit(0)
    os.close(theirs)
    os.waitpid(child, 0)
    with Path(f"/dev/fd/{ours}").open() as stream:
        said = stream.read()
    os.close(ours)
    if said:
        raise OSError(said)
