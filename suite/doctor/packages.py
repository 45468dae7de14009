"""Packages that are installed here and that no sandbox shows, such as those of `pip install --user`."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import metadata
from pathlib import Path
from urllib.parse import unquote, urlsplit

from suite.doctor.diagnosis import Finding, Status
from suite.records import text
from suite.sandbox.root import is_shown
from suite.text.untrusted import listed

OWN = "notebook-suite"
"""Its part inside is shown wherever it lies."""
NEEDED = frozenset({"ipykernel", "numpy"})
"""What that part imports itself."""
SHOWN = 12
"""Names that a sentence lists at most."""


@cache
def hidden_packages() -> Mapping[str, str]:
    """The folder of each package, by its name, that submissions can't import."""
    return find_hidden(metadata.distributions())


def find_hidden(distributions: Iterable[metadata.Distribution]) -> Mapping[str, str]:
    """Of several with the same name the first is imported; names as package indexes compare them."""
    folders: dict[str, Path] = {}
    for each in distributions:
        folders.setdefault(plain_name(each.name), _folder(each))
    return {name: str(path) for name, path in sorted(folders.items()) if name != OWN and not is_shown(path)}


def plain_name(name: str) -> str:
    """A package's name as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def judge_packages(hidden: Mapping[str, str]) -> Finding:
    """Whether submissions see all that is installed here, and where what they don't see lies."""
    lack = Status.MISSING if NEEDED & hidden.keys() else Status.WEAK
    own = sys.prefix != sys.base_prefix
    told = text("doctor_packages_hidden", count=len(hidden), names=listed(hidden, SHOWN), folders=_folders(hidden))
    return Finding(
        name="packages",
        area="frameworks",
        title=text("doctor_packages"),
        status=lack if hidden else Status.GOOD,
        said=(told if hidden else text("doctor_packages_shown"),),
        remedies=(text("doctor_get_beside", python=sys.executable) if own else text("doctor_get_environment"),)
        if hidden
        else (),
        facts={"hidden": tuple(hidden)},
    )


def _folder(distribution: metadata.Distribution) -> Path:
    """Where its code lies: its folder of packages, or of an editable one its sources."""
    try:
        origin = json.loads(distribution.read_text("direct_url.json") or "{}")
    except ValueError:
        origin = {}
    if origin.get("dir_info", {}).get("editable"):
        return Path(unquote(urlsplit(origin["url"]).path))
    return Path(str(distribution.locate_file("")))


def _folders(hidden: Mapping[str, str]) -> str:
    return listed(dict.fromkeys(hidden.values()))
