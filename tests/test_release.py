"""What a release says of itself agrees, and what CI installs is locked."""

from __future__ import annotations

import re

from suite import __version__
from tests.conftest import ROOT

PIN = re.compile(r"^([\w.-]+)==([^\s\\]+)", re.MULTILINE)


def _pins(name: str) -> dict[str, str]:
    """Versions by name, as package indexes compare names."""
    found = PIN.findall((ROOT / name).read_text("utf-8"))
    return {re.sub(r"[-_.]+", "-", package).lower(): version for package, version in found}


def test_the_lock_is_of_these_constraints() -> None:
    """.ci/requirements.in says how the lock is made anew."""
    locked = _pins(".ci/requirements.lock")
    pinned = _pins("constraints.txt")
    assert {name: version for name, version in pinned.items() if locked.get(name) != version} == {}


def test_everything_locked_has_a_hash() -> None:
    """Otherwise pip refuses all of it."""
    entries = re.split(r"\n(?=\S)", (ROOT / ".ci" / "requirements.lock").read_text("utf-8").strip())
    assert [entry.split(" ")[0] for entry in entries if "--hash=sha256:" not in entry] == []


def test_the_changelog_has_this_version() -> None:
    """With its day, which the citation names, too, below what isn't released yet."""
    headings = re.findall(r"^## (.*)", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    version, day = headings[1].split(", ")
    assert (headings[0], version) == ("Unreleased", __version__)
    assert f"\ndate-released: {day}\n" in (ROOT / "CITATION.cff").read_text("utf-8")


def test_the_wheel_that_is_installed_is_of_this_version() -> None:
    """docs/installation.md names its file."""
    named = re.findall(r"notebook_suite-([\d.]+)-py3", (ROOT / "docs" / "installation.md").read_text("utf-8"))
    assert set(named) == {__version__}


def test_the_citation_is_of_this_version() -> None:
    """CITATION.cff names it, too."""
    assert f"\nversion: {__version__}\n" in (ROOT / "CITATION.cff").read_text("utf-8")
