"""The bubblewrap sandbox: fresh namespaces and a read-only root without network, for a newly started process.

Source of the options: the manual page bwrap(1), version 0.8.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from suite.errors import Words
from suite.records import Text, text
from suite.resident.client import Resident
from suite.sandbox.interface import Imports, Launch, Paths, Process, start_cold, worker_command, worker_environment
from suite.sandbox.root import IMPORT_PATH, INSIDE, SYSTEM_FILES, SYSTEM_LINKS, Root, lay_out
from suite.sandbox.run_folders import RunFolders
from suite.sandbox.system_calls import can_filter, filter_file

MIB = 1 << 20


class Bubblewrap:
    """Runs the worker through `bwrap`, as an ordinary user or as root."""

    name = "bubblewrap"
    strength = 20

    def __init__(self) -> None:
        unfiltered = () if can_filter() else (text("weak_system_calls"),)
        self.weaknesses: tuple[Text, ...] = (
            text("weak_shared_kernel"),
            text("weak_parent"),
            text("weak_tasks"),
            text("weak_quotas"),
            *unfiltered,
            text("weak_disk"),
        )

    def unavailable(self) -> Words | str:
        """Try it: the program may be missing, or the kernel may forbid user namespaces."""
        if shutil.which("bwrap") is None:
            return Words("the program bwrap isn't installed; on Debian and Ubuntu: apt-get install bubblewrap")
        links = tuple((str(Path(name).readlink()), name) for name in SYSTEM_LINKS if Path(name).is_symlink())
        files = tuple((name, name) for name in SYSTEM_FILES if Path(name).exists())
        trial = Root(private=(), links=links, readable=files, masked=(), blank=(), devices=(), writable=())
        command = ["bwrap", *_isolation(), *_options(trial, 1), "--", "/usr/bin/true"]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)
        if done.returncode == 0:
            return ""
        return Words(
            "bwrap can't make namespaces here: {said}; allow unprivileged user namespaces",
            said=done.stderr.strip()[:200],
        )

    def paths(self, folders: RunFolders) -> Paths:  # noqa: ARG002 - the same in every run
        """Fixed folders, so that tracebacks name no folder of the host."""
        return INSIDE

    def attach(self, resident: Resident) -> bool:  # noqa: ARG002 - it uses no servers
        """It uses none."""
        return False

    def foresee(self, imports: Imports) -> None:
        """Nothing: each worker imports for itself."""

    def start(self, launch: Launch) -> Process:
        """`bwrap … python -m suite.inside.worker`."""
        laid = [*_isolation(), *_options(lay_out(launch.folders, launch.devices), launch.limits.disk_mib)]
        with filter_file(gpu=bool(launch.devices)) as rules:
            filtered = () if rules is None else ("--seccomp", str(rules))
            command = ["bwrap", *laid, *filtered, "--remount-ro", "/", "--chdir", INSIDE.work, "--"]
            command += worker_command(launch)
            inherited = () if rules is None else (rules,)
            return start_cold(command, worker_environment(INSIDE, IMPORT_PATH), launch, inherited)

    def close(self) -> None:
        """Nothing is kept between runs."""


def _isolation() -> list[str]:
    """Options for namespaces and privileges."""
    return [
        *("--unshare-all", "--unshare-user", "--disable-userns", "--die-with-parent", "--new-session"),
        *("--cap-drop", "ALL"),
        *("--uid", "1000", "--gid", "1000", "--hostname", "sandbox"),
    ]


def _options(root: Root, disk_mib: int) -> list[str]:
    """A root as options of bubblewrap."""
    size = str(disk_mib * MIB)
    return [
        *("--proc", "/proc", "--dev", "/dev"),
        *(word for path in root.private for word in ("--size", size, "--tmpfs", path)),
        *(word for target, name in root.links for word in ("--symlink", target, name)),
        *(word for source, path in root.readable for word in ("--ro-bind", source, path)),
        *(word for path in root.masked for word in ("--tmpfs", path, "--remount-ro", path)),
        *(word for path in root.blank for word in ("--dev-bind", "/dev/null", path)),
        *(word for path in root.devices for word in ("--dev-bind", path, path)),
        *("--remount-ro", "/dev"),  # else a file system without a limit
        *(word for source, path in root.writable for word in ("--bind", source, path)),
    ]
