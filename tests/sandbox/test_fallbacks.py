"""On a machine that forbids namespaces: what can't be had is refused with its reason, and no fallback is silent."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import ROOT

pytestmark = pytest.mark.slow

FORBID = "echo 0 > /proc/sys/user/max_user_namespaces"  # holds in the namespace of the command alone


def _grade_without_namespaces(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = shlex.join([sys.executable, "-m", "suite", "grade", "-a", "stacked_rnn", *map(str, arguments)])
    return subprocess.run(
        ["unshare", "--user", "--map-root-user", "sh", "-e", "-c", f"{FORBID}\n{command}"],
        capture_output=True,
        text=True,
        check=False,
        timeout=200,
        cwd=ROOT,
        env=os.environ | {"COLUMNS": "200"},
    )


@pytest.fixture(autouse=True)
def _can_forbid() -> None:
    command = ["unshare", "--user", "--map-root-user", "sh", "-c", FORBID]
    if shutil.which("unshare") is None or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("needs unshare, and a user namespace to forbid more of them in")


def test_refused_with_its_reason(tmp_path: Path, notebook: Callable[..., Path]) -> None:
    """Who asks for namespaces where there are none is told why, what is needed, and that nothing was graded."""
    done = _grade_without_namespaces(notebook("a.ipynb", "1"), "--sandbox", "namespaces", "--report", tmp_path / "r")
    assert done.returncode == 2
    assert "unshare" in done.stderr
    assert "user.max_user_namespaces" in done.stderr
    assert not (tmp_path / "r" / "index.html").exists()


def test_falls_back_loudly(tmp_path: Path, notebook: Callable[..., Path]) -> None:
    """`auto` takes what is left, with a warning, what that lacks, and why the stronger ones weren't taken."""
    done = _grade_without_namespaces(notebook("a.ipynb", "1"), "--report", tmp_path / "r")
    assert done.returncode == 0
    for words in ("WARNING", "sandbox process", "can reach the network", "namespaces: ", "bubblewrap: "):
        assert words in done.stderr
    assert "can reach the network" in (tmp_path / "r" / "index.html").read_text("utf-8")
