"""What of the host a sandbox shows so that a submission can compute on an NVIDIA GPU, and nothing more.

Sources: NVIDIA's container toolkit, which gives a container the same files; the kernel modules' `nv-ioctl-numbers.h`
and `uvm_ioctl.h`.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from contextlib import suppress
from pathlib import Path

CONTROL = ("nvidiactl", "nvidia-uvm")
"""Device files that every GPU needs beside its own; not those that configure or watch the driver."""
PROC_SHOWN = frozenset({"devices", "driver"})
"""What the driver's library reads of /proc: its number for each kind of device, and its parameters."""
IOCTLS = ((0xFF00, 0x4600), (0xFFFFFF00, 0), (0xFFFFFFFC, 0x30000000))
"""(mask, value) of the requests to its device files: type F; unified memory has small numbers and two large ones."""

MINOR = re.compile(r"^Device Minor:\s+(\d+)", re.MULTILINE)
DRIVER_SECONDS = 5


def gpu_devices(root: Path = Path("/")) -> tuple[str, ...]:
    """The device files of this machine's first GPU that we may use; empty without one.

    A program sees the GPUs whose files it has, so a submission sees this one alone.
    """
    number = _first(root)
    if number is None or not all((root / "dev" / name).exists() for name in CONTROL):
        return ()
    return tuple(f"/dev/{name}" for name in (*CONTROL, f"nvidia{number}"))


def driver_name(root: Path = Path("/")) -> str:
    """What `nvidia-smi` calls that GPU: its place on the bus, as the driver numbers GPUs otherwise than their files."""
    number = _first(root)
    for path in root.glob("proc/driver/nvidia/gpus/*/information"):
        with suppress(OSError):  # somebody else's
            found = MINOR.search(path.read_text())
            if found is not None and int(found[1]) == number:
                return path.parent.name
    return str(number or 0)


def _first(root: Path) -> int | None:
    """Number of the first GPU's file; one that the cluster has given to somebody else can't be opened."""
    named = (re.fullmatch(r"nvidia(\d+)", path.name) for path in (root / "dev").glob("nvidia*"))
    numbers = sorted(int(name[1]) for name in named if name)
    return next((number for number in numbers if _opens(root / "dev" / f"nvidia{number}")), None)


def _opens(path: Path) -> bool:
    try:
        os.close(os.open(path, os.O_RDWR))
    except OSError:
        return False
    return True


def ask_driver(*options: str, search_path: str | None = None) -> tuple[str, ...]:
    """What `nvidia-smi` prints, line by line; empty if there is no such program or it fails."""
    program = shutil.which("nvidia-smi", path=search_path)
    if program is None:
        return ()
    try:
        done = subprocess.run(
            [program, *options],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=DRIVER_SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ()
    return tuple(line.strip() for line in done.stdout.splitlines() if line.strip()) if done.returncode == 0 else ()
