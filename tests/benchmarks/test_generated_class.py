"""The class with which growth is measured."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from suite.grading.collect import collect
from tests.benchmarks.generated_class import write_class


def test_a_class_has_its_shares_and_no_two_alike(tmp_path: Path) -> None:
    """One in ten is broken, one in fifty hostile; content decides what is stored, so copies would measure nothing."""
    kinds = write_class(tmp_path / "class", 200)
    assert Counter(kinds.values()) == {"right": 116, "wrong": 60, "broken": 20, "hostile": 4}
    read = [submission for submission in collect([tmp_path / "class"]) if submission.problem is None]
    assert len({submission.content_hash for submission in read}) == len(read) > 190
    again = write_class(tmp_path / "again", 200)
    assert again == kinds
    for path in sorted((tmp_path / "class").iterdir()):
        assert path.read_bytes() == (tmp_path / "again" / path.name).read_bytes()
