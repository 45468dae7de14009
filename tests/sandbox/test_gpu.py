"""A GPU in a sandbox: its device files and no others, and the requests that its driver takes."""

from __future__ import annotations

import errno
import json
import subprocess
import sys
from pathlib import Path

import pytest

from suite.sandbox import Sandbox, system_calls
from suite.sandbox.gpu import driver_name, gpu_devices
from suite.sandbox.root import lay_out
from suite.sandbox.run_folders import RunFolders
from tests.conftest import ROOT, needs_gpu
from tests.sandbox.conftest import Look, claims, printed

SHOWN = {"console", "full", "null", "ptmx", "random", "tty", "urandom", "zero"}
REQUESTS = (0xC020462A, 0x30000001, 0x30000002, 25, 0xC0045878)
"""Of the driver: allocation; of its unified memory: two large numbers and a small one; of another driver."""
ASK = """
import ctypes, json, sys
from suite.inside import seccomp
program = sys.stdin.buffer.read()
null = open("/dev/null")
libc = ctypes.CDLL(None, use_errno=True)
seccomp.load(program)
said = []
for request in json.loads(sys.argv[1]):
    libc.ioctl(null.fileno(), ctypes.c_ulong(request), 0)
    said.append(ctypes.get_errno())
print(json.dumps(said))
"""
LIST = """
import os, stat
print(sorted(name for name in os.listdir("/dev") if stat.S_ISCHR(os.lstat(f"/dev/{name}").st_mode)))
print(os.path.isfile("/proc/devices") and len(open("/proc/devices").read()) > 0)
"""
COMPUTE = """
import torch
print(torch.cuda.device_count(), float(torch.ones(3, device="cuda").sum()))
"""
OTHERS = sorted(path for path in Path("/dev").iterdir() if path.is_char_device() and path.name not in SHOWN)


def _ask(*, gpu: bool) -> list[int]:
    made = system_calls.compile_filter(gpu=gpu)
    assert made is not None
    command = [sys.executable, "-c", ASK, json.dumps(REQUESTS)]
    done = subprocess.run(command, input=made.program, capture_output=True, check=True, cwd=ROOT)
    return [int(code) for code in json.loads(done.stdout)]


@pytest.mark.skipif(not system_calls.can_filter(), reason="needs Linux and libseccomp")
def test_requests_reach_the_driver() -> None:
    """With a GPU the driver's requests pass, which a file that isn't its own doesn't know; others don't."""
    assert _ask(gpu=True) == [errno.ENOTTY] * 4 + [errno.ENOSYS]
    assert _ask(gpu=False) == [errno.ENOSYS] * 5


def test_the_first_gpu_is_shown(tmp_path: Path) -> None:
    """Its own file and those that each GPU needs; none where the driver is incomplete."""
    (tmp_path / "dev").mkdir()
    for name in ("nvidia10", "nvidia2", "nvidiactl", "nvidia-modeset", "nvidia-uvm-tools"):
        (tmp_path / "dev" / name).touch()
    assert gpu_devices(tmp_path) == ()
    (tmp_path / "dev" / "nvidia-uvm").touch()
    assert gpu_devices(tmp_path) == ("/dev/nvidiactl", "/dev/nvidia-uvm", "/dev/nvidia2")
    folders = RunFolders(base=tmp_path, data=tmp_path, hidden=())
    folders.make()
    plain, shown = lay_out(folders), lay_out(folders, gpu_devices(tmp_path))
    assert (plain.devices, len(shown.devices)) == ((), 3)
    assert "/proc/devices" in {*plain.blank} - {*shown.blank}


def test_a_gpu_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    """On a machine of several a cluster gives out one; the driver's own program knows it by its place on the bus."""
    (tmp_path / "dev").mkdir()
    for name in ("nvidiactl", "nvidia-uvm", "nvidia3"):
        (tmp_path / "dev" / name).touch()
    (tmp_path / "dev" / "nvidia1").mkdir()  # can't be opened, whoever we are
    assert gpu_devices(tmp_path) == ("/dev/nvidiactl", "/dev/nvidia-uvm", "/dev/nvidia3")
    assert driver_name(tmp_path) == "3"
    for place, number in (("0000:19:00.0", 3), ("0000:3b:00.0", 1)):
        folder = tmp_path / "proc" / "driver" / "nvidia" / "gpus" / place
        folder.mkdir(parents=True)
        (folder / "information").write_text(f"Model: \t\t NVIDIA H100\nDevice Minor: \t {number}\n")
    assert driver_name(tmp_path) == "0000:19:00.0"


@pytest.mark.slow
@pytest.mark.skipif(not OTHERS, reason="this machine has no device that a sandbox hides")
def test_a_device_that_is_named_is_there(look: Look, sandbox: Sandbox) -> None:
    """In place of a GPU another device; the driver's number, which the kernel tells of each kind, can be read."""
    if not claims(sandbox, "weak_files"):
        pytest.skip("shows all of them")
    without, there = printed(look(LIST)), printed(look(LIST, devices=(str(OTHERS[0]),)))
    assert f"'{OTHERS[0].name}'" not in without
    assert f"'{OTHERS[0].name}'" in there
    assert there.endswith(f"{Path('/proc/devices').is_file()}\n")


@pytest.mark.slow
@needs_gpu
def test_a_submission_computes_on_a_gpu(look: Look) -> None:
    """On the one that it is given, and not without it."""
    assert "1 3.0" in printed(look(COMPUTE, devices=gpu_devices(), memory_mib=8000, wall_seconds=60))
    assert "1 3.0" not in printed(look(COMPUTE))
