"""From paths to submissions: reads every file once and turns each submission into one notebook.

Nothing of a submission is executed or imported here. What can't be read becomes a `Submission` with a `problem`, so
that a class never loses a student. Public: `collect`, `collect_source`.
"""

from __future__ import annotations

import ast
import hashlib
import os
import stat
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import nbformat

from suite.records import SourceFile, Submission, Text, text

RUNNABLE = (".ipynb", ".py")
PREFERRED = ("main.py", "model.py", "submission.py")
IGNORED = ("__pycache__", "__MACOSX", "node_modules")
MAX_FILES = 1000  # beyond that it is a virtual environment or a dataset handed in by mistake
MAX_BYTES = 200 << 20


def collect(paths: Sequence[Path]) -> list[Submission]:
    """Read submissions: a path is a notebook, a Python file, or a folder of submissions (a file or folder each)."""
    found: list[Submission] = []
    for path in paths:
        if path.is_dir():
            found += [_read(child) for child in sorted(path.iterdir()) if _is_submission(child)]
        else:
            found.append(_read(path))
    return _name_apart(found)


def collect_source(student: str, files: Iterable[SourceFile], main: str, source: str) -> Submission:
    """Make a submission from files in memory; `main` is the path of the one to run."""
    files = tuple(files)
    digest = hashlib.sha256()
    for file in files:
        digest.update(f"{len(file.path)}:{file.path}:{len(file.content)}:".encode() + file.content)
    content = next(file.content for file in files if file.path == main)
    notebook, problem = _as_notebook(main, content)
    return Submission(
        student=student,
        source=source,
        files=files,
        notebook=notebook,
        content_hash=digest.hexdigest(),
        problem=problem,
    )


def _is_submission(path: Path) -> bool:
    """Whether an entry of a class folder is one: hidden files, caches and loose data files aren't."""
    if path.name.startswith((".", "_")) or path.name in IGNORED:
        return False
    return path.is_dir() or path.suffix.lower() in RUNNABLE


def _read(path: Path) -> Submission:
    """Read one submission."""
    if not path.exists():
        return _unreadable(path, text("missing_path", path=str(path)), missing=True)
    try:
        files = _read_folder(path) if path.is_dir() else (_read_file(path, path.name),)
    except (OSError, ValueError) as error:
        return _unreadable(path, text("unreadable", path=path.name, reason=str(error)))
    main = _find_main(files)
    if isinstance(main, Text):
        return _unreadable(path, main)
    return collect_source(_student(path), files, main, str(path))


def _student(path: Path) -> str:
    """File or folder name without its suffix, as printable text."""
    name = path.stem if path.suffix.lower() in RUNNABLE else path.name
    return name.encode("utf-8", "replace").decode()


def _unreadable(path: Path, problem: Text, *, missing: bool = False) -> Submission:
    """A submission that can't run."""
    return Submission(
        student=_student(path),
        source=str(path),
        files=(),
        notebook="",
        content_hash="",
        problem=problem,
        missing=missing,
    )


def _read_file(path: Path, name: str) -> SourceFile:
    """Read one regular file through one descriptor, so that it can't be swapped for a device in between."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW)
    with os.fdopen(descriptor, "rb") as stream:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise ValueError(f"{name} isn't a regular file")
        content = stream.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise ValueError(f"{name} is larger than {MAX_BYTES >> 20} MiB")
    return SourceFile(path=name, content=content)


def _read_folder(folder: Path) -> tuple[SourceFile, ...]:
    """Read a folder's files; hidden files and symbolic links are left out."""
    files: list[SourceFile] = []
    for root, folders, names in os.walk(folder):
        folders[:] = sorted(n for n in folders if not n.startswith(".") and n not in IGNORED)
        for name in sorted(names):
            path = Path(root, name)
            if name.startswith(".") or path.is_symlink() or not path.is_file():
                continue
            files.append(_read_file(path, path.relative_to(folder).as_posix()))
            if len(files) > MAX_FILES or sum(len(file.content) for file in files) > MAX_BYTES:
                raise ValueError(f"it holds more than {MAX_FILES} files or {MAX_BYTES >> 20} MiB")
    return tuple(files)


