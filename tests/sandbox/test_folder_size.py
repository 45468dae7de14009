"""The size of a folder that a submission fills."""

from __future__ import annotations

import ctypes
import os
from pathlib import Path

import pytest

from suite.files import remove_tree
from suite.records import Outcome
from suite.sandbox import folder_size
from suite.sandbox.folder_size import judge_folder

KEEP_SIZE = 1


def _nest(folder: Path, depth: int) -> None:
    """Folders in folders, deeper than a path may be long."""
    before = Path.cwd()
    try:
        os.chdir(folder)
        for _ in range(depth):
            os.mkdir("deep")  # noqa: PTH102 - relative to where we are
            os.chdir("deep")
        Path("end").write_bytes(b"x")
    finally:
        os.chdir(before)


def test_sizes_without_blocks_count_for_nothing(tmp_path: Path) -> None:
    """A file with a hole takes what was written."""
    with (tmp_path / "hole").open("wb") as file:
        file.truncate(1 << 40)
    assert judge_folder(tmp_path, 1) is None


def test_blocks_without_size_count(tmp_path: Path) -> None:
    """Space that is taken in advance leaves the size at 0."""
    with (tmp_path / "taken").open("wb") as file:
        call = ctypes.CDLL(None, use_errno=True).fallocate
        if call(file.fileno(), KEEP_SIZE, ctypes.c_int64(0), ctypes.c_int64(3 << 20)):
            pytest.skip("the file system takes no space in advance")
        assert os.fstat(file.fileno()).st_size == 0
    breach = judge_folder(tmp_path, 1)
    assert breach is not None
    assert (breach[0], breach[1].key) == (Outcome.LIMIT, "disk_limit")


def test_depth_is_limited(tmp_path: Path) -> None:
    """Neither the stack nor the length of a path is the limit."""
    _nest(tmp_path, folder_size.MAX_DEPTH - 1)
    assert judge_folder(tmp_path, 1) is None
    (tmp_path / "more").mkdir()
    _nest(tmp_path / "more", 2000)
    breach = judge_folder(tmp_path, 100)
    remove_tree(tmp_path / "more")  # pytest's own cleaning would stumble over it
    assert breach is not None
    assert breach[1].key == "disk_depth"


def test_number_of_files_is_limited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Empty files take no blocks, and looking at them takes time."""
    monkeypatch.setattr(folder_size, "MAX_FILES", 10)
    for number in range(12):
        (tmp_path / str(number)).touch()
    breach = judge_folder(tmp_path, 1)
    assert breach is not None
    assert breach[1].key == "disk_files"


def test_links_are_not_followed(tmp_path: Path) -> None:
    """A link to a folder above is no end of folders."""
    (tmp_path / "up").symlink_to(tmp_path)
    assert judge_folder(tmp_path, 1) is None
