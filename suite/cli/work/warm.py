"""`suite warm`: starts, ends and describes the resident process that keeps warm servers."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import asdict
from importlib.util import find_spec
from pathlib import Path

import suite
from suite.cli.language import spoken
from suite.cli.work.console import log
from suite.errors import SandboxError, UsageError, Words
from suite.evidence.interview.worker_imports import LIBRARIES, imports_of, libraries_in
from suite.frameworks import all_frameworks, runtime_named
from suite.records import text
from suite.resident import Resident, find, make_folder, runtime_folder
from suite.sandbox.interface import Imports
from suite.sandbox.warm_server import import_libraries
from suite.text.language import say

NOT_RUNNING = 1
START_SECONDS = 30  # 0.5 s on a quiet machine
LOOK_SECONDS = 0.05
COMMANDS = "suite.cli.ahead"
"""The module that runs commands."""
NO_COMMAND = Imports(worker="", modules=())
"""Of the server with which a sandbox is tried."""


def start(*, runtimes: tuple[str, ...], minutes: float) -> None:
    """Start it unless it runs, and have it import."""
    names = runtimes or _installed()
    wanted = [NO_COMMAND, *(imports_of(runtime_named(name).name, ahead=True) for name in names)]
    folder = runtime_folder(os.environ)
    make_folder(folder)
    resident = find(folder) or _start(folder, minutes)
    if resident.differences:
        raise UsageError(
            "the warm process {pid} was started with other {differences}; end it with suite warm stop, then "
            "start it again",
            pid=resident.pid,
            differences=", ".join(resident.differences),
        )
    libraries = libraries_in(" ".join(LIBRARIES))
    for imports, wait in [(imports, resident.ask_server(asdict(imports))) for imports in wanted]:
        with wait() as control:
            if imports.worker:
                import_libraries(control, libraries)
    resident.ask_commands().close()
    _print(resident)


def stop() -> None:
    """End it."""
    resident = find(runtime_folder(os.environ))
    if resident is None:
        _tell("warm_none")
        return
    resident.stop()
    _tell("warm_ended", pid=resident.pid)


def status() -> None:
    """Describe it."""
    resident = find(runtime_folder(os.environ))
    if resident is None:
        _tell("warm_none_yet")
        sys.exit(NOT_RUNNING)
    _print(resident)
    if resident.differences:
        _tell("warm_differs", pid=resident.pid, what=", ".join(resident.differences))


def _installed() -> list[str]:
    """The runtime in which each installed framework is used first."""
    first = (framework.runtimes[0] for framework in all_frameworks().values())
    return [runtime.name for runtime in first if all(map(find_spec, runtime.modules))]


def _start(folder: Path, minutes: float) -> Resident:
    """A new process, once it answers."""
    process = subprocess.Popen(
        [sys.executable, "-m", "suite.sandbox.resident_process", str(folder), str(minutes), COMMANDS],
        env=os.environ | {"PYTHONPATH": str(Path(suite.__file__).parent.parent)},
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() in (None, 0):
        if found := find(folder):
            return found
        time.sleep(LOOK_SECONDS)
    raise SandboxError(
        Words(
            "the warm process didn't start (exit code {code}); try it with: {command}",
            code=process.poll(),
            command=_by_hand(folder),
        )
    )


def _by_hand(folder: Path) -> str:
    return f"{sys.executable} -m suite.sandbox.resident_process {folder} 1 {COMMANDS}"


def _print(resident: Resident) -> None:
    found = resident.read_status()
    _tell(
        "warm_status",
        runtimes=", ".join(found.runtimes) or "–",
        pid=found.pid,
        memory=found.memory_mib,
        commands=found.commands,
        minutes=f"{found.minutes:g}",
    )


def _tell(key: str, **values: str | float) -> None:
    log.print(say(text(key, **values), spoken()), markup=False)
