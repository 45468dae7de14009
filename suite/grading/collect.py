"""From paths to a class: who handed in what, each of them read once and by itself.

Nothing of a submission is executed or imported here, and no link is followed. What can't be read or run becomes a
`Submission` with a `problem`, so that a class never loses a student, and none of them ends the class. Public:
`collect`, `read_class`, `read_source`, `is_there`, `name_apart`.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from itertools import count
from pathlib import Path, PurePosixPath

from suite.errors import UsageError
from suite.grading.archives import is_archive
from suite.grading.contents import Contents, check_amount, is_ignored
from suite.grading.downloads import AUTO, FOLDER, Recognised, forms_of_part, open_tree, recognise
from suite.grading.downloads.interface import Handed, Layout, Node, Tree, join
from suite.grading.downloads.trees import FolderTree, is_folder
from suite.grading.notebook_file import PACKED, RUNNABLE
from suite.grading.one_submission import read_one, read_submission
from suite.records import SourceFile, Submission, Text, text
from suite.text.untrusted import clean, encodable, listed

JUNK = ("thumbs.db", "desktop.ini")
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
    others: tuple[str, ...] = ()
    """Names of what is nobody's work; without caches, hidden folders and what systems leave behind."""
    notes: tuple[Text, ...] = ()
    """As what the paths were read, where they aren't just files and folders."""
    alone: bool = False
    """Whether a platform gave out one submission of a class, of which nobody is missing."""


def collect(paths: Sequence[Path], main: str = "") -> list[Submission]:
    """The submissions that `read_class` finds."""
    return list(read_class(paths, main).submissions)


def read_class(paths: Sequence[Path], main: str = "", form: str = AUTO) -> ClassRead:
    """Read submissions: a path is one submission's file, a folder of submissions, or a platform's download.

    `main` is a glob that names the file to run in a folder or zip; `form` the download's, or `auto` or `folder`.
    """
    read = [_read_path(path, main, form) for path in paths]
    return ClassRead(
        submissions=tuple(name_apart([submission for each in read for submission in each.submissions])),
        others=tuple(name for each in read for name in each.others),
        notes=tuple(note for each in read for note in each.notes),
        alone=any(each.alone for each in read),
    )


def read_source(source: Path, main: str = "") -> Submission:
    """Read again what a report names as a submission's source, which may be a part of a download."""
    root = None if os.path.lexists(source) else _root_of(source)
    for form in (AUTO, FOLDER, *forms_of_part(source.name)) if root else ():
        with suppress(UsageError):
            read = _read_path(root or source, main, form).submissions
            yes = [submission for submission in read if submission.source == str(source)]
            if yes:
                return yes[0]
    return read_submission(source, main)


def is_there(source: Path) -> bool:
    """Whether a submission's source is still there, or the archive that it was a part of."""
    if os.path.lexists(source):
        return True
    root = _root_of(source)
    if root is None or not is_folder(root):
        return root is not None
    return any(node.name.startswith(f"{source.name}_") for node in FolderTree(path=root).children(""))


def _root_of(source: Path) -> Path | None:
    """The archive or folder that holds a part of a download; `None` if it is gone."""
    root = next((parent for parent in source.parents if os.path.lexists(parent)), None)
    return root if root and (root == source.parent or is_archive(root.name)) else None


def _read_path(path: Path, main: str, form: str) -> ClassRead:
    """What lies at one path."""
    with open_tree(path) as tree:
        recognised = recognise(tree, form) if tree else None
        if tree is None or (recognised is None and tree.packed):
            return ClassRead(submissions=(read_submission(path, main),))
        found = recognised or Recognised(title="", layout=Layout(handed=(), place=""))
        handed = tuple(_read_handed(tree, each, path, main) for each in found.layout.handed)
        plain = _read_plain(tree, found, path, main)
    name = clean(path.name or str(path))
    notes = (
        *(text("read_as", path=name, form=title, count=len(handed)) for title in [found.title] if title),
        *(text("entries_refused", path=name, files=listed(files)) for files in [tree.refused] if files),
    )
    return ClassRead(
        submissions=(*handed, *plain.submissions),
        others=(*plain.others, *found.layout.aside),
        notes=notes,
        alone=found.layout.alone,
    )


