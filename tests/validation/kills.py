"""What a signal leaves of a class: `python -m tests.validation.kills --times 20`.

A class of cheap notebooks is graded and the grader killed at a random moment between its start and its end; then the
same command runs again. Nothing that was finished may be lost or run again, nobody may be graded twice, and after the
second run nothing of the first may be left: no folder, control group, process, mount, or file in the report's folder
that isn't part of a report. With `--signal SIGINT` (or SIGTERM, SIGHUP) nothing may be left even before the second run,
and the grader must say one sentence and no library's traceback. An interpreter that starts can't heed signals yet, so
those come no earlier than its first tenths of a second.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from suite.endings import ENDED_BY
from suite.sandbox.control_group import delegated
from suite.temporary import OWNER, PREFIX, SOCKET_ROOT
from tests.conftest import ROOT, write_notebook

START_SECONDS = 0.5  # an interpreter starts in 0.1 s on a quiet machine
PAUSE_SECONDS = 0.3  # a submission of the class takes about as long
FINISHED = re.compile(r"^\[\d+/\d+\] (\w+): ", re.MULTILINE)
OF_A_REPORT = re.compile(
    r"index\.html|results\.json|grades\.csv|submissions/[^/]+\.html|evidence/[0-9a-f]{32}\.json|"
    r"\.suite/(lock|written\.json)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kill:
    """One kill and what the next run made of it."""

    after_seconds: float
    """From the grader's start."""
    finished: int
    """Submissions that were reported as finished by then."""
    folders: int
    """Temporary folders and control groups that the killed grader left."""
    processes: int
    """Processes of the killed grader that were alive a moment later."""
    faults: tuple[str, ...]
    """What isn't as it should be after the next run."""


class Class:
    """A class of notebooks without a framework, and what an undisturbed run makes of it."""

    def __init__(self, base: Path, size: int, sandbox: str) -> None:
        self._base = base
        self._sandbox = sandbox
        self._folder = base / "class"
        self._folder.mkdir()
        self._names = [f"s{number:02}" for number in range(size)]
        for name in self._names:
            write_notebook(self._folder / f"{name}.ipynb", [f"x = {name!r}", "print(x)"])
        begin = time.monotonic()
        done = subprocess.run(**self._command(base / "undisturbed"), check=False, capture_output=True)
        self.seconds = time.monotonic() - begin
        assert done.returncode == 0, done.stderr
        self._verdicts = _verdicts(base / "undisturbed")

    def _command(self, report: Path) -> dict[str, Any]:
        words = [
            "grade",
            str(self._folder),
            "-a",
            "stacked_rnn",
            "--report",
            str(report),
            "--jobs",
            "2",
            "--sandbox",
            self._sandbox,
        ]
        return {"args": [sys.executable, "-m", "suite", *words], "cwd": ROOT, "text": True}

    def kill(self, number: signal.Signals, finished_first: int, wait_seconds: float, report: Path) -> Kill:
        """Grade into a new folder, send the signal as a terminal does, and grade again.

        The signal comes some time after so many submissions are finished: machines differ, and so does their load.
        """
        log = self._base / "log"
        with log.open("w") as stream:
            begin = time.monotonic()
            grader = subprocess.Popen(**self._command(report), stdout=stream, stderr=stream, start_new_session=True)
            while grader.poll() is None and len(FINISHED.findall(log.read_text())) < finished_first:
                time.sleep(0.01)
            time.sleep(wait_seconds)
            after_seconds = time.monotonic() - begin
            started = _tree(grader.pid)
            with suppress(ProcessLookupError):
                os.killpg(grader.pid, number)
            code = grader.wait()
        said = log.read_text()
        finished = FINISHED.findall(said)
        stored = {path: _identity(path) for path in report.glob("evidence/[0-9a-f]*.json")}
        left = _folders_of(grader.pid) + _groups_of(grader.pid)
        alive = sum(map(_is_alive, started))
        again = subprocess.run(**self._command(report), check=False, capture_output=True)
        faults = self._find_faults(again, report)
        if number != signal.SIGKILL and code != 0:
            faults += [f"ended with {code}: {said[-1000:]}"] if code != ENDED_BY + number else []
            faults += ["no sentence"] if "run the same command again to go on" not in said else []
            faults += [f"a traceback: {said[-1000:]}"] if "Traceback" in said or "Error" in said else []
            faults += [f"{folder} was left by the signal" for folder in left]
            faults += ["processes were left by the signal"] if alive else []
        recalled = re.search(r"(\d+) of \d+ judged from stored evidence", again.stderr)
        count = int(recalled[1]) if recalled else 0
        if count < len(set(finished)):
            faults.append(f"{len(set(finished))} were finished, and {count} recalled")
        faults += [f"{path.name} was finished and made again" for path, was in stored.items() if _identity(path) != was]
        faults += [f"{folder} is left" for folder in left if folder.exists()]
        faults += [f"process {process.pid} is left" for process in started if _is_alive(process)]
        mounts = Path("/proc/self/mountinfo").read_text()
        faults += [f"{folder} is mounted" for folder in left if str(folder) in mounts]
        return Kill(
            after_seconds=after_seconds,
            finished=len(set(finished)),
            folders=len(left),
            processes=alive,
            faults=tuple(faults),
        )

    def _find_faults(self, again: subprocess.CompletedProcess[str], report: Path) -> list[str]:
        """What is wrong with the second run and its report."""
        if again.returncode != 0:
            return [f"the next run ended with {again.returncode}: {again.stderr[-500:]}"]
        verdicts = _verdicts(report)
        faults = [f"{name} isn't in the report once" for name in self._names if len(verdicts.get(name, [])) != 1]
        faults += [] if verdicts == self._verdicts else ["the verdicts are others than undisturbed"]
        files = [str(path.relative_to(report)) for path in report.rglob("*") if path.is_file()]
        return faults + [f"{file} is no part of a report" for file in files if not OF_A_REPORT.fullmatch(file)]


