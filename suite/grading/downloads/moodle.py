"""Moodle's download of all submissions: a folder for each student, or all files side by side.

A name begins with the student's full name and the number that the grading worksheet calls Identifier; the words after
it are the same in every language. Groups have their name and number there, and those without a group no number.
"""

from __future__ import annotations

import re

from suite.grading.downloads.interface import Handed, ImportFormat, Layout, Node, Piece, Tree, join, layout_of
from suite.records import Identity

NAME = re.compile(
    r"(?P<who>.+?)(?:_(?P<number>\d+))?_assign(?:submission|feedback)_(?P<plugin>[a-z0-9]+)(?:_(?P<file>.*))?",
    re.DOTALL,
)
HIDDEN = ("participant", "participante")
"""What stands for the names where marking is blind."""


def find(tree: Tree, place: str) -> Layout | None:
    """The submissions, if at least half of what lies there is named so."""
    nodes = [node for node in tree.children(place) if not node.name.startswith(".")]
    found: dict[tuple[str, str], list[tuple[Node, re.Match[str]]]] = {}
    for node in nodes:
        match = NAME.fullmatch(node.name)
        if match and (not match["file"] if node.folder else match["file"]):
            found.setdefault((match["who"].strip(), match["number"] or ""), []).append((node, match))
    if sum(map(len, found.values())) * 2 < len(nodes):
        return None
    return layout_of((_handed(place, who, number, parts) for (who, number), parts in found.items()), place)


def _handed(place: str, who: str, number: str, parts: list[tuple[Node, re.Match[str]]]) -> Handed:
    """One student's: the files that were handed in, and beside them in folders of their own what was written online."""
    only = len(parts) == 1
    blind = who.casefold() in HIDDEN
    whole = only and parts[0][0].folder
    return Handed(
        identity=Identity(id=number, name="" if blind else who),
        label=f"{who} {number}" if blind else who,
        place=join(place, parts[0][0].name if whole else "_".join(filter(None, (who, number)))),
        parts=tuple(
            Piece(
                place=join(place, node.name),
                name=match["file"] or ("" if only or match["plugin"] == "file" else match["plugin"]),
            )
            for node, match in parts
        ),
    )


MOODLE = ImportFormat(title="Moodle", find=find, shape="Name Surname_123_assignsubmission_file_")
