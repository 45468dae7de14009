"""What evidence depends on besides its submission: the code that makes it and the libraries used."""

from __future__ import annotations

import platform
from functools import cache
from importlib import metadata
from pathlib import Path

import suite
from suite import plugins
from suite.files import hash_files
from suite.frameworks import all_frameworks

EVIDENCE_PACKAGES = (
    "assignments",
    "data",
    "evidence",
    "frameworks",
    "grading",
    "inside",
    "records",
    "resident",
    "sandbox",
    "stats",
    "text",
)
"""Folders whose code takes part in making evidence; that of judging, reports and commands doesn't."""
COMMON = ("numpy", "pandas", "matplotlib", "ipykernel")
"""Python packages that every runtime imports."""
ADDING = ("datasets", "frameworks", "sandboxes")
"""Entry point groups of plug-ins that take part in making evidence."""


def code_digest() -> str:
    """Hash of the code that makes evidence, so that evidence from other code is never reused."""
    package = Path(suite.__file__).parent
    loose = package.glob("*.py")
    packages = (path for name in EVIDENCE_PACKAGES for path in (package / name).rglob("*.py"))
    return hash_files(package, [*loose, *packages])


def runtime_versions() -> dict[str, str]:
    """Versions of Python, of what a submission may import, and of the packages that add to what makes evidence.

    They are read from package metadata; nothing is imported.
    """
    installed = _installed()
    frameworks = (name for framework in all_frameworks().values() for name in framework.libraries)
    names = dict.fromkeys((*COMMON, *frameworks))
    added = {name: version for group in ADDING for name, version in plugins.distributions(group).items()}
    return {"python": platform.python_version()} | {name: installed.get(name, "absent") for name in names} | added


@cache  # what is imported stays as it is, whatever is installed meanwhile
def _installed() -> dict[str, str]:
    """The version of each installed package."""
    read = (distribution.metadata for distribution in metadata.distributions())  # each reading parses the file
    return {str(each["Name"]).lower().replace("-", "_"): str(each["Version"]) for each in read}
