"""Classes in folders and archives, looked at by name first and read submission by submission."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path, PurePosixPath

from suite.grading.archives import Member, is_archive, open_members, unpack
from suite.grading.contents import MAX_ENTRIES, Contents, RefusedError, read_file, read_folder
from suite.grading.downloads.interface import Node, Tree, join
from suite.records import text
from suite.text.untrusted import clean


@contextmanager
def open_tree(path: Path) -> Iterator[Tree | None]:
    """The class in a folder or archive; `None` if the path is neither, or an archive that isn't sound."""
    if is_folder(path):
        yield FolderTree(path=path)
        return
    with ExitStack() as stack:
        tree = None
        if is_archive(path.name):
            with suppress(RefusedError, OSError):  # read as one submission, it is told what is wrong with it
                members, refused = stack.enter_context(open_members(path))
                tree = ArchiveTree(name=path.name, members=members, refused=tuple(refused))
        yield tree


def is_folder(path: Path) -> bool:
    """Whether it is a folder, and no link to one; one that can't be looked at is none."""
    try:
        return stat.S_ISDIR(path.lstat().st_mode)
    except (OSError, ValueError):
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderTree:
    """A class in a folder, in which no link is followed."""

    path: Path
    """The folder."""
    packed: bool = False
    """It is no archive."""
    refused: tuple[str, ...] = ()
    """None is."""

    @property
    def name(self) -> str:
        """The folder's name."""
        return self.path.name or self.path.resolve().name

    def children(self, place: str) -> Sequence[Node]:
        """What lies in one of its folders."""
        folders = [self.path, *(self.path.joinpath(*parts) for parts in _beginnings(place))]
        if not all(map(is_folder, folders)):
            return ()
        try:
            with os.scandir(folders[-1]) as entries:
                found = [
                    Node(name=entry.name, folder=entry.is_dir(follow_symlinks=False))
                    for entry in islice(entries, MAX_ENTRIES)
                ]
        except OSError:
            if not place:
                raise
            return ()
        return sorted(found, key=lambda node: node.name)

    def read(self, place: str) -> Contents:
        """A folder's files, or one file; a link is refused."""
        return read_path(self.path / place)


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveTree:
    """A class in an archive, open as long as it is read."""

    name: str
    """The archive's name."""
    packed: bool = True
    """It is one."""
    members: list[Member]
    """Its entries."""
    refused: tuple[str, ...] = ()
    """Names of entries that lead out of it or are too long."""
    _folders: dict[str, dict[str, bool]] = field(default_factory=dict)

    def children(self, place: str) -> Sequence[Node]:
        """What lies in one of its folders."""
        if not self._folders:
            self._list()
        return [Node(name=name, folder=folder) for name, folder in sorted(self._folders.get(place, {}).items())]

    def _list(self) -> None:
        """Note what lies in each folder."""
        self._folders[""] = {}
        for member in self.members:
            parts = member.path.parts
            for depth, name in enumerate(parts):
                inside = self._folders.setdefault("/".join(parts[:depth]), {})
                inside[name] = inside.get(name, False) or depth + 1 < len(parts) or member.kind == "folder"

    def read(self, place: str) -> Contents:
        """The files of a folder, or one file."""
        top = PurePosixPath(place)
        return unpack(top.name or self.name, self.members, top)


def read_path(path: Path) -> Contents:
    """The files of a folder, or one file under its name; `RefusedError` where there is none, or only a link."""
    try:
        mode = path.lstat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        raise RefusedError(text("missing_path", path=clean(str(path)))) from None
    if stat.S_ISLNK(mode):
        raise RefusedError(text("link", path=clean(path.name)))
    return read_folder(path) if stat.S_ISDIR(mode) else Contents(files=(read_file(path, path.name),))


def wrapped(tree: Tree, most: int = 3) -> Iterator[str]:
    """The tree's top, and the folders in which all of it lies, as archives are often made."""
    place = ""
    for _ in range(most):
        yield place
        visible = [node for node in tree.children(place) if not node.name.startswith((".", "__MACOSX"))]
        if len(visible) != 1 or not visible[0].folder:
            return
        place = join(place, visible[0].name)


def _beginnings(place: str) -> Iterator[tuple[str, ...]]:
    """A place's parts, from the first one alone to all of them."""
    parts = PurePosixPath(place).parts
    return (parts[: length + 1] for length in range(len(parts)))
