"""Parts of a class: how they are written, who is in which, and what a store says of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from suite.assignments import load, load_expected
from suite.errors import EvidenceError, UsageError
from suite.grading.merging import merge
from suite.grading.shards import FOLDER, Shard, begin, end, read_manifests
from suite.records import Identity, Outcome, Result, Submission, text
from tests.conftest import ROOT

CLASS = [Submission(student=f"student {number}", source=f"student {number}.ipynb") for number in range(23)]
ASSIGNMENT = load("stacked_rnn", ROOT / "reference")


def test_everybody_is_in_one_shard() -> None:
    """Whatever the order in which a machine lists the class; the parts differ by one submission at most."""
    parts = [Shard(number, 4).choose(CLASS if number % 2 else CLASS[::-1]) for number in range(1, 5)]
    assert sorted(one.student for part in parts for one in part) == sorted(one.student for one in CLASS)
    assert {len(part) for part in parts} == {5, 6}


@pytest.mark.parametrize("written", ["", "3", "0/4", "5/4", "1/0", "-1/4", "1/4/2", "a/b", "1 /4", "1/99999999"])
def test_anything_else_is_wrong_usage(written: str) -> None:
    """The sentence says what was written, and how it is written."""
    with pytest.raises(UsageError, match="3/40"):
        Shard.parse(written)


def test_a_store_says_what_ended(tmp_path: Path) -> None:
    """A shard is known from its start, and as ended only at its end, with what the harness failed for."""
    chosen, manifest = begin(Shard.parse("2/4"), CLASS, ASSIGNMENT, "es", tmp_path)
    (before,) = read_manifests(tmp_path)
    assert not before.ended
    assert len(before.names) == len(CLASS)
    failed = Result(
        submission=chosen[0].student,
        source="",
        status=Outcome.HARNESS_ERROR,
        score=None,
        max_score=18,
        verdicts=(),
        summary=text("harness_failed", reason="a disk"),
    )
    end(manifest, [failed], tmp_path)
    (after,) = read_manifests(tmp_path)
    assert after.ended
    assert [member.submission for member in after.members if member.problem] == [chosen[0].student]


def test_one_class_is_divided_in_one_way(tmp_path: Path) -> None:
    """Shards of 4 and of 5 would leave some out, so the second division is refused."""
    begin(Shard.parse("2/4"), CLASS, ASSIGNMENT, "en", tmp_path)
    with pytest.raises(UsageError, match="in 4 shards, not in 5"):
        begin(Shard.parse("2/5"), CLASS, ASSIGNMENT, "en", tmp_path)


def test_a_damaged_manifest_is_named(tmp_path: Path) -> None:
    """And what to do about it."""
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / "1-of-2.json").write_text("[" * 100_000)
    with pytest.raises(EvidenceError, match=r"1-of-2.json is damaged .* run this shard again"):
        read_manifests(tmp_path)


def test_a_store_keeps_who_it_was(tmp_path: Path) -> None:
    """Number and address, by which exports find a student, and the hash by which people's marks find a submission."""
    who = Identity(id="12", name="Ana Gil", email="ana@x.es", late=True)
    problem = text("empty_file", file="tarea.ipynb")
    given = [Submission(student="Ana Gil", source="x/Ana", identity=who, content_hash="1" * 64, problem=problem)]
    begin(Shard.parse("1/1"), given, ASSIGNMENT, "en", tmp_path)
    (result,) = merge(tmp_path, ASSIGNMENT, load_expected(ASSIGNMENT)).results
    assert (result.identity, result.content_hash, result.score) == (who, "1" * 64, 0)
