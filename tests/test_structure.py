"""Every module is tested: some test imports it, or `held_by.toml` says which test holds it."""

from __future__ import annotations

import ast
import re
import tomllib
from collections import Counter
from fnmatch import fnmatchcase

from tests.conftest import ROOT

HELD_BY = tomllib.loads((ROOT / "tests" / "held_by.toml").read_text("utf-8"))
PATTERNS = [pattern for patterns in HELD_BY.values() for pattern in patterns]


def _modules() -> list[str]:
    """Modules with code of their own; the front of a package that only lists names is tested with what it lists."""
    paths = [path.relative_to(ROOT) for path in (ROOT / "suite").rglob("*.py") if path.name != "__init__.py"]
    return sorted(".".join(path.with_suffix("").parts) for path in paths)


def _imported() -> set[str]:
    """What test files import."""
    found: set[str] = set()
    for path in (ROOT / "tests").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                found.update(alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                found.update((node.module, *(f"{node.module}.{alias.name}" for alias in node.names)))
    return found


def test_every_module_is_tested() -> None:
    """By an import or by a line."""
    imported = _imported()
    lost = [
        module
        for module in _modules()
        if module not in imported and not any(fnmatchcase(module, pattern) for pattern in PATTERNS)
    ]
    assert lost == []


def test_every_line_is_needed() -> None:
    """Lines name tests that exist, and modules that no test imports."""
    imported = _imported()
    untested = [module for module in _modules() if module not in imported]
    assert [path for path in HELD_BY if not (ROOT / path).is_file()] == []
    assert [pattern for pattern in PATTERNS if not any(fnmatchcase(module, pattern) for module in untested)] == []


def test_a_class_name_has_one_meaning() -> None:
    """No two modules define classes of one name."""
    names = Counter(
        name
        for path in (ROOT / "suite").rglob("*.py")
        for name in re.findall(r"^class (\w+)", path.read_text("utf-8"), re.MULTILINE)
    )
    assert [name for name, count in names.items() if count > 1] == []
