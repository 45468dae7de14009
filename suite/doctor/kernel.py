"""User namespaces, which isolation without privileges needs: the kernel's settings and a trial.

Sources: the manual page user_namespaces(7); Debian's and Ubuntu's release notes for the settings of their own.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from suite.doctor.diagnosis import Finding, Status
from suite.records import Text, text

BLOCKING: Mapping[str, tuple[int, int]] = {
    "user.max_user_namespaces": (0, 15000),
    "kernel.unprivileged_userns_clone": (0, 1),
    "kernel.apparmor_restrict_unprivileged_userns": (1, 0),
}
"""Each setting with the value that forbids user namespaces and one that allows them."""
TRIAL = ("--user", "--map-root-user", "--mount", "--net", "--pid", "--fork", "--mount-proc", "true")
"""As the sandboxes use them: containers may allow new namespaces, but no `/proc` in them."""
TRIAL_SECONDS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class UserNamespaces:
    """Whether this user can create user namespaces that have a `/proc` of their own."""

    supported: bool
    """Whether the kernel supports them at all."""
    settings: Mapping[str, int | None]
    """The kernel's settings; `None` for one that it doesn't have."""
    works: bool | None
    """Result of a trial; `None` if there is no program to try with."""
    superuser: bool
    """Whether we are root, to whom the settings don't apply."""


def read_user_namespaces(root: Path, search_path: str) -> UserNamespaces:
    """Read the settings under `root` and try unshare(1), if it is on the search path."""
    return UserNamespaces(
        supported=(root / "proc/self/ns/user").exists(),
        settings={name: _read_setting(root / "proc/sys" / name.replace(".", "/")) for name in BLOCKING},
        works=_try(search_path),
        superuser=hasattr(os, "geteuid") and os.geteuid() == 0,
    )


def judge_user_namespaces(namespaces: UserNamespaces) -> Finding:
    """Judge by the trial; without one, by the settings."""
    blocking = [name for name, (forbids, _) in BLOCKING.items() if namespaces.settings[name] == forbids]
    works = namespaces.works
    if works is None:
        works = namespaces.supported and (namespaces.superuser or not blocking)
    seen = ", ".join(f"{name} = {value}" for name, value in namespaces.settings.items() if value is not None)
    said = text("doctor_userns_work") if works else text("doctor_userns_refused")
    return Finding(
        name="user_namespaces",
        area="isolation",
        title=text("doctor_userns"),
        status=Status.GOOD if works else Status.WEAK,
        said=(said, text("doctor_userns_settings", settings=seen)) if seen else (said,),
        remedies=() if works else _remedies(namespaces, blocking),
        facts={"supported": namespaces.supported, "works": namespaces.works, **namespaces.settings},
    )


def _remedies(namespaces: UserNamespaces, blocking: list[str]) -> tuple[Text, ...]:
    """What to change, if the settings explain the failure."""
    if not namespaces.supported:
        return (text("doctor_get_userns_kernel"),)
    if not blocking:
        return (text("doctor_get_userns_container"),)
    return tuple(text("doctor_get_userns", setting=f"{name}={BLOCKING[name][1]}") for name in blocking)


def _read_setting(path: Path) -> int | None:
    try:
        return int(path.read_text("ascii"))
    except (OSError, ValueError):
        return None


def _try(search_path: str) -> bool | None:
    """Run a program in new namespaces; `None` if unshare(1) is missing."""
    program = shutil.which("unshare", path=search_path)
    if program is None:
        return None
    try:
        done = subprocess.run(
            [program, *TRIAL], stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=TRIAL_SECONDS
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.returncode == 0
