"""A user id of its own for each run, where the host may give one: what the kernel counts by user isn't shared then.

Descriptors in flight, pages of pipes and watches of `epoll` are counted so; of one user's, one submission could take
all. Sources: the manual pages user_namespaces(7), newuidmap(1), subuid(5); systemd's document "Users, Groups, UIDs and
GIDs".
"""

from __future__ import annotations

import getpass
import grp
import os
import pwd
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

INSIDE_ID = 1000
NOBODY = 65534
"""The user for submissions if root grades without ids to spare: the kernel doesn't hold root's processes to a limit."""
CANDIDATES = (range(0x70000000, 0x70400000), range(61184, 65520))
"""Ids that systemd's table gives to nobody, and those that it gives to services for as long as they run."""
PROGRAMS = ("newuidmap", "newgidmap")
MAP_SECONDS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Spare:
    """Ids that runs may have; one is drawn for each."""

    users: range
    groups: range


@cache
def spare_ids() -> Spare | None:
    """Ids that nobody else has, so that each run gets its own; `None` if this user has none to give."""
    if sys.platform != "linux":
        return None
    if os.geteuid() == 0:
        mapped = Path("/proc/self/uid_map").read_text(), Path("/proc/self/gid_map").read_text()
        taken = {entry.pw_uid for entry in pwd.getpwall()} | {entry.gr_gid for entry in grp.getgrall()}
        found = next(unused(CANDIDATES, mapped, taken), None)
        return None if found is None else Spare(users=found, groups=found)
    users, groups = (_delegated(Path(f"/etc/{name}")) for name in ("subuid", "subgid"))
    if users is None or groups is None:
        return None
    spare = Spare(users=users, groups=groups)
    return spare if _can_map(spare) else None


def _can_map(spare: Spare) -> bool:
    """Whether the programs map ids here: where they are installed, as in many containers, they may still not."""
    if not all(map(shutil.which, ("unshare", *PROGRAMS))):
        return False
    trial = ("unshare", "--user", "sh", "-c", "echo; exec sleep 60")
    with subprocess.Popen(trial, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        try:
            if process.stdout and process.stdout.readline():  # it has its namespace
                _map_ids(process.pid, os.geteuid(), os.getegid(), (spare.users[0], spare.groups[0]))
                return True
        except OSError:
            pass
        finally:
            process.kill()
    return False


def unused(candidates: tuple[range, ...], mapped: tuple[str, ...], taken: set[int]) -> Iterator[range]:
    """The candidates that each map of this user namespace has whole, and that no account has."""
    for ids in candidates:
        maps = [[tuple(map(int, line.split())) for line in text.splitlines()] for text in mapped]
        whole = all(any(first <= ids[0] and ids[-1] < first + count for first, _, count in lines) for lines in maps)
        if whole and not taken.intersection(ids):
            yield ids


def _delegated(table: Path) -> range | None:
    """The ids that the administrator has given to this user."""
    if not table.is_file():
        return None
    return parse_delegated(table.read_text(), getpass.getuser(), os.geteuid())


def parse_delegated(table: str, name: str, user: int) -> range | None:
    """The first range of a table like /etc/subuid that is a user's, by name or by number."""
    for line in table.splitlines():
        owner, _, ids = line.strip().partition(":")
        first, _, count = ids.partition(":")
        if owner in (name, str(user)) and first.isdigit() and count.isdigit() and int(count):
            return range(int(first), int(first) + int(count))
    return None


def map_user(pid: int) -> None:
    """Give a new user namespace its users: the grader's, and for the submission one of its own where there are any.

    Without any, an ordinary user's submissions run as who grades, and root's as nobody.
    """
    spare, user, group = spare_ids(), os.geteuid(), os.getegid()
    if user and spare is None:
        Path("/proc", str(pid), "setgroups").write_text("deny")
        _write(pid, "uid_map", f"{INSIDE_ID} {user} 1\n")
        _write(pid, "gid_map", f"{INSIDE_ID} {group} 1\n")
        return
    own = (NOBODY, NOBODY) if spare is None else (secrets.choice(spare.users), secrets.choice(spare.groups))
    if user:
        _map_ids(pid, user, group, own)
    else:
        _write(pid, "uid_map", f"0 0 1\n{INSIDE_ID} {own[0]} 1\n")
        _write(pid, "gid_map", f"0 0 1\n{INSIDE_ID} {own[1]} 1\n")


def _write(pid: int, file: str, content: str) -> None:
    Path("/proc", str(pid), file).write_text(content)


def _map_ids(pid: int, user: int, group: int, own: tuple[int, int]) -> None:
    """Have programs map ids that the administrator has given to this user; `OSError` says why they didn't."""
    for program, outer, inner in zip(PROGRAMS, (user, group), own, strict=True):
        ids = f"0 {outer} 1 {INSIDE_ID} {inner} 1"
        done = subprocess.run(
            [program, str(pid), *ids.split()], capture_output=True, text=True, check=False, timeout=MAP_SECONDS
        )
        if done.returncode:
            raise OSError(f"{program} didn't map the ids {ids}: {done.stderr.strip()[:200]}; see subuid(5)")
