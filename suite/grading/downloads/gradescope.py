"""Gradescope's export of submissions: folders `submission_123`, and who handed them in in `submission_metadata.yml`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from suite.grading.contents import RefusedError
from suite.grading.downloads.interface import Handed, ImportFormat, Layout, Piece, Tree, join, layout_of
from suite.records import Identity

METADATA = "submission_metadata.yml"
MAX_METADATA = 32 << 20  # it lists every submission that was ever made, with its score


def find(tree: Tree, place: str) -> Layout | None:
    """The submissions that the list names and whose folders are there."""
    nodes = {node.name: node for node in tree.children(place)}
    told = _read(tree, join(place, METADATA)) if METADATA in nodes else {}
    known = ((name, each) for name, each in told.items() if name in nodes and isinstance(each, Mapping))
    return layout_of((_handed(join(place, name), each) for name, each in known), place)


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


def _handed(place: str, told: Mapping[str, Any]) -> Handed:
    """A submission of a student or of a group, whose members stand in its name."""
    submitters = [each for each in _list(told, ":submitters") if isinstance(each, Mapping)]
    names, ids, mails = ([str(each.get(key) or "") for each in submitters] for key in (":name", ":sid", ":email"))
    together = ", ".join(filter(None, names))
    return Handed(
        identity=Identity(
            id=", ".join(filter(None, ids)),
            name=together,
            email=mails[0] if len(mails) == 1 else "",
            attempt=len(_list(told, ":history")) + 1,
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
