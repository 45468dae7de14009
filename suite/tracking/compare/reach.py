"""Which benchmarks a change can touch: those with a file among what they import that differs between the revisions.

Git tells files apart by the digests of their contents. Ruff reads imports, those inside functions and those by a
module's name in a string too, without running anything. Files that aren't Python, such as data, settings and templates,
belong to the nearest folder above them that holds Python files. Whoever doubts it measures all.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path, PurePosixPath

from suite.errors import UsageError
from suite.tracking.compare.harness import Harness
from suite.tracking.history.revisions import GitError, git

PYTHON = (".py", ".pyi", ".pyx")
SETTINGS = frozenset({"pyproject.toml", "pytest.ini", "setup.cfg", "setup.py", "tox.ini"})
"""Files at the top that say how everything runs."""
STRING_DOTS = 1
"""A string of that many dots may be a module's name, as in `import_module("suite.cli.bench")`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Graph:
    """A checkout's files and what each imports."""

    files: frozenset[str]
    """All that git keeps, relative to the checkout."""
    imports: Mapping[str, Sequence[str]]
    """By file."""

    def reached(self, roots: Iterable[str]) -> set[str]:
        """The files that these import, directly or not, and themselves."""
        found: set[str] = set()
        left = list(roots)
        while left:
            file = left.pop()
            if file not in found:
                found.add(file)
                left += [*self.imports.get(file, ()), *self._packages(file)]
        return found

    def _packages(self, file: str) -> set[str]:
        """Importing a module runs the `__init__.py` of every package that it lies in."""
        return {str(folder / "__init__.py") for folder in PurePosixPath(file).parents} & self.files

    def home(self, file: str) -> str | None:
        """The nearest folder above a file that holds Python files; `None` if there is none."""
        folders = {str(PurePosixPath(each).parent) for each in self.files if each.endswith(PYTHON)}
        return next((str(each) for each in PurePosixPath(file).parents if str(each) in folders), None)


def changed_files(repository: Path, base: str, head: str) -> frozenset[str]:
    """Files whose contents differ; of a file that moved both names."""
    done = git(repository, "diff", "--name-only", "--no-renames", "-z", base, head)
    return frozenset(filter(None, done.stdout.split("\0")))


def read_graph(tree: Path, paths: Sequence[Path]) -> Graph:
    """Read the imports of a checkout, whose modules are found in these folders.

    Raises `UsageError` without ruff.
    """
    if find_spec("ruff") is None:
        raise UsageError(
            "what a change can touch is read by ruff, which isn't installed: pip install 'notebook-suite[compare]', "
            "or give --all to measure every benchmark"
        )
    files = frozenset(filter(None, git(tree, "ls-files", "-z").stdout.split("\0")))
    folders = sorted({".", "src", *(str(path.relative_to(tree)) for path in paths if path.is_relative_to(tree))})
    options = ["--detect-string-imports", "--min-dots", str(STRING_DOTS), "--type-checking-imports"]
    command = ["-m", "ruff", "analyze", "graph", "--isolated", "--quiet", *options, "--config", f"src={folders!r}", "."]
    done = subprocess.run(
        [sys.executable, *command], cwd=tree, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
    )
    try:
        imports = json.loads(done.stdout) if done.stdout or done.returncode else {}  # nothing where there is no Python
    except ValueError:
        raise GitError(
            "ruff can't read a revision's imports: {reason}; give --all", reason=" ".join(done.stderr.split())
        ) from None
    return Graph(files=files, imports=imports)


def touched(
    harness: Harness, trees: Sequence[Path], names: Sequence[str], changed: Collection[str], folders: Collection[str]
) -> list[str]:
    """Of the benchmarks those that the change can touch, in either revision.

    `folders` are those, relative to a checkout, in which benchmarks lie and find modules beside them.
    """
    if not changed:
        return []
    if SETTINGS & set(changed):
        return list(names)
    found: set[str] = set()
    for tree in trees:
        graph = read_graph(tree, [*harness.paths(tree), *(tree / folder for folder in folders)])
        homes = {home for file in changed if not file.endswith(PYTHON) and (home := graph.home(file))}
        for name in names:
            reached = graph.reached(harness.roots(tree, name, graph.files))
            if not reached.isdisjoint(changed) or not homes.isdisjoint(
                str(PurePosixPath(file).parent) for file in reached
            ):
                found.add(name)
    return [name for name in names if name in found]
