"""Files are written whole or not at all; folders are removed however a submission leaves them."""

from __future__ import annotations

import errno
import os
import resource
from pathlib import Path

import pytest

from suite.errors import StorageError
from suite.files import naming, remove_tree, write_atomically


def test_a_file_gives_way_to_a_new_one(tmp_path: Path) -> None:
    for content in (b"old", b"new"):
        write_atomically(tmp_path / "file", content)
    assert (tmp_path / "file").read_bytes() == b"new"
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_no_space_names_the_path_and_leaves_the_old_file(tmp_path: Path) -> None:
    """As with a limit on the size of files; nothing unfinished stays."""
    write_atomically(tmp_path / "file", b"old")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, limits[1]))
    try:
        with pytest.raises(StorageError) as raised:
            write_atomically(tmp_path / "file", bytes(2000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert f"{tmp_path / 'file'} can't be written: File too large" in str(raised.value)
    assert "it goes on where it stopped" in str(raised.value)
    assert (tmp_path / "file").read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EROFS])
def test_every_way_of_no_space(number: int) -> None:
    with pytest.raises(StorageError, match="/reports/x can't be written"), naming(Path("/reports/x")):
        raise OSError(number, os.strerror(number))


def test_other_errors_name_the_path(tmp_path: Path) -> None:
    """Not that of a temporary file beside it."""
    with pytest.raises(FileNotFoundError) as raised:
        write_atomically(tmp_path / "nowhere" / "file", b"")
    assert raised.value.filename == str(tmp_path / "nowhere" / "file")


@pytest.mark.slow
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
    """Nothing is raised, and what lies beside it stays."""
    (tmp_path / "other").touch()
    remove_tree(tmp_path / "nothing")
    assert [path.name for path in tmp_path.iterdir()] == ["other"]
