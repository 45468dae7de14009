"""The fallback: a plain process with resource limits and a private working folder, for machines without namespaces."""

from __future__ import annotations

import sys
from pathlib import Path

import suite
from suite.records import Text, text
from suite.sandbox.interface import WORKER, Launch, Paths, Process, start_cold, worker_environment
from suite.sandbox.run_folders import RunFolders


class PlainProcess:
    """Runs the worker as the user who grades: it stops accidents, not attacks."""

    name = "process"
    strength = 10
    weaknesses: tuple[Text, ...] = (
        text("weak_files"),
        text("weak_network"),
        text("weak_processes"),
        text("weak_tasks"),
        text("weak_system_calls"),
        text("weak_disk"),
    )

    def unavailable(self) -> str:
        """It is always available."""
        return ""

    def paths(self, folders: RunFolders) -> Paths:
        """Folders among the run's own."""
        private = {name: folders.scratch / name for name in ("work", "home", "tmp")}
        for folder in private.values():
            folder.mkdir(exist_ok=True)
        return Paths(
            submission=str(folders.submission),
            work=str(private["work"]),
            home=str(private["home"]),
            data=str(folders.data),
            temporary=str(private["tmp"]),
        )

    def start(self, launch: Launch) -> Process:
        """`python -m suite.inside.worker`, importing the suite from where it lies."""
        environment = worker_environment(self.paths(launch.folders), str(Path(suite.__file__).parent.parent))
        return start_cold([sys.executable, *WORKER], environment, launch)

    def close(self) -> None:
        """Nothing is kept between runs."""
