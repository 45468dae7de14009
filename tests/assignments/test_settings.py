"""The assignments of the suite say only what differs from the defaults, and the docs say what the settings are."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from suite.assignments import Assignment, known
from tests.conftest import ROOT

FOLDERS = [root / name for root in (ROOT / "reference", ROOT / "reference" / "gallery") for name in known(root)]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_no_key_repeats_a_default(folder: Path) -> None:
    """Without any one of its keys an assignment is another one, or none."""
    raw = tomllib.loads((folder / "assignment.toml").read_text("utf-8"))
    whole = Assignment.model_validate(raw)
    superfluous = []
    for path in _leaves(raw):
        shorter = deepcopy(raw)
        table: Any = shorter
        for part in path[:-1]:
            table = table[part]
        del table[path[-1]]
        try:
            if Assignment.model_validate(shorter) == whole:
                superfluous.append(".".join(map(str, path)))
        except ValueError:
            continue
    assert not superfluous


def test_docs_say_what_the_settings_are() -> None:
    """docs/assignment.md is what docs/settings.py prints."""
    printed = subprocess.run(
        [sys.executable, ROOT / "docs" / "settings.py"], capture_output=True, check=True, encoding="utf-8"
    ).stdout
    assert (ROOT / "docs" / "assignment.md").read_text("utf-8") == printed, (
        "python docs/settings.py > docs/assignment.md"
    )


def _leaves(table: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The place of each key in tables and lists of tables."""
    for key, value in table.items() if isinstance(table, dict) else enumerate(table):
        if isinstance(table, dict):
            yield (*path, key)
        if isinstance(value, dict | list) and not (isinstance(value, list) and value and isinstance(value[0], list)):
            yield from _leaves(value, (*path, key))
