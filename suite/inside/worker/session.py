"""What a worker does: connect to the host, run the kernel until the host ends it, answer questions."""

from __future__ import annotations

import gc
import inspect
import json
import os
import resource
import shutil
import socket
import sys
import warnings
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path, PurePath
from types import SimpleNamespace
from typing import Any, NoReturn
from unittest import mock

import ipykernel.ipkernel
from ipykernel.kernelapp import IPKernelApp
from traitlets.config import Config

from suite.inside.frameworks import load
from suite.inside.frameworks.interface import InsideFramework
from suite.inside.frameworks.prepared_data import PREPARED
from suite.inside.worker import answers, budget, loops, missing_modules, network, outputs, shell
from suite.inside.worker.call_notes import CallNotes
from suite.inside.worker.model_tracker import ModelTracker
from suite.inside.worker.training_notes import NotebookTraining

NO_HISTORY = {"HistoryManager": {"enabled": False}}


class KernelApp(IPKernelApp):  # type: ignore[misc] # ipykernel has no types
    """A kernel whose messages wait for the host: none is lost, and too many fill only the worker's own memory.

    It takes its settings from us alone: there are no files and no command line, and to look for them takes a tenth of
    its start. Lists of all modules, for a debugger and for `%reset --aggressive`, would take a third: to look at a
    module, or at its name, copies the memory that a fork shares.
    """

    def parse_command_line(self, argv: Sequence[str] | None = None) -> None:
        """Read none."""

    def load_config_file(self, suppress_errors: bool | None = True) -> None:  # noqa: FBT001, FBT002 - as it is called
        """Look for none."""

    def init_code(self) -> None:
        """Run none; what is there before the first cell is no variable of the notebook's."""
        self.shell.user_ns_hidden.update(self.shell.user_ns)

    def init_iopub(self, context: Any) -> None:
        """Open the output channel without ZeroMQ's own limit, above which messages are dropped."""
        context.sndhwm = 0
        super().init_iopub(context)


def run(settings_file: str, connection_file: str, seal: Callable[[], None]) -> NoReturn:
    """Prepare the working folder, run the notebook and answer questions; then the process ends.

    `seal` is called when the kernel's sockets are bound, before any of the submission's code runs.
    """
    settings: dict[str, Any] = json.loads(Path(settings_file).read_text())
    channel = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    channel.connect(settings["channel"])
    shutil.copytree(settings["submission"], settings["work"], dirs_exist_ok=True)
    main = Path(settings["work"], settings["main"])
    os.chdir(main.parent)  # as Jupyter does
    sys.path[:1] = []  # nothing of the submission is imported before its first cell, whatever its files are called
    _limit(settings)
    gc.enable()  # a warm server has turned it off
    capped: list[str] = []
    PREPARED.folder = Path(settings["data"])
    frameworks = load(settings["worker"]["frameworks"])
    for framework in frameworks:
        framework.open_data()
    app = KernelApp.instance(connection_file=connection_file, ignore_cwd=True, config=Config(NO_HISTORY))
    mask = os.umask(0)  # the host connects to these sockets, and may be another user; nobody else enters their folder
    with mock.patch.object(ipykernel.ipkernel, "sys", SimpleNamespace(modules={})):  # see `KernelApp`
        app.initialize()
    os.umask(mask)
    seal()
    outputs.install(app.session, app.shell.InteractiveTB, settings["output_bytes"])
    app.kernel._progressively_terminate_all_children = _leave_children
    tracker = ModelTracker(app.shell, frameworks)
    skipped = shell.install(app.shell)
    missing_modules.install(app.shell)
    network.install()
    budget.seed_all(app.shell, settings["seed"], frameworks)
    calls = CallNotes(app.shell, settings["noted"], frameworks)
    training = NotebookTraining(tracker)
    limit = loops.TrainingTime(
        settings["wall_seconds"],
        training.progress,
        lambda: tracker.cell,
        capped,
        at_once=settings["skips_training"],
    )
    loops.install(app.shell, settings["work"], limit)
    for framework in frameworks:
        if settings["epochs"]:
            framework.cap_epochs(settings["epochs"], capped)
        if settings["rows_per_pass"]:
            framework.cap_pass(settings["rows_per_pass"], capped)
        framework.end_training(limit)
        framework.watch(training)  # after the cap, so that its hooks see the capped call
    app.shell.ast_transformers.append(budget.CapConstants(settings["constants"], settings["epochs"], capped))
    if ".py" in map(str.lower, main.suffixes):  # a notebook has none: a spawned child would run it as a script
        app.shell.user_ns["__file__"] = str(main)
    sys.argv = [main.name]
    _leave_quietly(app.kernel)
    _open_imports(app, settings)
    app.start()
    limit.close()
    training.close()
    _restore(main.parent, frameworks)
    notes = answers.Notes(
        skipped=skipped,
        capped=capped,
        training=training,
        frameworks=frameworks,
        namespace=app.shell.user_ns,
        calls=calls,
        submission=Path(settings["submission"]),
    )
    answers.serve(channel, tracker, notes)
    os._exit(0)  # whatever threads the submission left running


def _open_imports(app: KernelApp, settings: dict[str, Any]) -> None:
    """Let imports find what lies beside the file that is run, in the folders above it, and where the notebook goes."""
    app.ignore_cwd = False
    app.init_path()
    sys.path[:0] = [str(Path(settings["work"], folder)) for folder in PurePath(settings["main"]).parents]


def _leave_quietly(kernel: Any) -> None:
    """Let the kernel end although the notebook has turned warnings into errors, such as those of Jupyter itself."""
    end = kernel.control_handlers["shutdown_request"]

    async def leave(*message: Any) -> None:
        _ignore_warnings()
        result = end(*message)
        if inspect.isawaitable(result):
            await result

    kernel.control_handlers["shutdown_request"] = leave


def _ignore_warnings() -> None:
    """Whatever filters the notebook has set."""
    warnings.resetwarnings()
    warnings.simplefilter("ignore")


def _restore(work: Path, frameworks: Sequence[InsideFramework]) -> None:
    """Undo what the notebook set for the whole process, as the questions aren't meant to meet it."""
    os.chdir(work)
    _ignore_warnings()
    for framework in frameworks:
        with suppress(Exception):  # a notebook may have replaced the library's functions
            framework.restore()


async def _leave_children() -> None:
    """Replaces ipykernel's wait of half a minute for child processes: the sandbox ends them at once."""


def _limit(settings: dict[str, Any]) -> None:
    """Set limits that the operating system enforces; the host watches the other limits, and acts before these."""
    os.nice(settings["niceness"])
    for name, value in settings["limits"].items():
        limit = getattr(resource, f"RLIMIT_{name}")
        hard = resource.getrlimit(limit)[1]
        allowed = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(limit, (allowed, allowed))
