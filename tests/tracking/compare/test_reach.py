"""Which benchmarks a change can touch: by imports, wherever they stand, and by data beside what is imported."""

from __future__ import annotations

from pathlib import Path

import pytest

from suite.tracking.compare.pytest_bench import PytestBench
from suite.tracking.compare.reach import changed_files, touched
from tests.tracking.compare.projects import Project, make_project

FILES = {
    "README.md": "about",
    "docs/guide.md": "guide",
    "lib/__init__.py": "",
    "lib/fast.py": "import lib.deep.core",
    "lib/lazy.py": "def f():\n    from lib import named\n    return named",
    "lib/named.py": "import importlib\nMODULE = importlib.import_module('lib.by_name')",
    "lib/by_name.py": "",
    "lib/deep/__init__.py": "",
    "lib/deep/core.py": "",
    "lib/deep/tables/table.csv": "1",
    "lib/unused.py": "",
    "bench/conftest.py": "import lib",
    "bench/beside.py": "",
    "bench/test_fast.py": "import lib.fast\nimport beside",
    "bench/test_lazy.py": "from lib.lazy import f",
}
NAMES = ["bench/test_fast.py::test_it", "bench/test_lazy.py::test_it[1]"]
FAST, LAZY = NAMES


@pytest.fixture
def project(tmp_path: Path) -> Project:
    project = make_project(tmp_path / "project")
    project.commit("before", FILES)
    return project


def _touched(project: Project, tmp_path: Path) -> list[str]:
    before = project.git("rev-parse", "before")
    changed = changed_files(project.folder, before, "HEAD")
    old = tmp_path / "old"
    project.git("worktree", "add", "--quiet", "--detach", str(old), before)
    return touched(PytestBench(path="bench"), (old, project.folder), NAMES, changed, {"bench"})


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("lib/fast.py", [FAST]),
        ("lib/deep/core.py", [FAST]),
        ("lib/deep/__init__.py", [FAST]),
        ("lib/deep/tables/table.csv", [FAST]),
        ("lib/lazy.py", [LAZY]),
        ("lib/named.py", [LAZY]),
        ("lib/by_name.py", [LAZY]),
        ("lib/__init__.py", NAMES),
        ("lib/unused.py", []),
        ("bench/conftest.py", NAMES),
        ("bench/beside.py", [FAST]),
        ("bench/test_lazy.py", [LAZY]),
        ("pyproject.toml", NAMES),
        ("README.md", []),
        ("docs/guide.md", []),
    ],
)
def test_a_file_touches_what_imports_it(project: Project, tmp_path: Path, file: str, expected: list[str]) -> None:
    """Inside functions and by a name in a string, too; a package's own module, and the data beside it."""
    project.commit("after", {file: "# changed\n" + FILES.get(file, "")})
    assert _touched(project, tmp_path) == expected


def test_what_no_longer_imports_a_file_is_touched(project: Project, tmp_path: Path) -> None:
    """The old revision counts too: there the removed file was imported."""
    project.git("rm", "--quiet", "lib/deep/core.py")
    project.commit("after", {"lib/fast.py": ""})
    assert _touched(project, tmp_path) == [FAST]


def test_a_file_that_moved_is_two(project: Project) -> None:
    """Whoever imported the old name is touched, and whoever imports the new one."""
    project.git("mv", "lib/unused.py", "lib/used.py")
    project.commit("after", {})
    assert changed_files(project.folder, "before", "after") == {"lib/unused.py", "lib/used.py"}
