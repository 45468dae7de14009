"""What of the host a sandbox shows so that a submission can compute on an NVIDIA GPU, and nothing more.

Sources: NVIDIA's container toolkit, which gives a container the same files; the kernel modules' `nv-ioctl-numbers.h`
and `uvm_ioctl.h`.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

CONTROL = ("nvidiactl", "nvidia-uvm")
"""Device files that every GPU needs beside its own; not those that configure or watch the driver."""
PROC_SHOWN = frozenset({"devices", "driver"})
"""What the driver's library reads of /proc: its number for each kind of device, and its parameters."""
IOCTLS = ((0xFF00, 0x4600), (0xFFFFFF00, 0), (0xFFFFFFFC, 0x30000000))
"""(mask, value) of the requests to its device files: type F; unified memory has small numbers and two large ones."""

DRIVER_SECONDS = 5


def gpu_devices(root: Path = Path("/")) -> tuple[str, ...]:
    """The device files of this machine's first GPU; empty without one.

    A program sees the GPUs whose files it has, so a submission sees this one alone.
    """
    folder = root / "dev"
    numbers = sorted(int(path.name[6:]) for path in folder.glob("nvidia*") if re.fullmatch(r"nvidia\d+", path.name))
    if not numbers or not all((folder / name).exists() for name in CONTROL):
        return ()
    return tuple(f"/dev/{name}" for name in (*CONTROL, f"nvidia{numbers[0]}"))


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
