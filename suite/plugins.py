"""What can be added without changing the suite: entry points, which the suite uses for its own parts too.

| group | what an entry point names |
|---|---|
| `notebook_suite.checks` | a `suite.judging.checks.Check` |
| `notebook_suite.diagnoses` | a tuple of `suite.judging.diagnoses.Cause` |
| `notebook_suite.report_formats` | a function of a report and its folder, `suite.report.Format` |
| `notebook_suite.import_formats` | a `suite.grading.downloads.ImportFormat` |
| `notebook_suite.export_formats` | a function of an export, `suite.exporting.ExportFormat` |
| `notebook_suite.datasets` | a `suite.data.Dataset` |
| `notebook_suite.frameworks` | a `suite.frameworks.Framework` |
| `notebook_suite.sandboxes` | a `suite.sandbox.Sandbox` |
| `notebook_suite.messages` | a folder of gettext catalogues, or a mapping of keys to sentences in each language |

In a checkout the suite's own entry points are read from its `pyproject.toml`, so that they match the revision that
runs, whatever was installed; those of an installed wheel are in its metadata.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any

from suite.errors import UsageError

PREFIX = "notebook_suite"
GROUPS = (
    "checks",
    "diagnoses",
    "report_formats",
    "import_formats",
    "export_formats",
    "datasets",
    "frameworks",
    "sandboxes",
    "messages",
)
OWN = "notebook-suite"
"""Name of the suite's own distribution."""
PROJECT = Path(__file__).parent.parent / "pyproject.toml"


def names(group: str) -> list[str]:
    """Names of all parts of a group, the suite's own first; nothing is imported."""
    return list(_entries(group))


@cache
def load_all(group: str) -> dict[str, Any]:
    """Every part of a group by its name, the suite's own first.

    Raises `UsageError` for one that can't be imported, and for a name that two packages give.
    """
    return {name: _load(entry) for name, entry in _entries(group).items()}


def own_parts(group: str) -> dict[str, str]:
    """The suite's own parts of a group: what each name stands for."""
    return {entry.name: entry.value for entry in _own(group)}


@cache
def distributions(group: str) -> dict[str, str]:
    """Versions of the other packages that add to a group, by their names."""
    found = (entry.dist for entry in _foreign(group))
    return {dist.name: dist.version for dist in found if dist is not None}


@cache
def _entries(group: str) -> dict[str, EntryPoint]:
    own = _own(group)
    entries = {entry.name: entry for entry in own}
    for entry in sorted(_foreign(group), key=lambda entry: entry.name):
        if entry.name in entries:
            raise UsageError(
                "{one} adds {name!r} to {group}, and so does {other}; uninstall one of them",
                one=_owner(entry),
                name=entry.name,
                group=entry.group,
                other=_owner(entries[entry.name]),
            )
        entries[entry.name] = entry
    return entries


def _own(group: str) -> list[EntryPoint]:
    """The suite's own entry points."""
    if PROJECT.is_file():
        tables = tomllib.loads(PROJECT.read_text("utf-8"))["project"]["entry-points"]
        named = tables.get(f"{PREFIX}.{group}", {})
        return [EntryPoint(name=name, value=value, group=f"{PREFIX}.{group}") for name, value in named.items()]
    return [entry for entry in entry_points(group=f"{PREFIX}.{group}") if entry.dist and entry.dist.name == OWN]


def _foreign(group: str) -> list[EntryPoint]:
    """Entry points of other packages."""
    return [entry for entry in entry_points(group=f"{PREFIX}.{group}") if entry.dist and entry.dist.name != OWN]


def _load(entry: EntryPoint) -> Any:
    try:
        return entry.load()
    except Exception as error:
        raise UsageError(
            "{one} adds {name!r} to {group}, and {part} can't be imported ({kind}: {error}); mend or uninstall "
            "that package",
            one=_owner(entry),
            name=entry.name,
            group=entry.group,
            part=entry.value,
            kind=type(error).__name__,
            error=error,
        ) from error


def _owner(entry: EntryPoint) -> str:
    return entry.dist.name if entry.dist else OWN
