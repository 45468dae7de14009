"""Stores evidence on disk, so that an interrupted class continues where it stopped and can be judged again."""

from __future__ import annotations

import hashlib
import json
import statistics
import threading
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from suite.errors import EvidenceError, Words
from suite.files import write_atomically
from suite.records import Evidence, Outcome, Provenance, Submission, Text, text
from suite.records.evidence_json import (
    SCHEMA_VERSION,
    as_canonical,
    as_plain,
    file_name,
    from_plain,
    hash_text,
    keep_hash,
)
from suite.text.untrusted import listed

REASONS = ("code", "fingerprint", "calibration", "references", "budget", "seed", "libraries")
"""Fields whose change makes stored evidence useless, most important first; messages have the keys `stale_<name>`."""
BEFORE_EVIDENCE = ', "evidence": '
"""What a stored file has before its evidence, which comes last."""
LIMITED = frozenset((Outcome.TIMEOUT, Outcome.MEMORY, Outcome.LIMIT))
"""How a run ends that a limit stopped."""


class Store:
    """A folder with one file per submission's evidence, named by the hash of all that it depends on."""

    def __init__(self, folder: Path, *, recall: bool = True) -> None:
        self._folder = folder
        self._recall = recall
        self._lock = threading.Lock()
        self._closed = False
        self._origins: dict[tuple[str, str], dict[str, Any]] | None = None
        self.recalled = 0
        self.unreadable: list[str] = []
        """Students whose stored evidence can't be read: it is damaged, or another submission's."""
        self.stale: Counter[str] = Counter()
        """Reasons why submissions are run again: message keys with the number of submissions."""

    def load(self, key: str, origin: Provenance) -> Evidence | None:
        """Stored evidence; `None` if there is none that this version can use.

        A run stopped by a limit may end differently next time, so its evidence is kept for judging but never returned
        here; a process that died by itself has already had its second try. `origin` is that of the run to be made
        instead: `stale` counts why the stored one can't be used.
        """
        if not self._recall:
            return None
        path = self._folder / file_name(key)
        if not (path.exists() or path.is_symlink()):
            self._explain(origin)
            return None
        try:
            evidence = read_evidence(path)
        except EvidenceError:
            with self._lock:
                self.unreadable.append(origin.submission)
            return None
        if evidence.run.stopped_as in LIMITED or evidence.silent:
            return None
        with self._lock:
            self.recalled += 1
        return evidence

    def knows(self, submission: Submission) -> bool:
        """Whether there is evidence of the same files of the same student, which may be of use."""
        with self._lock:
            return self._recall and (submission.student, submission.content_hash) in self._read_origins()

    def slow_first(self, submissions: Sequence[Submission]) -> list[Submission]:
        """Those whose last run took long before the others, so that none of them ends alone.

        A student whose files have changed is taken to need as long as before; one without a run, as long as most.
        """
        with self._lock:
            told = {student: origin["seconds"] for (student, _), origin in self._read_origins().items()}
        seconds = {student: taken for student, taken in told.items() if taken is not None}
        usual = statistics.median(seconds.values()) if seconds else 0.0
        return sorted(submissions, key=lambda submission: -seconds.get(submission.student, usual))

    def save(self, key: str, evidence: Evidence) -> None:
        """Store evidence together with its key and the hash of both; nothing once the store is closed."""
        if self._closed:
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        plain = as_plain(evidence)
        head, observed = _head(key, as_canonical(plain)), json.dumps(plain)
        keep_hash(evidence, head["observed_sha256"])
        written = json.dumps({"schema_version": SCHEMA_VERSION, **head, "written_sha256": _seal(head, observed)})
        stored = f"{written.removesuffix('}')}{BEFORE_EVIDENCE}{observed}}}"
        write_atomically(self._folder / file_name(key), stored.encode(), durable=True)

    def close(self) -> None:
        """Keep nothing from now on, since runs are about to be ended by the suite itself."""
        self._closed = True

    def reasons(self) -> list[Text]:
        """A sentence for each reason why submissions were run again."""
        damaged = (
            [text("stale_unreadable", count=len(self.unreadable), names=listed(sorted(self.unreadable)))]
            if self.unreadable
            else []
        )
        return damaged + [text(key, count=count) for key, count in self.stale.most_common()]

    def _explain(self, origin: Provenance) -> None:
        """Count why the evidence of an earlier run of the same files can't be used."""
        with self._lock:
            before = self._read_origins().get((origin.submission, origin.content_hash))
            if before is not None:
                self.stale[_what_changed(before, origin)] += 1

    def _read_origins(self) -> dict[tuple[str, str], dict[str, Any]]:
        """The origin of each stored run, read once."""
        if self._origins is None:
            self._origins = dict(_read_origins(self._folder))
        return self._origins


