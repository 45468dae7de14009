"""Folders are removed however a submission leaves them."""

from __future__ import annotations

import os
from pathlib import Path

from suite.files import remove_tree


def test_a_deep_folder_is_removed(tmp_path: Path) -> None:
    """Deeper than a path may be long, with files, links and forbidden folders on the way."""
    folder, outside, before = tmp_path / "run", tmp_path / "outside", Path.cwd()
    folder.mkdir()
    outside.write_text("stays")
    try:
        os.chdir(folder)
        for _ in range(3000):
            Path("file").touch()
            Path("link").symlink_to(tmp_path)
            Path("out").symlink_to(outside)
            Path("deep").mkdir()
            os.chdir("deep")
            Path("..").chmod(0o500)
    finally:
        os.chdir(before)
    remove_tree(folder)
    assert [path.name for path in tmp_path.iterdir()] == ["outside"]
    assert outside.read_text() == "stays"


def test_what_is_missing_is_removed_already(tmp_path: Path) -> None:
    """Nothing is raised."""
    remove_tree(tmp_path / "nothing")
