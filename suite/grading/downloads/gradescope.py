"""Gradescope's submissions, and who handed them in.

An export has folders `submission_123` beside `submission_metadata.yml`; an autograder is given the one folder
`submission` beside `submission_metadata.json`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from suite.grading.contents import RefusedError
from suite.grading.downloads.interface import Handed, ImportFormat, Layout, Piece, Tree, join, layout_of
from suite.records import Identity

METADATA = "submission_metadata.yml"
MAX_METADATA = 32 << 20  # it lists every submission that was ever made, with its score
ONE, OF_ONE = "submission", "submission_metadata.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Keys:
    """What a list calls what it tells."""

    people: str
    name: str
    sid: str
    email: str
    earlier: str


EXPORTED = _Keys(people=":submitters", name=":name", sid=":sid", email=":email", earlier=":history")
GIVEN = _Keys(people="users", name="name", sid="sid", email="email", earlier="previous_submissions")
"""Of an autograder. The `id` of its users is Gradescope's own number, which no class list has."""


def find(tree: Tree, place: str) -> Layout | None:
    """The submissions that the list names and whose folders are there."""
    nodes = {node.name for node in tree.children(place)}
    if {ONE, OF_ONE} <= nodes:
        handed = _handed(join(place, ONE), _read(tree, join(place, OF_ONE)), GIVEN)
        return Layout(handed=(handed,), place=place, alone=True)
    told = _read(tree, join(place, METADATA)) if METADATA in nodes else {}
    known = ((name, each) for name, each in told.items() if name in nodes and isinstance(each, Mapping))
    return layout_of((_handed(join(place, name), each, EXPORTED) for name, each in known), place)


def _read(tree: Tree, place: str) -> Mapping[str, Any]:
    """The list; empty where it can't be understood, so that the folders are read as any others."""
    try:
        (file,) = tree.read(place).files
        if len(file.content) > MAX_METADATA:
            return {}
        found = yaml.load(file.content.decode(), Loader=yaml.BaseLoader)  # noqa: S506 - makes texts, lists and mappings
    except (RefusedError, OSError, ValueError, yaml.YAMLError, RecursionError):
        return {}
    return found if isinstance(found, Mapping) else {}


def _handed(place: str, told: Mapping[str, Any], keys: _Keys) -> Handed:
    """A submission of a student or of a group, whose members stand in its name."""
    submitters = [each for each in _list(told, keys.people) if isinstance(each, Mapping)]
    names, ids, mails = ([str(each.get(key) or "") for each in submitters] for key in (keys.name, keys.sid, keys.email))
    together = ", ".join(filter(None, names))
    return Handed(
        identity=Identity(
            id=", ".join(filter(None, ids)),
            name=together,
            email=mails[0] if len(mails) == 1 else "",
            attempt=len(_list(told, keys.earlier)) + 1,
            group=together if len(submitters) > 1 else "",
        ),
        label=together or place.rpartition("/")[2],
        place=place,
        parts=(Piece(place=place),),
    )


def _list(told: Mapping[str, Any], key: str) -> Sequence[Any]:
    found = told.get(key)
    return found if isinstance(found, list) else ()


GRADESCOPE = ImportFormat(title="Gradescope", find=find, shape=f"submission_123/ beside {METADATA}")
