"""A folder into which work arrives: what of it is complete, new, and within a student's rate.

Only names, sizes and times are looked at here. Public: `Inbox`, `Turns`.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from suite.files import write_atomically
from suite.grading.contents import MAX_ENTRIES
from suite.grading.replay import StoredResult
from suite.records import Submission

HOUR = 3600.0
UNFINISHED = (".part", ".partial", ".crdownload", ".download", ".tmp", ".filepart", ".swp", "~")
"""What programs append to the name of a file that they haven't finished."""


@dataclass(kw_only=True)
class Inbox:
    """A folder that is looked at again and again."""

    folder: Path
    """The folder."""
    settle: float
    """Seconds for which an entry must not have changed."""
    _seen: dict[str, tuple[object, float]] = field(default_factory=dict)
    _complete: dict[str, object] = field(default_factory=dict)

    def look(self, now: float) -> bool:
        """Look at every entry; whether there are other complete ones than at the look before, or changed ones."""
        with os.scandir(self.folder) as entries:
            stamps = {entry.name: _stamp(self.folder / entry.name) for entry in islice(entries, MAX_ENTRIES)}
        seen = {
            name: before if (before := self._seen.get(name)) and before[0] == stamp else (stamp, now)
            for name, stamp in stamps.items()
        }
        complete = {
            name: stamp
            for name, (stamp, since) in seen.items()
            if now - since >= self.settle and not name.lower().endswith(UNFINISHED) and not name.startswith(".")
        }
        changed = complete != self._complete
        self._seen, self._complete = seen, complete
        return changed

    def has_all_of(self, submission: Submission) -> bool:
        """Whether all that belongs to a submission is complete."""
        try:
            first = Path(submission.source).relative_to(self.folder).parts[0]
        except (ValueError, IndexError):
            return False
        names = [name for name in self._seen if name == first or name.startswith(f"{first}_")]
        return bool(names) and all(name in self._complete for name in names)


def _stamp(path: Path) -> object:
    """What changes while files are being written: path, size and time of each, following no link."""
    return frozenset(islice(_walk(path), MAX_ENTRIES))


def _walk(path: Path) -> Iterator[tuple[str, int, int]]:
    try:
        state = path.lstat()
        yield str(path), state.st_size, state.st_mtime_ns
        if not stat.S_ISDIR(state.st_mode):
            return
        for folder, _, names in os.walk(path):
            for name in names:
                inner = Path(folder, name)
                state = inner.lstat()
                yield str(inner), state.st_size, state.st_mtime_ns
    except OSError:
        yield str(path), -1, -1  # it has just gone, and is looked at again


@dataclass(kw_only=True)
class Turns:
    """When each student was graded, kept in a file, so that stopping the watch gives nobody a turn."""

    path: Path
    """The file."""
    per_hour: int | None
    """How often a student is graded in an hour at most; `None` if as often as something comes."""

    def choose(
        self, submissions: Iterable[Submission], stored: Iterable[StoredResult], now: float
    ) -> tuple[list[Submission], list[Submission]]:
        """(those to be graded, those that have to wait), without those that were graded as they are."""
        known = {(result.source, result.content_hash) for result in stored}
        turns = self._read(now)
        ready: list[Submission] = []
        waiting: list[Submission] = []
        for submission in submissions:
            if (submission.source, submission.content_hash) in known:
                continue
            had = turns.get(_student(submission), [])
            (waiting if self.per_hour is not None and len(had) >= self.per_hour else ready).append(submission)
        return ready, waiting

    def take(self, submissions: Sequence[Submission], now: float) -> None:
        """Note that these have been graded."""
        turns = self._read(now)
        for submission in submissions:
            turns.setdefault(_student(submission), []).append(now)
        write_atomically(self.path, json.dumps({"schema_version": 1, "turns": turns}, indent=1).encode())

    def _read(self, now: float) -> dict[str, list[float]]:
        """The turns of the last hour."""
        try:
            told = json.loads(self.path.read_bytes())["turns"]
            turns = {str(name): [float(each) for each in times] for name, times in told.items()}
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return {}
        recent = {name: [each for each in times if now - HOUR < each <= now] for name, times in turns.items()}
        return {name: times for name, times in recent.items() if times}


def _student(submission: Submission) -> str:
    return submission.identity.id or submission.identity.email or submission.student
