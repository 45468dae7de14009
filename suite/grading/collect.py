"""From paths to submissions: reads every file once and turns each submission into one notebook.

Nothing of a submission is executed or imported here, and no link is followed. What can't be read or run becomes a
`Submission` with a `problem`, so that a class never loses a student, and none of them ends the class. Public:
`collect`, `read_class`, `read_submission`, `collect_source`.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path

from suite.grading.contents import Contents, RefusedError, is_ignored, read_file, read_folder, read_zip
from suite.grading.main_file import choose_main, find_candidates
from suite.grading.notebook_file import ARCHIVES, PACKED, RUNNABLE, as_notebook, find_kind
from suite.records import SourceFile, Submission, Text, text
from suite.text.untrusted import clean, encodable, listed

JUNK = ("thumbs.db", "desktop.ini")
DOCUMENTS = (".txt", ".md", ".html", ".htm", ".pdf", ".doc", ".docx", ".odt", ".rtf", ".tex", ".json")
PACKAGE_FILES = ("__init__.py", "conftest.py", "setup.py")
DATA = (".csv", ".tsv", ".xls", ".xlsx", ".ods", ".json", ".jsonl", ".npy", ".npz", ".parquet", ".log", *PACKED)
SETTINGS = (".toml", ".yaml", ".yml", ".ini", ".cfg", ".sh", ".bat", ".ps1", ".lock")
OF_THE_CLASS = re.compile(
    r"(readme|l[eé]eme|licen[sc]e|licencia|changelog|requirements|roster|students?|alumnos|lista|grades|"
    r"calificaciones|notes|notas|instructions|instrucciones|enunciado|rubric|r[uú]brica|data|datos|datasets?|docs|"
    r"img|images|im[aá]genes|venv|env|makefile|dockerfile)",
    re.IGNORECASE,
)
"""What a file or folder is called that lies in a class folder and is no student's."""
NOTHING_THERE = ("no_notebook", "nothing_to_run", "empty_folder", "links_only", "too_much", "archive_unknown")
STEM = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassRead:
    """Everything that lies where an instructor pointed."""

    submissions: tuple[Submission, ...]
    """One for each student, in the order of the paths."""
    others: tuple[str, ...]
    """Names of what is nobody's work; without caches, hidden folders and what systems leave behind."""


def collect(paths: Sequence[Path], main: str = "") -> list[Submission]:
    """The submissions that `read_class` finds."""
    return list(read_class(paths, main).submissions)


def read_class(paths: Sequence[Path], main: str = "") -> ClassRead:
    """Read submissions: a path is one submission's file, or a folder of submissions (a file or folder each).

    `main` is a glob that names the file to run in a folder or zip.
    """
    found: list[Submission] = []
    others: list[str] = []
    for path in paths:
        if not _is_folder(path):
            found.append(read_submission(path, main))
            continue
        for child in sorted(path.iterdir()):
            if is_ignored(child.name) or child.name.lower() in {*JUNK, *PACKAGE_FILES}:
                others += [child.name] if child.suffix.lower() in RUNNABLE else []
                continue
            submission = read_submission(child, main)
            if _is_of_the_class(child, submission):
                others.append(child.name)
            else:
                found.append(submission)
    return ClassRead(submissions=tuple(_name_apart(found)), others=tuple(others))


def read_submission(path: Path, main: str = "") -> Submission:
    """Read one submission: a notebook, a Python file, or a folder or zip with one of these and its modules.

    Whatever reading it raises is its own problem, as nothing else than its content differs from the others'.
    """
    try:
        return _read(path, main)
    except RefusedError as error:
        return _ungraded(path, error.problem)
    except Exception as error:  # noqa: BLE001 - nothing of one submission ends the class
        said = error.strerror if isinstance(error, OSError) else f"{type(error).__name__}: {error}"
        return _ungraded(path, text("unreadable", path=clean(path.name), reason=clean(said or type(error).__name__)))


def collect_source(student: str, files: Iterable[SourceFile], main: str, source: str) -> Submission:
    """Make a submission from files in memory; `main` is the path of the one to run."""
    files = tuple(files)
    digest = hashlib.sha256()
    for file in files:
        path = os.fsencode(file.path)
        digest.update(b"%d:%b:%d:%b" % (len(path), path, len(file.content), file.content))
    notebook, problem = as_notebook(next(file for file in files if file.path == main))
    return Submission(
        student=student,
        source=encodable(source),
        files=files,
        main=main,
        notebook=notebook,
        content_hash=digest.hexdigest(),
        problem=problem,
    )


