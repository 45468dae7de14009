"""Who handed in what, read from the names in a download of a learning platform.

Forms are recognised by their shape; none of them reads more than names and the platform's own lists before that. What
no form claims is read as any other entry of a class folder, so that nothing is lost. Public: `recognise`, `open_tree`,
`ImportFormat` and what it takes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from suite import plugins
from suite.errors import UsageError, Words
from suite.grading.downloads.interface import Find, Handed, ImportFormat, Layout, Tree, join
from suite.grading.downloads.trees import open_tree, wrapped
from suite.text.untrusted import clean, listed

__all__ = [
    "AUTO",
    "FOLDER",
    "Handed",
    "ImportFormat",
    "Layout",
    "Recognised",
    "Tree",
    "forms_of_part",
    "join",
    "open_tree",
    "recognise",
]

AUTO, FOLDER = "auto", "folder"
"""What is taken for a form, too: whichever fits; and a class folder, in which every entry is a submission."""
PART = ":"
"""What stands between a form and the assignment of several that is meant: `nbgrader:ps1`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    """A class, and the form in which it lies."""

    title: str
    """The platform's; empty for a plain folder."""
    layout: Layout
    """Who handed in what."""

    @property
    def claimed(self) -> set[str]:
        """Names of the entries of the class's folder that the form knows."""
        top = join(self.layout.place, "")
        parts = [part for handed in self.layout.handed for part in handed.parts]
        return {part.place.removeprefix(top).partition("/")[0] for part in parts} | {*self.layout.other_work}


def recognise(tree: Tree, chosen: str = AUTO) -> Recognised | None:
    """The form of a class; `None` if it has none of a platform's and none was chosen.

    `UsageError` if it hasn't the one that was chosen, or there is none of that name.
    """
    places = list(wrapped(tree))
    if chosen == FOLDER:
        return Recognised(title="", layout=Layout(handed=(), place=places[:2][-1] if tree.packed else ""))
    forms: dict[str, ImportFormat] = plugins.load_all("import_formats")
    for form, find in _finders(forms, chosen):
        for place in places:
            if layout := find(tree, place):
                return Recognised(title=form.title, layout=layout)
    if chosen == AUTO:
        return None
    form = forms[chosen.partition(PART)[0]]
    seen = listed(node.name for node in tree.children(places[-1])) or Words("nothing")
    raise UsageError(
        "{name} isn't what {title} gives out: expected {shape}, seen {seen}; name another form with "
        "--from, or leave it to the suite with --from {auto}",
        name=clean(tree.name),
        title=form.title,
        shape=form.shape,
        seen=seen,
        auto=AUTO,
    )


def forms_of_part(name: str) -> list[str]:
    """What to choose for the assignment of that name, in every form that may hold several."""
    forms: dict[str, ImportFormat] = plugins.load_all("import_formats")
    return [f"{form}{PART}{name}" for form, each in forms.items() if each.find_part]


def _finders(forms: Mapping[str, ImportFormat], chosen: str) -> list[tuple[ImportFormat, Find]]:
    """The forms to try, each with what finds it."""
    if chosen == AUTO:
        return [(form, form.find) for form in forms.values()]
    name, _, part = chosen.partition(PART)
    if name not in forms:
        raise UsageError(
            "no form of download is called {name!r}; known are: {known}",
            name=name,
            known=", ".join((AUTO, FOLDER, *forms)),
        )
    form = forms[name]
    if part and form.find_part is None:
        raise UsageError(
            "a download of {title} is of one assignment: leave out {mark}{part} after --from {name}",
            title=form.title,
            mark=PART,
            part=part,
            name=name,
        )
    return [(form, form.find_part(part) if part and form.find_part else form.find)]
