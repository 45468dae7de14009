"""Attacks on what neighbours share cost honest work nothing; `python -m tests.validation.attacks` repeats it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.validation.attacks import compare, run

pytestmark = [pytest.mark.slow, pytest.mark.nightly]  # two classes of some dozen seconds


def test_honest_marks_stay(tmp_path: Path) -> None:
    """Ten honest submissions have the same points beside ten attacks as alone, and the attacks gain nothing."""
    outcome = compare(run(tmp_path / "alone", attacked=False), run(tmp_path / "together", attacked=True))
    assert (outcome.changed, outcome.gained) == ((), ())
