"""Canvas's download of all submissions: files side by side, as `perezana_LATE_12345_67890_tarea.ipynb`.

The name is the one by which Canvas sorts, in small letters and without anything between its words; the first number is
the student's, the second the file's. A file that was handed in again ends in `-1`, as others may do, too, so that it
tells no attempt. What was written online ends in `_text.html`, an address in `_link.html`.
"""

from __future__ import annotations

import re

from suite.grading.downloads.interface import Handed, ImportFormat, Layout, Piece, Tree, join, layout_of
from suite.grading.notebook_file import RUNNABLE
from suite.records import Identity

NAME = re.compile(
    r"(?:(?P<who>(?!LATE_)[^\W_]\w*?)_)?(?P<late>LATE_)?(?:anon_(?P<code>[^\W_]+)|(?P<number>\d{2,}))_"
    r"(?:(?P<upload>\d{3,})_(?P<file>.+)|(?P<kind>text|link)\.html)",
    re.DOTALL,
)


def find(tree: Tree, place: str) -> Layout | None:
    """The submissions, if all that could be run is named so, no file's number occurs twice and no name is two's."""
    files = [node.name for node in tree.children(place) if not node.folder and not node.name.startswith(".")]
    matches = [(name, match) for name in files if (match := NAME.fullmatch(name))]
    uploads = [match["upload"] for _, match in matches if match["upload"]]
    named = {(match["code"] or match["number"], match["who"]) for _, match in matches}
    others = {name for name in files if name.lower().endswith((*RUNNABLE, ".zip"))} - {name for name, _ in matches}
    if others or len(set(uploads)) < len(uploads) or len({number for number, _ in named}) < len(named):
        return None
    found: dict[str, list[tuple[str, re.Match[str]]]] = {}
    for name, match in matches:
        found.setdefault(match["code"] or match["number"], []).append((name, match))
    return layout_of((_handed(place, number, parts) for number, parts in found.items()), place)


def _handed(place: str, number: str, parts: list[tuple[str, re.Match[str]]]) -> Handed:
    """One student's files, under the names that they had."""
    first = parts[0][1]
    who = first["who"] or ""
    return Handed(
        identity=Identity(id=number, name=who, late=any(match["late"] for _, match in parts)),
        label=who or f"anon {number}",
        place=join(place, first.string[: first.end("code") if first["code"] else first.end("number")]),
        parts=tuple(
            Piece(place=join(place, name), name=match["file"] or f"{match['kind']}.html") for name, match in parts
        ),
    )


CANVAS = ImportFormat(title="Canvas", find=find, shape="surnamename_123_4567_file.ipynb")
