"""One submission in one sandbox: runs its notebook, and keeps the process for questions."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from math import ceil
from pathlib import PurePosixPath
from typing import Any

from suite.assignments import HANDED_OUT
from suite.evidence.interview.channel import Channel
from suite.evidence.interview.job import Job
from suite.evidence.interview.notebook import NotebookOutcome, run_notebook
from suite.evidence.interview.worker_imports import imports_of, worker_settings
from suite.records import Run, SourceFile, Submission
from suite.sandbox.control_group import open_group
from suite.sandbox.interface import Launch, Sandbox
from suite.sandbox.process_log import ProcessLog
from suite.sandbox.run_folders import RunFolders, open_run_folders
from suite.sandbox.watch import Watch

LOG_TAIL = 2000
CPU_GRACE_SECONDS = 2  # the watch, which can say why, stops it first
KIB, MIB = 1 << 10, 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A process whose notebook has ended and that answers questions."""

    run: Run
    """How the cells went."""
    channel: Channel
    """Where to ask; call `accept()` on it before the first question."""
    pid: int
    """Root of its process tree, on the host."""


class _DeafLoop(asyncio.SelectorEventLoop):
    """Leaves signals to the command: nbclient would take them for as long as a notebook runs in the main thread."""

    def add_signal_handler(self, *_: object) -> None:
        """Refuse, in the way that nbclient expects."""
        raise NotImplementedError


@contextmanager
def open_session(submission: Submission, job: Job, sandbox: Sandbox, *, trusted: bool = False) -> Iterator[Session]:
    """Run a submission and keep its process for questions; the process ends with the block.

    One that is `trusted`, as its code is ours, is watched until its cells have ended, and then only while it is asked.
    """
    begin = time.monotonic()
    limits = job.limits
    with (
        open_run_folders(_files(submission, job), _helpers(submission, job), job.data, job.hidden) as folders,
        open_group(folders.base.name, limits) as group,
        ProcessLog() as log,
        Watch(limits, job.wall_seconds, job.cpu_seconds, folders.base, group) as watch,
        Channel(
            folders.channel,
            limits.answer_mib * MIB,
            limits.evidence_mib * MIB,
            limits.answer_seconds,
            watch.count_waiting,
        ) as channel,
    ):
        folders.write_settings(_settings(job, sandbox, folders) | {"main": submission.main})
        imports = imports_of(job.runtime, ahead=job.ahead)
        launch = Launch(
            folders=folders,
            limits=limits,
            imports=imports,
            libraries=job.libraries,
            group=group,
            log=log,
            devices=job.devices,
        )
        with asyncio.Runner(loop_factory=_DeafLoop) as runner:
            played = runner.run(run_notebook(submission.notebook, sandbox, launch, watch, job.stop_at))
        run = _as_run(played, sandbox.name, time.monotonic() - begin, log)
        if trusted:
            watch.pause_while(lambda: channel.quiet)
        yield Session(run=run, channel=channel, pid=watch.pid)


def _files(submission: Submission, job: Job) -> tuple[SourceFile, ...]:
    """The submission's own files, and the assignment's data beside the one that is run.

    The data take the place of a copy that was handed in, so that every notebook has the same rows, and of whatever else
    stands in their way.
    """
    files = {file.path: file for file in submission.files}
    folders = PurePosixPath(submission.main).parents
    root = job.data / HANDED_OUT
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root)
        if path.is_file():
            own = (str(folder / name) for folder in folders)
            place = next((each for each in own if each in files), str(folders[0] / name))
            files = {each: file for each, file in files.items() if not _clash(each, place)}
            files[place] = SourceFile(path=place, content=path.read_bytes())
    return tuple(files.values())


def _clash(one: str, other: str) -> bool:
    """Whether no folder can hold files of both paths."""
    first, second = PurePosixPath(one), PurePosixPath(other)
    return first in (second, *second.parents) or second in first.parents


def _helpers(submission: Submission, job: Job) -> tuple[SourceFile, ...]:
    """The assignment's helpers, beside the file that is run; of the same names the submission's own are found.

    A helper is left out, too, where a folder of the submission has its name, or a file that of its folder.
    """
    own = {PurePosixPath(file.path) for file in submission.files}
    own_folders = {folder for path in own for folder in path.parents}
    around = PurePosixPath(submission.main).parents
    helpers = [(file, around[0] / file.path) for file in job.helpers]
    return tuple(
        replace(file, path=str(path))
        for file, path in helpers
        if own.isdisjoint((*path.parents, *(folder / file.path for folder in around))) and path not in own_folders
    )


def _settings(job: Job, sandbox: Sandbox, folders: RunFolders) -> dict[str, Any]:
    """What the worker needs to know; nothing in it is secret."""
    paths = sandbox.paths(folders)
    return {
        "submission": paths.submission,
        "work": paths.work,
        "data": paths.data,
        "channel": str(folders.channel),
        "output_bytes": job.limits.cell_output_kib * KIB,
        "constants": list(job.constants),
        "epochs": job.epochs,
        "rows_per_pass": job.rows_per_pass,
        "wall_seconds": job.wall_seconds,
        "skips_training": job.skips_training,
        "noted": list(job.names or ()),
        "seed": job.seed,
        "niceness": job.niceness,
        "worker": worker_settings(job.runtime),
        "limits": {
            "NOFILE": job.limits.open_files,
            "MSGQUEUE": 0,
            "FSIZE": job.limits.disk_mib * MIB,
            "CPU": ceil(job.cpu_seconds) + CPU_GRACE_SECONDS,
        },
    }


def _as_run(played: NotebookOutcome, sandbox: str, seconds: float, log: ProcessLog) -> Run:
    """The record of what the cells did."""
    stopped_as, stopped = played.stopped or (None, None)
    return Run(
        cells=played.cells,
        notebook=played.notebook,
        seconds=seconds,
        sandbox=sandbox,
        stopped=stopped,
        stopped_as=stopped_as,
        cut=played.cut,
        left=played.left,
        stderr_tail=log.read(LOG_TAIL),
    )
