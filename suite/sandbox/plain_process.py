"""The fallback: a plain process with resource limits and a private working folder, for machines without namespaces."""

from __future__ import annotations

from pathlib import Path

import suite
from suite.records import Text, text
from suite.resident.client import Resident
from suite.sandbox.interface import Imports, Launch, Paths, Process, start_cold, worker_command, worker_environment
from suite.sandbox.run_folders import RunFolders
from suite.sandbox.system_calls import can_filter, filter_file


class PlainProcess:
    """Runs the worker as the user who grades: it stops accidents, not attacks."""

    name = "process"
    strength = 10

    def __init__(self) -> None:
        unfiltered = () if can_filter() else (text("weak_system_calls"),)
        self.weaknesses: tuple[Text, ...] = (
            text("weak_files"),
            text("weak_network"),
            text("weak_processes"),
            text("weak_parent"),
            text("weak_tasks"),
            text("weak_quotas"),
            *unfiltered,
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

    def attach(self, resident: Resident) -> bool:  # noqa: ARG002 - it uses no servers
        """It uses none."""
        return False

    def foresee(self, imports: Imports) -> None:
        """Nothing: each worker imports for itself."""

    def start(self, launch: Launch) -> Process:
        """`python -m suite.inside.worker`, importing the suite from where it lies."""
        environment = worker_environment(self.paths(launch.folders), str(Path(suite.__file__).parent.parent))
        if not launch.devices:
            environment["CUDA_VISIBLE_DEVICES"] = "-1"
        with filter_file(gpu=bool(launch.devices)) as rules:
            inherited = () if rules is None else (rules,)
            return start_cold([*worker_command(launch), *map(str, inherited)], environment, launch, inherited)

    def close(self) -> None:
        """Nothing is kept between runs."""
