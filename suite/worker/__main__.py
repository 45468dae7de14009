"""Entry point in the sandbox: `python -m suite.worker SETTINGS -f CONNECTION_FILE`."""

from __future__ import annotations

import json
import os
import resource
import shutil
import socket
import sys
from pathlib import Path
from typing import Any

from ipykernel.kernelapp import IPKernelApp

from suite.worker import answer, budget, doors, operators, runtime, shell
from suite.worker.remember import Memory

NICENESS = 10  # however many processes a submission starts, the host gets its turn to stop them


def main() -> None:
    """Connect to the host, lay out the working folder, run the kernel until the host ends it, answer questions."""
    settings: dict[str, Any] = json.loads(Path(sys.argv[1]).read_text())
    channel = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    channel.connect(settings["channel"])
    shutil.copytree(settings["submission"], settings["work"], dirs_exist_ok=True)
    os.chdir(settings["work"])
    sys.path[0] = settings["work"]
    _limit(settings)
    capped: list[str] = []
    runtime.install(settings["runtime"])
    operators.install()
    doors.install(Path(settings["data"]))
    budget.install(settings["epochs"], settings["seed"], capped)
    app = IPKernelApp.instance()
    app.initialize(sys.argv[2:])
    memory = Memory(app.shell)
    skipped = shell.install(app.shell)
    app.shell.ast_transformers.append(budget.CapConstants(settings["constants"], settings["epochs"], capped))
    app.shell.user_ns["__file__"] = str(Path(settings["work"], settings["main"]))
    sys.argv = [settings["main"]]
    app.start()
    answer.serve(channel, memory, skipped, capped)
    os._exit(0)  # whatever threads the submission left running


def _limit(settings: dict[str, Any]) -> None:
    """Limits that the kernel of the system enforces by itself; the host watches the rest, and comes first."""
    os.nice(NICENESS)
    for limit, value in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, settings["open_files"]),
        (resource.RLIMIT_FSIZE, settings["file_bytes"]),
    ):
        hard = resource.getrlimit(limit)[1]
        allowed = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(limit, (allowed, allowed))


if __name__ == "__main__":
    main()
