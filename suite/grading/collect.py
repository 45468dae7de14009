"""From paths to submissions: reads every file once and turns each submission into one notebook.

Nothing of a submission is executed or imported here. What can't be read becomes a `Submission` with a `problem`, so
that a class never loses a student. Public: `collect`, `read_submission`, `collect_source`.
"""

from __future__ import annotations

import ast
import hashlib
import io
import keyword
import os
import stat
import tokenize
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path

import nbformat

from suite.records import SourceFile, Submission, Text, text
from suite.text.untrusted import encodable

RUNNABLE = (".ipynb", ".py")
PREFERRED = ("main.py", "model.py", "submission.py")
IGNORED = ("__pycache__", "__MACOSX", "node_modules")
TAGS = ("raises-exception", "skip-execution")
MAX_FILES = 1000  # more than that is a virtual environment or a dataset, handed in by mistake
MAX_BYTES = 200 << 20


def collect(paths: Sequence[Path]) -> list[Submission]:
    """Read submissions: a path is a notebook, a Python file, or a folder of submissions (a file or folder each)."""
    found: list[Submission] = []
    for path in paths:
        if path.is_dir():
            found += [read_submission(child) for child in sorted(path.iterdir()) if _is_submission(child)]
        else:
            found.append(read_submission(path))
    return _name_apart(found)


def collect_source(student: str, files: Iterable[SourceFile], main: str, source: str) -> Submission:
    """Make a submission from files in memory; `main` is the path of the one to run."""
    files = tuple(files)
    digest = hashlib.sha256()
    for file in files:
        path = os.fsencode(file.path)
        digest.update(b"%d:%b:%d:%b" % (len(path), path, len(file.content), file.content))
    content = next(file.content for file in files if file.path == main)
    notebook, problem = _as_notebook(main, content)
    return Submission(
        student=student,
        source=encodable(source),
        files=files,
        main=main,
        notebook=notebook,
        content_hash=digest.hexdigest(),
        problem=problem,
    )


def _is_submission(path: Path) -> bool:
    """Whether an entry of a class folder is a submission: hidden files, caches and loose data files aren't."""
    if path.name.startswith(".") or path.name in IGNORED:
        return False
    return path.is_dir() or path.suffix.lower() in RUNNABLE


def read_submission(path: Path) -> Submission:
    """Read one submission: a notebook, a Python file, or a folder with one of these and its modules."""
    try:
        if not path.exists():
            return _unreadable(path, text("missing_path", path=encodable(str(path))), ungraded=True)
        files = _read_folder(path) if path.is_dir() else (_read_file(path, path.name),)
    except (OSError, ValueError) as error:
        reason = text("unreadable", path=encodable(path.name), reason=encodable(str(error)))
        return _unreadable(path, reason, ungraded=isinstance(error, OSError))
    files = _without_wrapper(files)
    main = _find_main(files)
    if isinstance(main, Text):
        return _unreadable(path, main, ungraded=main.key == "ambiguous_main")
    return collect_source(_student(path), files, main, str(path))


def _student(path: Path) -> str:
    """File or folder name without its suffix, as printable text."""
    return encodable(path.stem if path.suffix.lower() in RUNNABLE else path.name)


def _unreadable(path: Path, problem: Text, *, ungraded: bool = False) -> Submission:
    """A submission that can't run; `ungraded` if that may not be the student's fault."""
    return Submission(
        student=_student(path),
        source=encodable(str(path)),
        files=(),
        main="",
        notebook="",
        content_hash="",
        problem=problem,
        ungraded=ungraded,
    )


def _read_file(path: Path, name: str) -> SourceFile:
    """Read a regular file through one descriptor, so that it can't be replaced by a device in between."""
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
    for root, folders, names in os.walk(folder, onerror=_raise):
        folders[:] = sorted(n for n in folders if not n.startswith(".") and n not in IGNORED)
        for name in sorted(names):
            path = Path(root, name)
            if name.startswith(".") or path.is_symlink() or not path.is_file():
                continue
            files.append(_read_file(path, path.relative_to(folder).as_posix()))
            if len(files) > MAX_FILES or sum(len(file.content) for file in files) > MAX_BYTES:
                raise ValueError(f"it holds more than {MAX_FILES} files or {MAX_BYTES >> 20} MiB")
    return tuple(files)


def _raise(error: OSError) -> None:
    """Treat a folder that can't be read as an error, not as an empty folder."""
    raise error


def _without_wrapper(files: tuple[SourceFile, ...]) -> tuple[SourceFile, ...]:
    """Files without the outer folders that contain them all, as left by unpacking an archive."""
    tops = {file.path.partition("/")[0] for file in files}
    if len(tops) != 1 or any("/" not in file.path for file in files):
        return files
    return _without_wrapper(tuple(replace(file, path=file.path.partition("/")[2]) for file in files))


def _find_main(files: Sequence[SourceFile]) -> str | Text:
    """Path of the file to run, or a message why it isn't clear."""
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
        written = encodable(nbformat.writes(notebook))
    except Exception as error:  # noqa: BLE001 - nbformat raises anything on malformed input, even AssertionError
        return "", text("not_a_notebook", file=encodable(name), reason=encodable(_first_line(error)))
    if not any(cell.cell_type == "code" and cell.source.strip() for cell in notebook.cells):
        return "", text("no_code_cells", file=name)
    return written, None


def _clean(cell: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Keep a cell's type, source, and tags that Jupyter honours: saved outputs, ids and attachments prove nothing."""
    makers = {"code": nbformat.v4.new_code_cell, "markdown": nbformat.v4.new_markdown_cell}
    make: Callable[[str], nbformat.NotebookNode] = makers.get(cell.cell_type, nbformat.v4.new_raw_cell)
    kept = make(cell.source)
    if tags := [tag for tag in cell.get("metadata", {}).get("tags", ()) if tag in TAGS]:
        kept.metadata.tags = tags
    return kept


def _script_as_notebook(name: str, content: bytes) -> tuple[str, Text | None]:
    """Turn a script into a cell, and add one that calls the `build_*` functions which the script doesn't call."""
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
        source = content.decode(encoding)
    except (SyntaxError, UnicodeDecodeError) as error:
        return "", text("not_utf8", file=encodable(name), reason=str(error))
    cells = [nbformat.v4.new_code_cell(source)]
    if builders := _builders(content):
        calls = "\n".join(f"{builder.removeprefix('build_')} = {builder}()" for builder in builders)
        cells.append(nbformat.v4.new_code_cell(calls))
    return nbformat.writes(nbformat.v4.new_notebook(cells=cells)), None


def _builders(content: bytes) -> list[str]:
    """Top-level functions `build_*` that need no argument and whose results the module doesn't store itself."""
    try:
        tree = ast.parse(content)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []  # the kernel reports it, with the line
    called = {
        node.func.id
        for statement in tree.body
        if not isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
        for node in ast.walk(statement)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    return [
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
        and node.name.startswith("build_")
        and node.name.removeprefix("build_").isidentifier()
        and not keyword.iskeyword(node.name.removeprefix("build_"))
        and node.name not in called
        and len(node.args.args) + len(node.args.posonlyargs) == len(node.args.defaults)
        and None not in node.args.kw_defaults
    ]


def _first_line(error: Exception) -> str:
    """The first line of an error's message, which for a validator may be pages long."""
    return (str(error) or type(error).__name__).splitlines()[0][:200]


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
