"""What a process that forks for commands has ready for the next one."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from suite.cli import ahead
from suite.data import sources


def test_datasets_of_a_command_are_read_for_the_next(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Those that it looked for, where it looked."""
    monkeypatch.setenv("SUITE_DATA_DIR", str(tmp_path))
    monkeypatch.setattr(sources, "looked_for", set())
    assert sources.find_real("mnist", {"HOME": str(tmp_path), "SUITE_STAND_IN": "1"}) is None
    receive, send = os.pipe()
    ahead.note_datasets(send)
    os.close(send)
    with os.fdopen(receive, "rb") as stream:
        notes = stream.read()

    read: list[tuple[str, str]] = []

    def find_real(name: str, environment: Mapping[str, str]) -> None:
        read.append((name, environment["SUITE_DATA_DIR"]))

    monkeypatch.setattr(sources, "find_real", find_real)
    ahead.read_ahead(b"nonsense\n" + notes)
    assert read == [("mnist", str(tmp_path))]


def test_a_command_without_data_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is read for it."""
    monkeypatch.setattr(sources, "looked_for", set())
    receive, send = os.pipe()
    ahead.note_datasets(send)
    os.close(send)
    with os.fdopen(receive, "rb") as stream:
        assert stream.read() == b""