def kill_at_random(times: int, size: int, seed: int, number: signal.Signals, sandbox: str = "auto") -> list[Kill]:
    """Kill a class so many times, each at another moment."""
    draw = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        graded = Class(Path(folder), size, sandbox)
        print(f"undisturbed: {graded.seconds:.1f} s", flush=True)
        kills = []
        earliest = 0.0 if number == signal.SIGKILL else START_SECONDS
        for place in range(times):
            first = draw.choice([0, *range(size + 1)])
            wait = draw.uniform(0, PAUSE_SECONDS) if first else draw.uniform(earliest, graded.seconds / 2)
            kills.append(graded.kill(number, first, wait, Path(folder, f"report{place}")))
            print(kills[-1], flush=True)
        return kills


def _verdicts(report: Path) -> dict[str, list[Any]]:
    """Every submission's results in a report, without what differs between two runs of the same."""
    found: dict[str, list[Any]] = {}
    for result in json.loads((report / "results.json").read_text("utf-8"))["results"]:
        found.setdefault(result["submission"], []).append((result["status"], result["score"], result["verdicts"]))
    return found


def _folders_of(pid: int) -> list[Path]:
    """Temporary folders that a process made."""
    found = []
    for root in {SOCKET_ROOT, Path(tempfile.gettempdir())}:
        for owner in root.glob(f"{PREFIX}*/{OWNER}"):
            try:
                found += [owner.parent] if owner.read_text() == f"{pid}\n" else []
            except OSError:
                continue
    return found


def _groups_of(pid: int) -> list[Path]:
    """Control groups that a process made."""
    parent = delegated()
    return [] if parent is None else list(parent.glob(f"{PREFIX}*.{pid}"))


def _tree(pid: int) -> list[psutil.Process]:
    try:
        return psutil.Process(pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def _is_alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _identity(path: Path) -> tuple[int, int] | None:
    """Which file a path is, until it is written again."""
    if not path.exists():
        return None
    status = path.stat()
    return status.st_ino, status.st_mtime_ns


def main() -> None:
    """Print each kill, then how many there were of each fault."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--size", type=int, default=12)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--signal", default="SIGKILL", choices=["SIGKILL", "SIGINT", "SIGTERM", "SIGHUP"])
    parser.add_argument("--sandbox", default="auto")
    options = parser.parse_args()
    kills = kill_at_random(options.times, options.size, options.seed, signal.Signals[options.signal], options.sandbox)
    faults = [fault for kill in kills for fault in kill.faults]
    moments = [kill.after_seconds for kill in kills]
    print(
        f"{len(kills)} times {options.signal} in a class of {options.size}, {min(moments):.1f} to {max(moments):.1f} s "
        f"after its start; {sum(kill.finished for kill in kills)} submissions were "
        f"finished, {sum(k.folders for k in kills)} folders and groups and {sum(k.processes for k in kills)} processes "
        f"left by the signals; faults after the next run: {len(faults)}"
    )
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
