"""GitHub Classroom's clones, and notebooks pulled from Kaggle: a folder for each student, whose account names it."""

from __future__ import annotations

import json

from suite.grading.contents import RefusedError
from suite.grading.downloads.interface import Handed, ImportFormat, Layout, Piece, Tree, folders, join, layout_of
from suite.records import Identity

GIT, KERNEL = ".git", "kernel-metadata.json"
SUBMISSIONS = "-submissions"
MAX_KERNEL = 1 << 20


def find_clones(tree: Tree, place: str) -> Layout | None:
    """The clones `assignment-account`, if every folder is one; what their names share is the assignment's."""
    inner = folders(tree, place)
    clones = [name for name in inner if any(node.name == GIT for node in tree.children(join(place, name)))]
    if not clones or len(clones) < len(inner):
        return None
    outer = place.rpartition("/")[2] or tree.name
    if place and not outer.endswith(SUBMISSIONS):
        return None  # the only student's folder, in which a repository lies
    told = f"{outer.removesuffix(SUBMISSIONS)}-" if outer.endswith(SUBMISSIONS) else ""
    shared = "".join(_begin(clones).rpartition("-")[:2]) if len(clones) > 1 else ""
    prefix = told if told and all(name.startswith(told) for name in clones) else shared
    return layout_of((_account(join(place, name), name.removeprefix(prefix) or name) for name in clones), place)


def find_kernels(tree: Tree, place: str) -> Layout | None:
    """Folders with Kaggle's description of a notebook, which names its owner."""
    if place:
        return None  # the only student's folder
    pulled = [
        name for name in folders(tree, place) if any(node.name == KERNEL for node in tree.children(join(place, name)))
    ]
    owners = {name: _owner(tree, join(join(place, name), KERNEL)) for name in pulled}
    return layout_of((_account(join(place, name), owner or name) for name, owner in owners.items()), place)


def _begin(names: list[str]) -> str:
    """What all names begin with."""
    first, last = min(names), max(names)
    same = (place for place, char in enumerate(first) if last[place : place + 1] != char)
    return first[: next(same, len(first))]


def _account(place: str, account: str) -> Handed:
    return Handed(identity=Identity(id=account), label=account, place=place, parts=(Piece(place=place),))


def _owner(tree: Tree, place: str) -> str:
    """The account before the slash of the notebook's id; empty where the description says none."""
    try:
        (file,) = tree.read(place).files
        told = json.loads(file.content[:MAX_KERNEL])
    except (RefusedError, OSError, ValueError, RecursionError):
        return ""
    named = told.get("id") if isinstance(told, dict) else None
    return named.partition("/")[0] if isinstance(named, str) and "/" in named else ""


GITHUB_CLASSROOM = ImportFormat(title="GitHub Classroom", find=find_clones, shape="assignment-account/ with .git")
KAGGLE = ImportFormat(title="Kaggle", find=find_kernels, shape=f"folders with {KERNEL}")
