"""nbgrader's exchange: `submitted/STUDENT/ASSIGNMENT/`, each with a `timestamp.txt` if it was collected."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import NoReturn

from suite.errors import UsageError, Words
from suite.grading.downloads.interface import Handed, ImportFormat, Layout, Piece, Tree, folders, join, layout_of
from suite.records import Identity
from suite.text.untrusted import clean, listed

SUBMITTED, TIMESTAMP = "submitted", "timestamp.txt"


def find(tree: Tree, place: str, only: str = "") -> Layout | None:
    """The submissions below `submitted`, or below a folder in whose students' folders timestamps lie.

    Without timestamps, students' folders must hold folders alone. `UsageError` if there are several assignments, as
    they aren't one class, or not `only`, the one that was named.
    """
    aside: list[str] = []
    other_work: tuple[str, ...] = ()
    outer = [node.name for node in tree.children(place) if not node.name.startswith(".")]
    if SUBMITTED in folders(tree, place):
        place, aside = join(place, SUBMITTED), [name for name in outer if name != SUBMITTED]
    inner = {student: folders(tree, join(place, student)) for student in folders(tree, place)}
    loose = [
        f"{student}/{node.name}"
        for student, assignments in inner.items()
        for node in tree.children(join(place, student))
        if assignments and not node.folder and not node.name.startswith(".")
    ]
    named = (place.rpartition("/")[2] or tree.name) == SUBMITTED
    if not _is_stamped(tree, place) and (loose or not named):
        return None
    assignments = sorted({assignment for each in inner.values() for assignment in each})
    if only:
        assignments = [assignment for assignment in assignments if assignment == only] or _refuse(tree, assignments)
        other_work = tuple(student for student, each in inner.items() if each and only not in each)
        inner = {student: assignments for student, each in inner.items() if only in each}
    if len(assignments) > 1:
        _refuse(tree, assignments)
    found = (_handed(place, student, each) for student, each in inner.items() if assignments)
    layout = layout_of(found, place, (*aside, *loose))
    return layout and replace(layout, other_work=other_work)


def _refuse(tree: Tree, assignments: list[str]) -> NoReturn:
    first = assignments[0] if assignments else "ps1"
    raise UsageError(
        "{name} holds submissions of {assignments} in nbgrader's form; expected one assignment: name it "
        "with --from, as in --from nbgrader:{first}, or another form",
        name=clean(tree.name),
        assignments=listed(assignments) or Words("no assignment"),
        first=clean(first),
    )


def _is_stamped(tree: Tree, place: str) -> bool:
    """Whether a timestamp lies in a folder of a folder."""
    return any(
        node.name == TIMESTAMP
        for student in folders(tree, place)
        for assignment in folders(tree, join(place, student))
        for node in tree.children(join(join(place, student), assignment))
    )


def _handed(place: str, student: str, assignments: list[str]) -> Handed:
    """A student's, which lies in the student's own folder where that holds none of the assignment."""
    lies = "/".join((*filter(None, (place,)), student, *assignments))
    return Handed(identity=Identity(id=student), label=student, place=lies, parts=(Piece(place=lies),))


NBGRADER = ImportFormat(
    title="nbgrader",
    find=find,
    shape="submitted/student/assignment/",
    find_part=lambda only: partial(find, only=only),
)
