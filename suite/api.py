"""The suite from Python: `suite.grade`, `suite.check` and `suite.Result`; the command line calls the same functions.

Errors of the call are `suite.errors.UsageError`; whatever is wrong with a submission is in its result.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from suite import assignments as folders
from suite.assignments import Assignment, Budget, own_folder
from suite.checking.self_check import self_check
from suite.doctor.capacity import default_jobs
from suite.errors import UsageError
from suite.grading import pipeline
from suite.grading.collect import collect
from suite.grading.pipeline import QUIET, Progress
from suite.grading.plan import GradingPlan
from suite.grading.store import Store
from suite.records import Device, Result, Submission
from suite.sandbox import Sandbox, choose

if TYPE_CHECKING:
    from suite.grading.engines.interface import Engine

PathLike: TypeAlias = str | os.PathLike[str]


def grade(  # noqa: PLR0913 - each has a default but the first two
    submissions: PathLike | Sequence[PathLike | Submission],
    assignment: str | Assignment,
    *,
    assignments: PathLike | None = None,
    budget: Budget = "quick",
    sandbox: str | Sandbox = "auto",
    jobs: int | None = None,
    store: Store | None = None,
    engine: Engine | None = None,
    throughput: bool = False,
    device: Device = "cpu",
    environment: Mapping[str, str] = os.environ,
    progress: Progress = QUIET,
) -> list[Result]:
    """Grade submissions and return a result for each, in their order; nothing is written.

    Args:
        submissions: A path or several: notebooks, Python files, zips, folders of these, downloads of a platform.
        assignment: The assignment's name.
        assignments: Folder that holds the assignments; by default that of the suite's own.
        budget: How much training: `quick`, `standard` or `full`.
        sandbox: What holds the submissions: `auto`, `namespaces`, `bubblewrap` or `process`; an open one stays open.
        jobs: Submissions at a time; by default as many as cores and memory allow.
        store: Evidence of earlier runs, which isn't made again; by default none.
        engine: What runs the submissions; by default threads of this process.
        throughput: Whether proved models are timed beside the reference, too.
        device: What they are timed on: `cpu`, or `gpu` for this machine's first NVIDIA GPU.
        environment: Variables that say where datasets may be.
        progress: Told when a submission begins and ends.

    Raises:
        UsageError: No such assignment, no submission at the paths, or no such sandbox.
    """
    chosen = _load(assignment, assignments)
    work = _collect(submissions, chosen)
    with _open(sandbox) as opened:
        plan = GradingPlan(
            assignment=chosen,
            budget=budget,
            sandbox=opened,
            jobs=jobs or default_jobs(chosen.limits.memory_mib),
            environment=environment,
            store=store,
            throughput=device if throughput else None,
        )
        return pipeline.grade(work, plan, folders.load_expected(chosen), progress, engine)


def check(notebook: PathLike, told: PathLike | None = None, *, sandbox: str | Sandbox = "auto") -> Result:
    """Check a notebook of one's own as `suite check` does: by the public checks, without held-out rows.

    Args:
        notebook: The notebook, or a Python file.
        told: The instructor's file `NAME.check.json`; by default the one beside the notebook.
        sandbox: As for `grade`.

    Raises:
        UsageError: The notebook or the file isn't there, or can't be read.
    """
    with _open(sandbox) as opened:
        return self_check(Path(notebook), None if told is None else Path(told), opened).result


def _load(assignment: str | Assignment, root: PathLike | None) -> Assignment:
    if isinstance(assignment, Assignment):
        return assignment
    found = Path(root) if root is not None else own_folder()
    if found is None:
        raise UsageError("there is no folder of assignments here; name one with assignments=")
    return folders.load(assignment, found)


def _collect(work: PathLike | Sequence[PathLike | Submission], assignment: Assignment) -> list[Submission]:
    """The submissions; paths are read together, as their names are told apart."""
    given = [work] if isinstance(work, (str, os.PathLike)) else list(work)
    read = [each for each in given if isinstance(each, Submission)]
    paths = [Path(each) for each in given if not isinstance(each, Submission)]
    found = [*read, *(collect(paths, assignment.main) if paths else ())]
    if paths and not found:
        raise UsageError("no notebook and no Python file was named; name a folder of submissions")
    return found


@contextmanager
def _open(sandbox: str | Sandbox) -> Iterator[Sandbox]:
    """The sandbox of that name until the end of the block; one that is open stays so."""
    if not isinstance(sandbox, str):
        yield sandbox
        return
    opened, _ = choose(sandbox)
    try:
        yield opened
    finally:
        opened.close()
