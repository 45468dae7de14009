"""The files beside a notebook that it needs: those that it names or imports."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path, PurePosixPath

from suite.grading.contents import RefusedError, read_folder
from suite.records import SourceFile

NO_INPUT = {".ipynb", ".toml", ""}
"""Endings of files that no notebook reads, whatever it names."""
QUOTED = re.compile(r"""["']([^"'\n]{1,200})["']""")


def files_beside(notebook: Path, sources: str) -> Iterator[SourceFile]:
    """Files in its folder whose name, or whose module's name, stands in the notebook's code."""
    for path in sorted(notebook.parent.iterdir()):
        if not path.is_file() or path.suffix in NO_INPUT or path.name.startswith("."):
            continue
        named = re.search(rf"[\"'/]{re.escape(path.name)}[\"']", sources)
        module = rf"^\s*(?:import|from)\s+{re.escape(path.stem)}\b"
        imported = path.suffix == ".py" and re.search(module, sources, re.MULTILINE)
        if named or imported:
            yield SourceFile(path=path.name, content=path.read_bytes())


def folders_beside(notebook: Path, sources: str) -> Iterator[SourceFile]:
    """The files of folders beside it that its code names, or of which it names a file: `data`, `data/train.csv`."""
    tops = {PurePosixPath(name).parts[0] for name in QUOTED.findall(sources) if PurePosixPath(name).parts}
    for top in sorted(tops):
        folder = notebook.parent / top
        if top.startswith((".", "/")) or folder.is_symlink() or not folder.is_dir():
            continue
        with suppress(RefusedError, OSError):  # too much, or not to be read: the notebook says what it lacks
            for file in read_folder(folder).files:
                yield SourceFile(path=f"{top}/{file.path}", content=file.content)