def _find_main(files: Sequence[SourceFile]) -> str | Text:
    """Path of the file to run, or why that can't be told."""
    top = [file.path for file in files if "/" not in file.path]
    notebooks = [name for name in top if name.lower().endswith(".ipynb")]
    scripts = [name for name in top if name.lower().endswith(".py")]
    for names in (notebooks, [name for name in scripts if name in PREFERRED], scripts):
        if len(names) == 1:
            return names[0]
    builders = [f.path for f in files if f.path in scripts and not notebooks and _builders(f.content)]
    if len(builders) == 1:
        return builders[0]
    if candidates := notebooks or scripts:
        return text("ambiguous_main", files=", ".join(candidates))
    return text("nothing_to_run")


def _as_notebook(name: str, content: bytes) -> tuple[str, Text | None]:
    """Return the notebook as nbformat 4 JSON, or an empty string and the reason."""
    if not content.strip():
        return "", text("empty_file", file=name)
    if name.lower().endswith(".py"):
        return _script_as_notebook(name, content)
    try:
        source = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return "", text("not_utf8", file=name, reason=str(error))
    try:
        notebook = nbformat.reads(source, as_version=4)
        notebook = nbformat.v4.new_notebook(cells=[_clean(cell) for cell in notebook.cells])
        nbformat.validate(notebook)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        return "", text("not_a_notebook", file=name, reason=_first_line(error))
    except nbformat.ValidationError as error:
        return "", text("not_a_notebook", file=name, reason=_first_line(error))
    if not any(cell.cell_type == "code" and cell.source.strip() for cell in notebook.cells):
        return "", text("no_code_cells", file=name)
    return nbformat.writes(notebook), None


def _clean(cell: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Keep a cell's type and source: saved outputs, ids and attachments are no evidence of anything."""
    makers = {"code": nbformat.v4.new_code_cell, "markdown": nbformat.v4.new_markdown_cell}
    make: Callable[[str], nbformat.NotebookNode] = makers.get(cell.cell_type, nbformat.v4.new_raw_cell)
    return make(cell.source)


def _script_as_notebook(name: str, content: bytes) -> tuple[str, Text | None]:
    """A script becomes one cell, and a second one that calls the `build_*` functions it leaves uncalled."""
    try:
        source = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return "", text("not_utf8", file=name, reason=str(error))
    cells = [nbformat.v4.new_code_cell(source)]
    if builders := _builders(content):
        calls = "\n".join(f"{builder.removeprefix('build_')} = {builder}()" for builder in builders)
        cells.append(nbformat.v4.new_code_cell(calls))
    return nbformat.writes(nbformat.v4.new_notebook(cells=cells)), None


def _builders(content: bytes) -> list[str]:
    """Top-level functions `build_*` that need no argument and that the file itself never calls."""
    try:
        tree = ast.parse(content)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []  # the kernel reports it, with the line
    called = {n.func.id for n in ast.walk(tree) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)}
    return [
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
        and node.name.startswith("build_")
        and node.name not in called
        and len(node.args.args) + len(node.args.posonlyargs) == len(node.args.defaults)
        and None not in node.args.kw_defaults
    ]


def _first_line(error: Exception) -> str:
    """The first line of an error's message, which for a validator may be pages long."""
    return (str(error) or type(error).__name__).splitlines()[0][:200]


def _name_apart(submissions: list[Submission]) -> list[Submission]:
    """Number the second and later submissions of one name."""
    seen: dict[str, int] = {}
    apart = []
    for submission in submissions:
        count = seen[submission.student] = seen.get(submission.student, 0) + 1
        name = submission.student if count == 1 else f"{submission.student} ({count})"
        apart.append(replace(submission, student=name))
    return apart