def _read(path: Path, main: str) -> Submission:
    """Read what a path holds; `RefusedError` says why there is nothing to run."""
    try:
        mode = path.lstat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        raise RefusedError(text("missing_path", path=clean(str(path)))) from None
    if stat.S_ISLNK(mode):
        raise RefusedError(text("link", path=clean(path.name)))
    loose = not stat.S_ISDIR(mode)
    contents = Contents(files=(read_file(path, path.name),)) if loose else read_folder(path)
    unpacked = _unpack(contents)
    candidates = find_candidates(unpacked.files)
    if not candidates:
        raise RefusedError(_nothing_to_run(path.name, unpacked, loose=loose))
    named_by_student = loose and unpacked is contents
    chosen = choose_main(candidates, "" if named_by_student else main)
    submission = collect_source(_student(path), unpacked.files, chosen.path, str(path))
    links = sorted({*contents.links, *unpacked.links})
    return replace(submission, remarks=(text("note_links", files=listed(links)),)) if links else submission


def _is_folder(path: Path) -> bool:
    """Whether it is a folder, and no link to one; one that can't be looked at is none."""
    try:
        return stat.S_ISDIR(path.lstat().st_mode)
    except (OSError, ValueError):
        return False


def _unpack(contents: Contents) -> Contents:
    """The contents of the zip, where one lies in the place of a notebook; otherwise what was handed in."""
    kinds = {file.path: find_kind(file) for file in contents.files}
    if {"notebook", "script"} & set(kinds.values()):
        return contents
    zips = [file for file in contents.files if kinds[file.path] == "zip"]
    archives = zips or [file for file in contents.files if kinds[file.path] == "archive"]
    if len(archives) > 1:
        raise RefusedError(text("ambiguous_main", files=listed(file.path for file in archives)))
    if archives and not zips:
        raise RefusedError(text("archive_unknown", file=clean(archives[0].path)))
    if not zips:
        return contents
    inner = read_zip(zips[0].path, zips[0].content)
    inner_kinds = {file.path: find_kind(file) for file in inner.files}
    packed = [path for path, kind in inner_kinds.items() if kind in {"zip", "archive"}]
    if packed and not {"notebook", "script"} & set(inner_kinds.values()):
        raise RefusedError(text("archive_in_archive", file=clean(zips[0].path), files=listed(packed)))
    return inner


def _nothing_to_run(name: str, contents: Contents, *, loose: bool) -> Text:
    """What is said where no file can be run."""
    seen = (*(file.path for file in contents.files), *contents.links)
    if not seen:
        return text("empty_folder", path=clean(name))
    if loose and seen == (name,):
        return text("no_notebook", file=clean(name))
    if not contents.files:
        return text("links_only", path=clean(name), files=listed(seen))
    return text("nothing_to_run", path=clean(name), files=listed(seen))


def _is_of_the_class(path: Path, submission: Submission) -> bool:
    """Whether an entry of a class folder is nobody's work: its name says so, and nothing in it can be run."""
    if submission.problem is None or submission.problem.key not in NOTHING_THERE:
        return False
    if _is_folder(path):
        return bool(OF_THE_CLASS.fullmatch(path.name))
    word = STEM.match(path.name)
    if word and OF_THE_CLASS.fullmatch(word[0]):
        return True
    return path.suffix.lower() in {*DATA, *SETTINGS} and submission.problem.key != "archive_unknown"


def _student(path: Path) -> str:
    """File or folder name without a file's suffixes, as printable text."""
    name = path.name
    if _is_folder(path):
        return encodable(name)
    while (stem := Path(name)).suffix.lower().strip() in {*RUNNABLE, *ARCHIVES, *PACKED, *DOCUMENTS}:
        name = stem.stem
    return encodable(name)


def _ungraded(path: Path, problem: Text) -> Submission:
    """A submission that can't be run, for a reason that may not be the student's: no score instead of zero."""
    return Submission(
        student=_student(path),
        source=encodable(str(path)),
        problem=problem,
        ungraded=True,
    )


def _name_apart(submissions: list[Submission]) -> list[Submission]:
    """Append a number to the names of the second and later submissions of the same name."""
    taken = {submission.student for submission in submissions}
    first: set[str] = set()
    apart = []
    for submission in submissions:
        name = submission.student
        if name in first:
            numbered = (f"{name} ({number})" for number in count(2))
            name = next(candidate for candidate in numbered if candidate not in taken)
        first.add(name)
        taken.add(name)
        apart.append(replace(submission, student=name))
    return apart
