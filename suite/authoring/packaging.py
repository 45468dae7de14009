"""An assignment and this suite as an autograder that a platform installs and runs.

The archive holds the suite's own files, a `pyproject.toml` that names its parts, what to install, and the assignment;
nothing is built there. Public: `package_gradescope`.
"""

from __future__ import annotations

import io
import json
import re
import tomllib
import zipfile
from collections.abc import Iterator, Mapping
from importlib.metadata import requires
from importlib.resources import files
from pathlib import Path

import suite
from suite import plugins
from suite.assignments import Assignment, Budget
from suite.frameworks import framework_named
from suite.grading.contents import is_ignored
from suite.grading.roster import Table, people_of
from suite.records import Language

OWN = Path(suite.__file__).parent
CONSTRAINTS = OWN.parent / "constraints.txt"
EXECUTABLE, ORDINARY = 0o100755, 0o100644
EXTRA = re.compile(r"""(?P<what>[^;]+?)\s*;.*\bextra\s*==\s*['"](?P<name>[^'"]+)['"]""")
SELF = re.compile(rf"{plugins.OWN}\[(?P<extras>[\w,]+)\]")
SCRIPTS = ("setup.sh", "run_autograder")
ROSTER = "roster.csv"


def package_gradescope(
    assignment: Assignment, *, budget: Budget, language: Language, visibility: str, roster: Table | None = None
) -> bytes:
    """The zip that Gradescope takes as an autograder; of the class list it holds who is who."""
    values = {"ASSIGNMENT": assignment.name, "BUDGET": budget, "LANG": language, "VISIBILITY": visibility}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in SCRIPTS:
            script = files("suite.authoring").joinpath("gradescope", name).read_text("utf-8")
            _put(archive, name, _fill(script, values).encode(), EXECUTABLE)
        for name, content in _contents(assignment):
            _put(archive, name, content, ORDINARY)
        if roster is not None:
            _put(archive, ROSTER, people_of(roster).encode(), ORDINARY)
    return packed.getvalue()


def _contents(assignment: Assignment) -> Iterator[tuple[str, bytes]]:
    """Path and content of everything but the scripts."""
    yield "pyproject.toml", _project().encode()
    yield "requirements.txt", "".join(f"{each}\n" for each in requirements(assignment)).encode()
    yield "constraints.txt", CONSTRAINTS.read_bytes() if CONSTRAINTS.is_file() else b""
    for folder, target in ((OWN, "suite"), (assignment.folder, f"assignments/{assignment.name}")):
        for path in sorted(folder.rglob("*")):
            inner = path.relative_to(folder)
            if path.is_file() and not path.is_symlink() and not any(map(is_ignored, inner.parts)):
                yield f"{target}/{inner.as_posix()}", path.read_bytes()


def _put(archive: zipfile.ZipFile, name: str, content: bytes, mode: int) -> None:
    entry = zipfile.ZipInfo(name)
    entry.external_attr = mode << 16
    entry.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(entry, content)


def _fill(script: str, values: Mapping[str, str]) -> str:
    for name, value in values.items():
        script = script.replace(f"@{name}@", value)
    return script


def requirements(assignment: Assignment) -> list[str]:
    """What the suite and the assignment's frameworks need."""
    needed, extras = _dependencies()
    waiting = [framework_named(name).extra for name in assignment.frameworks] or ["common"]
    waiting += ["data"] if assignment.data else []
    found = dict.fromkeys(needed)
    seen: set[str] = set()
    while waiting:
        extra = waiting.pop(0)
        if extra in seen:
            continue
        seen.add(extra)
        for each in extras.get(extra, ()):
            own = SELF.fullmatch(each)
            waiting += own["extras"].split(",") if own else []
            found |= {} if own else {each: None}
    return list(found)


def _dependencies() -> tuple[list[str], dict[str, list[str]]]:
    """What the suite needs, and what each of its extras does; in a checkout as that says."""
    if plugins.PROJECT.is_file():
        project = tomllib.loads(plugins.PROJECT.read_text("utf-8"))["project"]
        return project["dependencies"], project["optional-dependencies"]
    needed: list[str] = []
    extras: dict[str, list[str]] = {}
    for each in requires(plugins.OWN) or ():
        extra = EXTRA.fullmatch(each)
        if extra:
            extras.setdefault(extra["name"], []).append(extra["what"])
        else:
            needed.append(each)
    return needed, extras


def _project() -> str:
    """A `pyproject.toml` from which the suite reads its own parts."""
    lines = ["[project]", f"name = {json.dumps(plugins.OWN)}", f"version = {json.dumps(suite.__version__)}"]
    for group in plugins.GROUPS:
        lines += ["", f'[project.entry-points."{plugins.PREFIX}.{group}"]']
        own = plugins.own_parts(group).items()
        lines += [f"{json.dumps(name)} = {json.dumps(value)}" for name, value in own]
    return "\n".join([*lines, ""])