def read_evidence(path: Path) -> Evidence:
    """Read evidence from a file; `EvidenceError` says whether it is missing, damaged or of another version."""
    remedy = Words("grade the class again into this folder: what can't be read is run again")
    try:
        content = _read_file(path)
        stored = json.loads(content)
        version, plain = stored["schema_version"], stored["evidence"]
        if version != SCHEMA_VERSION:
            raise EvidenceError(
                "{path} has schema version {version!r}, this suite reads {known}; {remedy}",
                path=path,
                version=version,
                known=SCHEMA_VERSION,
                remedy=remedy,
            )
        head = {name: stored.get(name, "") for name in ("key", "sha256", "observed_sha256")}
        observed = content.decode(errors="replace").partition(BEFORE_EVIDENCE)[2].removesuffix("}")
        if stored.get("written_sha256") != _seal(head, observed):
            head = _head(head["key"], as_canonical(plain))  # an earlier version wrote it, or another program anew
    except FileNotFoundError as error:
        raise EvidenceError("{path} doesn't exist; {remedy}", path=path, remedy=remedy) from error
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise EvidenceError(
            "{path} is damaged ({kind}: {error}); {remedy}",
            path=path,
            kind=type(error).__name__,
            error=error,
            remedy=remedy,
        ) from error
    if head["sha256"] != stored.get("sha256"):
        raise EvidenceError(
            "{path} is damaged: its content isn't what its SHA-256 says; {remedy}", path=path, remedy=remedy
        )
    if file_name(head["key"]) != path.name:
        raise EvidenceError(
            "{path} is the evidence of another run, {expected}; {remedy}",
            path=path,
            expected=file_name(head["key"]),
            remedy=remedy,
        )
    try:
        evidence = from_plain(plain)
    except ValidationError as error:
        raise EvidenceError(
            "{path} was written by another version of the suite; {remedy}: {error}",
            path=path,
            remedy=remedy,
            error=error,
        ) from error
    keep_hash(evidence, head["observed_sha256"])
    return evidence


def find_evidence(
    folder: Path, wanted: Collection[tuple[str, str]], assignment: str
) -> dict[tuple[str, str], Evidence]:
    """The newest readable evidence by (student, hash of the files), of those wanted that have any."""
    found = {}
    for place, origin in _read_origins(folder):
        if place in wanted and origin["assignment"] == assignment:
            with suppress(EvidenceError):
                found[place] = read_evidence(folder / file_name(str(origin["key"])))
    return found


def make_key(parts: Sequence[str]) -> str:
    """Hash of everything that evidence depends on."""
    return hashlib.sha256(json.dumps(list(parts)).encode()).hexdigest()[:32]


def _read_origins(folder: Path) -> list[tuple[tuple[str, str], dict[str, Any]]]:
    """Origin of each stored run by (student, hash of the files), from any version; the newest comes last."""
    found = []
    paths = [path for path in folder.glob("*.json") if path.is_file()]
    for path in sorted(paths, key=lambda path: (path.stat().st_mtime_ns, path.name)):
        try:
            stored = json.loads(path.read_bytes())
            origin = dict(stored["evidence"]["provenance"])
            place = str(origin["submission"]), str(origin["content_hash"])
            origin["schema_version"] = stored["schema_version"]
            origin["seconds"] = _read_seconds(stored["evidence"])
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            continue
        found.append((place, origin))
    return found


def _read_seconds(plain: dict[str, Any]) -> float | None:
    """How long a run took; `None` where another version of the suite didn't say so."""
    run = plain.get("run")
    seconds = run.get("seconds") if isinstance(run, dict) else None
    return float(seconds) if isinstance(seconds, int | float) else None


def _read_file(path: Path) -> bytes:
    """The content of a regular file: a pipe in its place would never end."""
    if path.exists() and not path.is_file():
        raise ValueError("it is no regular file")
    return path.read_bytes()


def _head(key: str, canonical: str) -> dict[str, str]:
    """What a file says of its evidence; `sha256` is of its run, too, so that a copy under another name is none."""
    bound = f"[{json.dumps(key)}, {canonical}]"
    return {"key": key, "sha256": hash_text(bound), "observed_sha256": hash_text(canonical)}


def _seal(head: Mapping[str, str], observed: str) -> str:
    """Hash of a file's text, by which its other hashes needn't be computed anew: that takes as long as judging."""
    return hash_text(json.dumps([head["key"], head["sha256"], head["observed_sha256"]]) + observed)


def _what_changed(before: dict[str, Any], origin: Provenance) -> str:
    """Key of the message that says why stored evidence can't be used."""
    if before["schema_version"] != SCHEMA_VERSION:
        return "stale_schema"
    changed = (name for name in REASONS if before.get(name) != getattr(origin, name))
    return f"stale_{next(changed, 'run')}"
