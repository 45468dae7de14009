"""What a form of download tells: who handed in which files. Other packages add forms by the group `import_formats`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from suite.grading.contents import Contents
from suite.records import Identity


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A file or folder of a class, known by its name alone."""

    name: str
    """Its name."""
    folder: bool
    """Whether it is a folder, and no link to one."""


class Tree(Protocol):
    """Where a class lies: a folder or an archive. Places in it are paths with slashes; the whole is `""`."""

    @property
    def name(self) -> str:
        """Name of the folder or archive."""

    @property
    def packed(self) -> bool:
        """Whether it is an archive."""

    @property
    def refused(self) -> tuple[str, ...]:
        """Names of entries that are nowhere in it, as they lead out of it or are too long."""

    def children(self, place: str) -> Sequence[Node]:
        """What lies in a folder of it, by name, hidden things too; nothing where it is none or can't be read."""

    def read(self, place: str) -> Contents:
        """A folder's files, or one file under its name; `RefusedError` or `OSError` where that can't be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Files of one submission that lie together."""

    place: str
    """A folder or file of the tree."""
    name: str = ""
    """What a file is called in the submission, or the folder that a folder becomes there; empty for its top."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """What one student, or one group, handed in."""

    identity: Identity
    """Who, as far as names tell."""
    label: str
    """What the student is called in the report, unless a roster says otherwise."""
    place: str
    """Where it lies; where it lies in several places, a path that begins each of their names."""
    parts: tuple[Piece, ...]
    """All of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """A class that has the form of a download."""

    handed: tuple[Handed, ...]
    """Everything that the form says who handed it in; at least one."""
    place: str
    """The folder whose other entries are read as those of a class folder."""
    aside: tuple[str, ...] = ()
    """Names beside that folder that are nobody's work."""
    other_work: tuple[str, ...] = ()
    """Names in that folder that are somebody's work for another assignment."""
    alone: bool = False
    """Whether it is one submission of a class, of which nobody is missing."""


Find: TypeAlias = Callable[[Tree, str], Layout | None]
"""What lies in a folder of a tree, if it has the form. It looks at names before it reads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportFormat:
    """A form of download."""

    title: str
    """What it is called, such as `Moodle`."""
    find: Find
    """Finds the submissions."""
    shape: str
    """What its names look like, for the sentence where they don't: `Name_123_assignsubmission_file_`."""
    find_part: Callable[[str], Find] | None = None
    """Finds the submissions of one of several assignments, by its name; `None` where a download is of one alone."""


def layout_of(handed: Iterable[Handed], place: str, aside: Iterable[str] = ()) -> Layout | None:
    """The form, if anything was found that has it."""
    found = tuple(handed)
    return Layout(handed=found, place=place, aside=tuple(aside)) if found else None


def folders(tree: Tree, place: str) -> list[str]:
    """Names of the folders in a folder, without hidden ones."""
    return [node.name for node in tree.children(place) if node.folder and not node.name.startswith(".")]


def join(place: str, name: str) -> str:
    """The place of what lies in a folder."""
    return f"{place}/{name}" if place else name
