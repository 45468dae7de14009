"""What runs in a Dask worker: submissions, beside a warm server and references that stay for the whole class."""

from __future__ import annotations

import atexit
import json
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cache

from distributed import Reschedule, Status, get_worker, secede

from suite.errors import HarnessError, StorageError, UsageError
from suite.grading.engines.interface import Timer
from suite.grading.engines.shipment import Shipment, unpack
from suite.grading.evidence_source import EvidenceSource
from suite.records import Device, Evidence, Provenance, Result, Submission
from suite.records.evidence_json import as_plain
from suite.sandbox import control_group
from suite.temporary import remove_leftovers

LOOK_SECONDS = 30
IDLE_SECONDS = 600  # a class whose command was killed doesn't keep its processes for longer
NOTICE_SECONDS = 2
"""In which a worker that was told to end knows it: the processes of its runs may have been told first."""
PARTS = ("code", "assignment", "budget", "sandbox", "seed", "seed of the probes", "calibration", "data", "Python")
"""The first things that evidence depends on, as `open_source` lists them; versions and references follow."""


class UnfitWorkerError(HarnessError):
    """A worker whose evidence would be other than the host's."""

    def __init__(self, address: str, why: str) -> None:
        super().__init__("the worker {address} can't run this class: {why}", address=address, why=why)
        self.args = address, why  # by which it is made anew where it was sent to
        self.address = address
        self.why = why

    def __str__(self) -> str:
        return str(self.words)


@dataclass(slots=True)
class _Opened:
    """A class that is ready to be run."""

    source: EvidenceSource
    stack: ExitStack
    timers: dict[Device, Timer] = field(default_factory=dict)
    users: int = 0
    used: float = field(default_factory=time.monotonic)


_lock = threading.Lock()
_opened: dict[str, _Opened] = {}


def try_worker(shipment: Shipment) -> str:
    """Make ready for a class; why this worker can't run it, empty if it can."""
    try:
        with _use(shipment):
            return ""
    except UnfitWorkerError as error:
        return error.why


def run(shipment: Shipment, submission: Submission, origin: Provenance) -> bytes:
    """One submission's evidence as JSON: the host accepts nothing else from a worker."""
    with _own_failures(), _use(shipment) as opened:
        evidence = opened.source.make(submission, origin)
    return _answer(evidence)


def time_models(shipment: Shipment, submission: Submission, result: Result, device: Device) -> bytes | None:
    """A graded submission's evidence with its timings, as JSON; `None` if there is nothing to time."""
    with _own_failures(), _use(shipment) as opened:
        with _lock:
            if device not in opened.timers:
                opened.timers[device] = opened.stack.enter_context(opened.source.open_timer(device))
        evidence = opened.timers[device].time(submission, result, lambda _done, _all: None)
    return None if evidence is None else _answer(evidence)


@contextmanager
def _own_failures() -> Iterator[None]:
    """Have a full disk of this machine be told as its failure: the class goes on elsewhere."""
    try:
        yield
    except StorageError as error:
        raise HarnessError("the worker {address}: {error}", address=_address(), error=error) from error


def close(digest: str) -> None:
    """End what runs a class, which its host has finished."""
    with _lock:
        opened = _opened.pop(digest, None)
    if opened is not None:
        opened.stack.close()


def _answer(evidence: Evidence) -> bytes:
    """Evidence as JSON. If this worker is being ended, another one makes it: that isn't the submission's doing."""
    if evidence.silent or not evidence.run.left:
        secede()  # the next submission needn't wait for that
        time.sleep(NOTICE_SECONDS)
    if get_worker().status != Status.running:
        raise Reschedule
    return json.dumps(as_plain(evidence)).encode()


@contextmanager
def _use(shipment: Shipment) -> Iterator[_Opened]:
    """The class, made ready by the first thread that needs it."""
    _watch()
    with _lock:
        if shipment.digest not in _opened:
            _opened[shipment.digest] = _open(shipment)
        opened = _opened[shipment.digest]
        opened.users += 1
    try:
        yield opened
    finally:
        with _lock:
            opened.users -= 1
            opened.used = time.monotonic()


def _open(shipment: Shipment) -> _Opened:
    """Make ready for a class; `UnfitWorkerError` where that would be another class than the host's."""
    remove_leftovers()
    control_group.remove_leftovers()
    stack = ExitStack()
    try:
        source = stack.enter_context(unpack(shipment))
    except UsageError as error:
        raise UnfitWorkerError(_address(), str(error)) from error
    if differences := compare(shipment.about, source.about):
        stack.close()
        raise UnfitWorkerError(_address(), differences)
    return _Opened(source=source, stack=stack)


def compare(expected: tuple[str, ...], seen: tuple[str, ...]) -> str:
    """What is otherwise than on the host; empty if nothing is."""
    if expected == seen:
        return ""
    different = [
        f"{name} ({mine} here, {theirs} there)"
        for name, theirs, mine in zip(PARTS, expected, seen, strict=False)
        if theirs != mine
    ]
    return "otherwise than on the host are " + ", ".join(different or ["the versions of libraries"])


@cache
def _watch() -> None:
    """From now on, end classes that nobody uses any more, as their command was killed."""

    def watch() -> None:
        while True:
            time.sleep(LOOK_SECONDS)
            begin = time.monotonic()
            for digest, opened in list(_opened.items()):
                if not opened.users and begin - opened.used > IDLE_SECONDS:
                    close(digest)

    threading.Thread(target=watch, name="idle classes", daemon=True).start()


def _close_all() -> None:
    for digest in list(_opened):
        close(digest)


def _address() -> str:
    return str(get_worker().address)


atexit.register(_close_all)
