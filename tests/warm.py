"""Servers that have imported the frameworks, kept for a whole test run of several workers, as `suite warm` keeps them.

Most of what a graded class costs a test is imports. Tests of the sandbox and of what a command starts by itself go
without (`cold`); a worker that runs alone does, too.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

PLACE = "XDG_RUNTIME_DIR"
MINUTES = "30"  # after which they end by themselves, if the run is killed
NEEDED = 20  # slow tests; for fewer the imports cost as much as they save


class WarmServers:
    """A plugin of the process that starts the workers: their environment names where the servers listen."""

    def __init__(self) -> None:
        self._folder = tempfile.mkdtemp(prefix="warm")
        self._before = os.environ.get(PLACE)
        os.environ[PLACE] = self._folder

    def pytest_unconfigure(self) -> None:
        """End them."""
        _run("stop")
        shutil.rmtree(self._folder, ignore_errors=True)
        os.environ.pop(PLACE)
        if self._before is not None:
            os.environ[PLACE] = self._before


class WarmWorker:
    """A plugin of a worker: the first to get so far starts the servers, and the others find them."""

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Start them, if there is enough to do; they import while the first tests run."""
        if len([item for item in session.items if item.get_closest_marker("slow")]) >= NEEDED:
            _run("start", "--minutes", MINUTES)


@contextmanager
def cold(folder: Path) -> Iterator[None]:
    """Have commands find no servers; the folder is empty."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(PLACE, str(folder))
        yield


def _run(*words: str) -> None:
    """Where there is no such sandbox, a command starts its own."""
    subprocess.run([sys.executable, "-m", "suite", "warm", *words], capture_output=True, check=False)