def _read_plain(tree: Tree, found: Recognised, path: Path, main: str) -> ClassRead:
    """The entries of a class's folder that no form claims: each is somebody's submission, or nobody's."""
    submissions: list[Submission] = []
    others: list[str] = []
    for node in tree.children(found.layout.place):
        if node.name in found.claimed:
            continue
        if is_ignored(node.name) or node.name.lower() in {*JUNK, *PACKAGE_FILES}:
            others += [node.name] if node.name.lower().endswith(RUNNABLE) else []
            continue
        place = join(found.layout.place, node.name)
        submission = read_one(path / place, partial(tree.read, place), main, folder=node.folder)
        if _is_of_the_class(node, submission):
            others.append(node.name)
        else:
            submissions.append(submission)
    return ClassRead(submissions=tuple(submissions), others=tuple(others))


def _read_handed(tree: Tree, handed: Handed, path: Path, main: str) -> Submission:
    """A submission of which the form of a download says whose it is."""
    read = partial(_put_together, tree, handed)
    submission = read_one(path / handed.place, read, main, folder=True)
    late = (text("note_came_late"),) if handed.identity.late else ()
    return replace(
        submission,
        student=encodable(handed.label),
        identity=handed.identity,
        remarks=(*submission.remarks, *late),
    )


def _put_together(tree: Tree, handed: Handed) -> Contents:
    """All files of a submission; of two with one name the later one gets a number."""
    files: dict[str, SourceFile] = {}
    links: list[str] = []
    for part in handed.parts:
        contents = tree.read(part.place)
        links += contents.links
        for file in contents.files:
            alone = file.path == part.place.rpartition("/")[2] and len(contents.files) == 1
            path = PurePosixPath(part.name if alone and part.name else join(part.name, file.path))
            names = (str(path.with_stem(f"{path.stem} ({number})")) for number in count(2))
            free = str(path) if str(path) not in files else next(name for name in names if name not in files)
            files[free] = replace(file, path=free)
        check_amount(handed.label, len(files), sum(len(file.content) for file in files.values()))
    return Contents(files=tuple(files[path] for path in sorted(files)), links=tuple(links))


def _is_of_the_class(node: Node, submission: Submission) -> bool:
    """Whether an entry of a class folder is nobody's work: its name says so, and nothing in it can be run."""
    if submission.problem is None or submission.problem.key not in NOTHING_THERE:
        return False
    if node.folder:
        return bool(OF_THE_CLASS.fullmatch(node.name))
    word = STEM.match(node.name)
    if word and OF_THE_CLASS.fullmatch(word[0]):
        return True
    suffix = PurePosixPath(node.name).suffix.lower()
    return suffix in {*DATA, *SETTINGS} and submission.problem.key != "archive_unknown"


def name_apart(submissions: Iterable[Submission]) -> list[Submission]:
    """Append the student's number, where the download says it, or else a number to names that occur twice."""
    told = list(submissions)
    ids = {(each.student, each.identity.id) for each in told}
    names = Counter(student for student, _ in ids)
    told = [
        replace(each, student=f"{each.student} ({clean(each.identity.id)})")
        if names[each.student] > 1 and each.identity.id not in {"", each.student}
        else each
        for each in told
    ]
    taken = {submission.student for submission in told}
    first: set[str] = set()
    apart = []
    for submission in told:
        name = submission.student
        if name in first:
            numbered = (f"{name} ({number})" for number in count(2))
            name = next(candidate for candidate in numbered if candidate not in taken)
        first.add(name)
        taken.add(name)
        apart.append(replace(submission, student=name))
    return apart
