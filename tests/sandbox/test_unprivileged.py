"""The strongest sandbox needs no privileges: its conformance suite again, as an ordinary user."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.nightly]

NOBODY = 65534
TESTS = ("test_conformance.py", "test_reach.py")


@pytest.fixture(autouse=True)
def _root_with_tools() -> None:
    if os.geteuid() != 0:
        pytest.skip("the tests run as an ordinary user anyway")
    if shutil.which("unshare") is None or shutil.which("setpriv") is None:
        pytest.skip("needs unshare and setpriv, of util-linux")


def test_conformance_as_nobody(tmp_path: Path) -> None:
    """Everything that root's submissions can't reach, an ordinary user's can't either."""
    _test_as_nobody(tmp_path, [], "namespaces", *TESTS)


def test_ids_of_their_own_as_nobody(tmp_path: Path) -> None:
    """An ordinary user whom the administrator gave ids has submissions that share nothing, and reads their answers."""
    tables = [Path("/etc/subuid"), Path("/etc/subgid")]
    if shutil.which("newuidmap") is None or not all(table.exists() for table in tables):
        pytest.skip("needs newuidmap, of uidmap, and the tables that it reads")
    given = tmp_path / "given"
    given.write_text(f"{NOBODY}:500000:65536\n")
    lines = [f"mount --bind {shlex.quote(str(given))} {table}" for table in tables]
    _test_as_nobody(
        tmp_path, lines, "namespaces and (neighbour or honest_cell) or mapped", "test_users.py", "test_conformance.py"
    )


def _test_as_nobody(tmp_path: Path, prepared: list[str], chosen: str, *names: str) -> None:
    """Run tests as an ordinary user; all must pass that the sandbox claims."""
    lines = [f"cd {shlex.quote(str(ROOT))}", *prepared]
    lines += [line for closed, needed in _closed_folders().items() for line in _open(closed, needed, tmp_path)]
    tests = " ".join(str(ROOT / "tests" / "sandbox" / name) for name in names)
    options = f"-q -p no:cacheprovider -k {shlex.quote(chosen)} --basetemp=/tmp/nobody-$$"
    lines.append(
        f"exec setpriv --reuid={NOBODY} --regid={NOBODY} --clear-groups env HOME=/nonexistent "
        f"{shlex.quote(sys.executable)} -m pytest {options} {tests}"
    )
    command = ["unshare", "--mount", "--propagation", "private", "sh", "-e", "-c", "\n".join(lines)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=500, cwd=ROOT)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]
    assert " passed" in done.stdout


def _closed_folders() -> dict[Path, list[Path]]:
    """Folders that only root may enter, with what the tests need of them."""
    closed: dict[Path, list[Path]] = {}
    for path in {ROOT, Path(sys.prefix), Path(sys.base_prefix), Path(sys.executable).resolve().parent.parent}:
        for parent in reversed(path.parents):
            if not parent.stat().st_mode & 0o001:
                closed.setdefault(parent, []).append(path)
                break
    return closed


def _open(closed: Path, needed: list[Path], tmp_path: Path) -> list[str]:
    """Shell lines that put an open folder in a closed one's place, in this mount namespace alone."""
    aside = tmp_path / closed.name
    lines = [
        f"mkdir -p {shlex.quote(str(aside))}",
        f"mount --rbind {shlex.quote(str(closed))} {shlex.quote(str(aside))}",
        f"mount -t tmpfs -o mode=755 none {shlex.quote(str(closed))}",
    ]
    for path in needed:
        inside = shlex.quote(str(aside / path.relative_to(closed)))
        lines += [f"mkdir -p {shlex.quote(str(path))}", f"mount --rbind {inside} {shlex.quote(str(path))}"]
    return lines
