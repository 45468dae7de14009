"""Which of several files is the one to run: one rule for folders, zips and single files.

Nothing is executed here; sources are searched for words. Public: `choose_main`, `Candidate`, `find_candidates`.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from suite.grading.contents import RefusedError
from suite.grading.notebook_file import RUNNABLE, find_builders, find_kind, is_too_large
from suite.records import SourceFile, text
from suite.text.untrusted import clean, listed

PREFERRED = ("main", "submission", "model")
SEARCHED = 1 << 20  # characters of a source: whoever writes more has other troubles
UNLIKELY = re.compile(r"^(test_.*|.*_test|conftest|setup|__init__|.*-checkpoint)$", re.IGNORECASE)
IMPORT = re.compile(
    r"^[ \t]*(?:from[ \t]+([\w.]+)[ \t]+import[ \t(]+([\w \t,]+)|import[ \t]+([\w. \t,]+))", re.MULTILINE
)
RUN = re.compile(r"(?:%run|open\(|run_path\()[ \t'\"]*(?:\./)?([\w/-]+)\.(py|ipynb)\b")
MODEL = re.compile(
    r"^[ \t]*class[ \t]+\w+[ \t]*\([^)\n]*\b(?:Module|Model|Sequential)\b"
    r"|\b(?:Sequential|Model|\w*RNN|\w*LSTM|\w*GRU|\w*RNNCell|Dense|Linear|load_model)[ \t]*\("
    r"|^def[ \t]+build_\w+",
    re.MULTILINE,
)
"""Words of a source that makes a model."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A file that could be run."""

    file: SourceFile
    """The file."""
    notebook: bool
    """Whether it is a notebook; otherwise it is a script."""

    @property
    def path(self) -> PurePosixPath:
        """Its path as it would be with a runnable's suffix alone: `tarea.ipynb` for `tarea.ipynb.txt`."""
        path, suffix = PurePosixPath(self.file.path), ".ipynb" if self.notebook else ".py"
        if path.suffix.lower() == suffix:
            return path
        return path.with_suffix("") if path.stem.lower().endswith(suffix) else path.with_suffix(suffix)


def find_candidates(files: Iterable[SourceFile]) -> list[Candidate]:
    """The notebooks and scripts among files."""
    kinds = ((file, find_kind(file)) for file in files)
    return [Candidate(file=file, notebook=kind == "notebook") for file, kind in kinds if kind in {"notebook", "script"}]


def choose_main(found: Sequence[Candidate], pattern: str) -> SourceFile:
    """The file to run among candidates, of which there is at least one; `RefusedError` where that isn't clear.

    Files that fit `pattern` alone count, if it isn't empty. Of these each rule keeps the better ones: files that
    aren't tests or copies; that no other one imports; that make models; in outer folders; notebooks; with a preferred
    name; with `build_*` functions.
    """
    left = fitting(found, pattern) if pattern else list(found)
    if not left:
        names = listed(each.file.path for each in found)
        raise RefusedError(text("main_not_there", pattern=clean(pattern), files=names))
    for rule in (_unlikely, *_by_sources(left), _depth, _script, _by_name, _without_builders):
        ranks = [rule(each) for each in left]
        left = [each for each, rank in zip(left, ranks, strict=True) if rank == min(ranks)]
        if len(left) == 1:
            break
    first = min(left, key=lambda each: (len(each.file.path), each.file.path))
    if not all(_is_copy(each, first) for each in left):
        raise RefusedError(text("ambiguous_main", files=listed(each.file.path for each in left)))
    return first.file


def fitting(found: Iterable[Candidate], pattern: str) -> list[Candidate]:
    """Candidates whose path, or the end of it, fits a glob, in whatever case; the one of exactly that path alone."""
    glob = _plain(pattern) if PurePosixPath(pattern).parts else "/"
    exact = [each for each in found if each.file.path == pattern]
    return exact or [each for each in found if PurePosixPath(_plain(str(each.path))).match(glob)]


def _is_copy(each: Candidate, first: Candidate) -> bool:
    """Whether a file is the same as another, under a name such as `tarea (1).ipynb`."""
    return each.file.content == first.file.content and _plain(first.path.stem) in _plain(each.path.stem)


def _plain(name: str) -> str:
    """A name in small letters, accents composed as on most systems."""
    return unicodedata.normalize("NFC", name).casefold()


def _unlikely(each: Candidate) -> int:
    """1 for tests, package files, editors' copies, and files under another suffix than their own."""
    return int(bool(UNLIKELY.match(each.path.stem)) or not each.file.path.lower().endswith(RUNNABLE))


def _depth(each: Candidate) -> int:
    return len(each.path.parts)


def _script(each: Candidate) -> int:
    return int(not each.notebook)


def _by_name(each: Candidate) -> int:
    name = each.path.stem.lower()
    return PREFERRED.index(name) if name in PREFERRED else len(PREFERRED)


def _without_builders(each: Candidate) -> int:
    return int(each.notebook or not find_builders(each.file.content))


def _by_sources(found: Sequence[Candidate]) -> tuple[Callable[[Candidate], int], Callable[[Candidate], int]]:
    """Two rules: whether another candidate imports or runs it; whether it makes no model, nor what it imports."""
    sources = {each.file.path: _source(each) for each in found} if len(found) > 1 else {}
    imports = _imports(found, sources)
    imported = {path for importer, paths in imports.items() for path in paths if path != importer}
    making = {path for path, source in sources.items() if MODEL.search(source)}
    while more := {path for path, paths in imports.items() if paths & making} - making:
        making |= more
    return (lambda each: int(each.file.path in imported)), (lambda each: int(each.file.path not in making))


def _imports(found: Iterable[Candidate], sources: dict[str, str]) -> dict[str, set[str]]:
    """For each source the candidates that it imports, from whatever folder, or runs as a file."""
    known: dict[str, set[str]] = {}
    for each in found:
        parts = each.path.with_suffix("").parts
        parts = parts[:-1] if parts[-1] == "__init__" else parts
        for start in range(len(parts)):
            name = ".".join(parts[start:]) + (".ipynb" if each.notebook else "")
            known.setdefault(name, set()).add(each.file.path)
    return {
        path: {other for name in _imported_names(source) for other in known.get(name, ())}
        for path, source in sources.items()
    }


def _imported_names(source: str) -> set[str]:
    """Dotted names that a source may import as modules, and files that it runs."""
    names: set[str] = set()
    for package, objects, modules in IMPORT.findall(source):
        words = [words[0] for each in (objects or modules).split(",") if (words := each.split())]
        outer = package.strip(".")
        names |= {outer, *(f"{outer}.{word}".lstrip(".") for word in words)} if package else set(words)
    for path, suffix in RUN.findall(source):
        names.add(path.replace("/", ".") + (".ipynb" if suffix == "ipynb" else ""))
    return names


def _source(each: Candidate) -> str:
    """The code of a candidate, as far as it can be read."""
    if not each.notebook:
        return each.file.content[:SEARCHED].decode("utf-8", "replace")
    if is_too_large(each.file.content):
        return ""
    try:
        document = json.loads(each.file.content.decode("utf-8-sig", "replace"))
        cells = document.get("cells") or [cell for sheet in document["worksheets"] for cell in sheet["cells"]]
        code = [cell.get("source", cell.get("input", "")) for cell in cells if cell["cell_type"] == "code"]
        return "\n".join("".join(lines) for lines in code)[:SEARCHED]
    except (ValueError, RecursionError, MemoryError, LookupError, TypeError, AttributeError):
        return ""
