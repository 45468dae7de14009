"""Builds a submission's root folder from the host's plan (`suite.sandbox.root.Root`) and enters it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from suite.inside.warm import system

DEVICES = ("null", "zero", "full", "random", "urandom")
DEVICE_LINKS = {"fd": "/proc/self/fd", "stdin": "fd/0", "stdout": "fd/1", "stderr": "fd/2"}
OWNER = 1000
SHELF = "/private"
SHELF_FILES = 100_000  # each takes a kilobyte of the kernel's memory; a saved model has a dozen files
ROOT_OPTIONS = "mode=0755,size=1m"  # it contains only mount points and links


def build(root: dict[str, Any], mount_point: str, disk_bytes: int) -> None:
    """Build everything under an empty folder, and make that the root."""
    system.make_mounts_private()
    system.mount_tmpfs(mount_point, ROOT_OPTIONS)
    _lay_devices(mount_point, root["devices"])
    _lay_private(root["private"], mount_point, disk_bytes)
    for target, name in root["links"]:
        Path(mount_point + name).symlink_to(target)
    for source, path in root["readable"]:
        _show(source, mount_point + path)
        system.forbid_writing(mount_point + path)
    _make_folder(f"{mount_point}/proc")
    system.mount_proc(f"{mount_point}/proc")
    for path in root["masked"]:
        system.mount_tmpfs(mount_point + path, ROOT_OPTIONS)
        system.forbid_writing(mount_point + path)
    for path in root["blank"]:
        system.bind("/dev/null", mount_point + path)
    for source, path in root["writable"]:
        _show(source, mount_point + path)
    system.forbid_writing(mount_point, recursive=False)
    system.change_root(mount_point)


def _lay_devices(mount_point: str, devices: list[str]) -> None:
    """Add the devices that programs expect, and of those that give access to hardware the ones that are named."""
    for path in (*(f"/dev/{name}" for name in DEVICES), *devices):
        _show(path, mount_point + path)
    for name, target in DEVICE_LINKS.items():
        Path(mount_point, "dev", name).symlink_to(target)


def _lay_private(paths: list[str], mount_point: str, disk_bytes: int) -> None:
    """Make private folders in one file system, so that one limit applies to all of them together."""
    shelf = mount_point + SHELF
    _make_folder(shelf)
    system.mount_tmpfs(shelf, f"mode=0755,size={disk_bytes},nr_inodes={SHELF_FILES}")
    for place, path in enumerate(paths):
        own = Path(shelf, str(place))
        own.mkdir()
        own.chmod(0o1777 if path in ("/tmp", "/dev/shm") else 0o755)  # noqa: S108
        os.chown(own, OWNER, OWNER)
        _show(str(own), mount_point + path)
    system.unmount(shelf)


def _show(source: str, path: str) -> None:
    """Bind-mount a file or folder, after making its mount point."""
    if os.path.isdir(source):  # noqa: PTH112 - called for each submission, where time counts
        _make_folder(path)
    else:
        _make_folder(os.path.dirname(path))  # noqa: PTH120
        Path(path).touch()
    system.bind(source, path)


def _make_folder(path: str) -> None:
    os.makedirs(path, exist_ok=True)  # noqa: PTH103
