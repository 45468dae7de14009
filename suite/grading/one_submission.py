"""One submission from its files: which of them is run, as one notebook, or why none can be.

Nothing of it is executed or imported. Public: `read_one`, `read_submission`, `collect_source`.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from suite.grading.archives import read_archive
from suite.grading.contents import Contents, RefusedError
from suite.grading.downloads.trees import is_folder, read_path
from suite.grading.main_file import choose_main, find_candidates
from suite.grading.notebook_file import ARCHIVES, PACKED, RUNNABLE, as_notebook, find_kind
from suite.records import SourceFile, Submission, Text, text
from suite.text.untrusted import clean, encodable, listed

DOCUMENTS = (".txt", ".md", ".html", ".htm", ".pdf", ".doc", ".docx", ".odt", ".rtf", ".tex", ".json")


def read_submission(path: Path, main: str = "") -> Submission:
    """Read one submission: a notebook, a Python file, or a folder, zip or tar with one of these and its modules."""
    return read_one(path, lambda: read_path(path), main, folder=is_folder(path))


def read_one(path: Path, read: Callable[[], Contents], main: str, *, folder: bool) -> Submission:
    """Make a submission of what `read` returns for a path, which is a folder's or a file's.

    Whatever reading it raises is its own problem, as nothing else than its content differs from the others'.
    """
    try:
        return _assemble(path, read(), main, folder=folder)
    except RefusedError as error:
        problem = error.problem
    except Exception as error:  # noqa: BLE001 - nothing of one submission ends the class
        said = error.strerror if isinstance(error, OSError) else f"{type(error).__name__}: {error}"
        problem = text("unreadable", path=clean(path.name), reason=clean(said or type(error).__name__))
    name = _student(path, folder=folder)
    return Submission(student=name, source=encodable(str(path)), problem=problem, ungraded=True)


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


def _assemble(path: Path, contents: Contents, main: str, *, folder: bool) -> Submission:
    """Make a submission of its files; `RefusedError` says why there is nothing to run."""
    unpacked = _unpack(contents)
    candidates = find_candidates(unpacked.files)
    if not candidates:
        raise RefusedError(_nothing_to_run(path.name, unpacked, loose=not folder))
    named_by_student = not folder and unpacked is contents
    chosen = choose_main(candidates, "" if named_by_student else main)
    submission = collect_source(_student(path, folder=folder), unpacked.files, chosen.path, str(path))
    links = sorted({*contents.links, *unpacked.links})
    return replace(submission, remarks=(text("note_links", files=listed(links)),)) if links else submission


def _unpack(contents: Contents) -> Contents:
    """The contents of the zip or tar, where one lies in the place of a notebook; otherwise what was handed in."""
    kinds = {file.path: find_kind(file) for file in contents.files}
    if {"notebook", "script"} & set(kinds.values()):
        return contents
    known = [file for file in contents.files if kinds[file.path] in {"zip", "tar"}]
    archives = known or [file for file in contents.files if kinds[file.path] == "archive"]
    if len(archives) > 1:
        raise RefusedError(text("ambiguous_main", files=listed(file.path for file in archives)))
    if archives and not known:
        raise RefusedError(text("archive_unknown", file=clean(archives[0].path)))
    if not known:
        return contents
    inner = read_archive(known[0].path, known[0].content)
    inner_kinds = {file.path: find_kind(file) for file in inner.files}
    packed = [path for path, kind in inner_kinds.items() if kind in {"zip", "tar", "archive"}]
    if packed and not {"notebook", "script"} & set(inner_kinds.values()):
        raise RefusedError(text("archive_in_archive", file=clean(known[0].path), files=listed(packed)))
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


def _student(path: Path, *, folder: bool) -> str:
    """File or folder name without a file's suffixes, as printable text."""
    name = path.name
    while not folder and (stem := Path(name)).suffix.lower().strip() in {*RUNNABLE, *ARCHIVES, *PACKED, *DOCUMENTS}:
        name = stem.stem
    return encodable(name)
