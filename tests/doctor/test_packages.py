"""Packages that are installed, and that no sandbox shows."""

from __future__ import annotations

import json
import sys
import sysconfig
from importlib import metadata
from pathlib import Path

import pytest

from suite.doctor import Status
from suite.doctor.packages import find_hidden, judge_packages
from suite.sandbox.root import is_shown
from tests.doctor.sentences import in_english


def _install(folder: Path, name: str, sources: Path | None = None) -> Path:
    described = folder / f"{name.replace('-', '_')}-1.0.dist-info"
    described.mkdir(parents=True)
    (described / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    if sources:
        origin = {"url": sources.as_uri(), "dir_info": {"editable": True}}
        (described / "direct_url.json").write_text(json.dumps(origin))
    return folder


def test_folders_that_sandboxes_show(tmp_path: Path) -> None:
    """Of the environment and the system; nothing of a home folder."""
    assert is_shown(Path(sysconfig.get_path("purelib")))
    assert is_shown(Path("/usr/lib/python3/dist-packages"))
    assert not is_shown(tmp_path)


def test_what_lies_elsewhere_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the user's folder, or as an editable package's sources; not the suite, nor what is found before."""
    shown = tmp_path / "environment"
    monkeypatch.setattr(sys, "prefix", str(shown))
    packages = _install(shown / "lib", "gensim")
    _install(packages, "My.Course", tmp_path / "sources ñ")
    _install(packages, "notebook-suite", tmp_path / "checkout")
    user = _install(tmp_path / "user", "Torch_Summary")
    _install(user, "gensim")
    found = find_hidden(metadata.distributions(path=[str(packages), str(user)]))
    assert found == {"my-course": str(tmp_path / "sources ñ"), "torch-summary": str(user)}


def test_what_is_said_of_them() -> None:
    """Where they lie, and what to do; without what a sandbox itself needs, nothing can be graded."""
    assert judge_packages({}).status is Status.GOOD
    found = judge_packages({"gensim": "/home/ana/.local/lib"})
    assert found.status is Status.WEAK
    assert "gensim, in /home/ana/.local/lib" in in_english(found)
    assert "pip install" in in_english(found)
    assert judge_packages({"numpy": "/home/ana/.local/lib"}).status is Status.MISSING


def test_outside_of_an_environment_one_is_to_be_made(monkeypatch: pytest.MonkeyPatch) -> None:
    """As the next pip would install into the user's folder again."""
    monkeypatch.setattr(sys, "prefix", sys.base_prefix)
    assert "python3 -m venv" in in_english(judge_packages({"gensim": "/home/ana/.local/lib"}))
