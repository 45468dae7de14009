"""The ledger keeps what was entered, whatever happens to the command that writes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from suite.errors import StorageError
from suite.marking import LEDGER, append, copy_ledger, read_ledger
from suite.marking.entries import ADAPTER, CommentEntry, WithdrawalEntry, now
from suite.marking.ledger import ClassLedger, parse
from tests.marking.essays import mark


def _comment(words: str, **changes: str) -> CommentEntry:
    return CommentEntry.model_validate({"who": "Eva", "when": now(), "submission": "ana", "comment": words} | changes)


def test_no_file_says_nothing(tmp_path: Path) -> None:
    """And isn't made by reading."""
    assert read_ledger(tmp_path) == ClassLedger()
    assert not (tmp_path / LEDGER).exists()


def test_what_is_added_is_read(tmp_path: Path) -> None:
    """In its order, each on a line of its own, whatever it holds."""
    entries = (mark(), _comment('one\ntwo "\u2028" é 🙂 {x}'))
    for entry in entries:
        append(tmp_path, entry)
    assert read_ledger(tmp_path).entries == entries
    lines = (tmp_path / LEDGER).read_bytes().splitlines()
    assert [json.loads(line)["action"] for line in lines] == ["mark", "comment"]
    assert json.loads(lines[0]).keys() >= {"who", "when", "submission", "content_hash", "task"}


def test_a_line_that_was_cut_off_costs_nothing_else(tmp_path: Path) -> None:
    """What comes next begins on a line of its own."""
    append(tmp_path, _comment("first"), _comment("second"))
    path = tmp_path / LEDGER
    path.write_bytes(path.read_bytes()[:-20])
    ledger = read_ledger(tmp_path)
    assert [entry.comment for entry in ledger.entries if isinstance(entry, CommentEntry)] == ["first"]
    assert ledger.cut_off
    assert not ledger.damaged
    append(tmp_path, _comment("third"))
    ledger = read_ledger(tmp_path)
    assert [entry.comment for entry in ledger.entries if isinstance(entry, CommentEntry)] == ["first", "third"]
    assert ledger.damaged == (2,)


@pytest.mark.parametrize("line", [b"{}", b"[1]", b'{"action": "shout"}', b"\xff\xfe", b"null", b'"' * 300, b"[" * 9999])
def test_damaged_lines_are_named(line: bytes) -> None:
    """And the others count."""
    good = mark().model_dump_json().encode()
    ledger = parse(b"\n".join([good, line, b"", good, b""]))
    assert len(ledger.entries) == 2
    assert ledger.damaged == (2,)


@pytest.mark.parametrize("points", ["-1", "NaN", "Infinity", "1e99", '"x"'])
def test_points_are_figures(points: str) -> None:
    """A mark that is none isn't read."""
    line = mark().model_dump_json().replace('"clarity":3.0', f'"clarity":{points}')
    assert parse(line.encode() + b"\n").damaged == (1,)


def test_an_entry_can_be_withdrawn(tmp_path: Path) -> None:
    """The file keeps both."""
    entry = _comment("wrong")
    append(tmp_path, entry, WithdrawalEntry(who="Eva", when=now(), entry=entry.id))
    assert [type(each) for each in read_ledger(tmp_path).entries] == [WithdrawalEntry]
    assert len((tmp_path / LEDGER).read_bytes().splitlines()) == 2


def test_a_copy_adds_what_lacks(tmp_path: Path) -> None:
    """And takes nothing away; a folder copied into itself stays as it is."""
    one, other = tmp_path / "one", tmp_path / "other"
    one.mkdir(), other.mkdir()
    shared, mine, theirs = _comment("shared"), _comment("mine"), _comment("theirs")
    append(one, shared, mine)
    append(other, theirs, shared)
    for _ in range(2):
        copy_ledger(one, other)
        copy_ledger(other, other)
    assert read_ledger(other).entries == (theirs, shared, mine)


@pytest.mark.slow
def test_writers_at_once_lose_nothing(tmp_path: Path) -> None:
    """Each line is whole."""
    code = (
        "import sys; from pathlib import Path; from suite.marking import append\n"
        "from suite.marking.entries import CommentEntry, now\n"
        "for number in range(50):\n"
        "    append(Path(sys.argv[1]), CommentEntry(who=sys.argv[2], when=now(), submission='ana', comment='x' * 5000))"
    )
    writers = [
        subprocess.Popen([sys.executable, "-c", code, str(tmp_path), who], env=os.environ) for who in ("Eva", "Luis")
    ]
    assert [writer.wait() for writer in writers] == [0, 0]
    ledger = read_ledger(tmp_path)
    assert len(ledger.entries) == 100
    assert not ledger.damaged


def test_a_full_disk_leaves_it_as_it_was(tiny: Path) -> None:
    """And the error names the file."""
    append(tiny, _comment("first"))
    before = (tiny / LEDGER).read_bytes()
    (tiny / "ballast").write_bytes(bytes(500_000))
    too_many = [_comment("x" * 20_000)] * 40
    with pytest.raises(StorageError, match=LEDGER):
        append(tiny, *too_many)
    assert (tiny / LEDGER).read_bytes() == before


def test_every_kind_of_entry_goes_there_and_back() -> None:
    """As JSON."""
    common = {"id": "a", "who": "Eva", "when": "2026-11-26T10:00:00+01:00"}
    about = common | {"submission": "ana", "content_hash": "0"}
    for given in (
        about | {"action": "mark", "task": "t", "points": {"c": 1}},
        about | {"action": "override", "check": "runs", "points": 1, "reason": "because"},
        about | {"action": "comment", "comment": "c"},
        common | {"action": "group comment", "cause": "sequence", "comment": "c"},
        about | {"action": "request", "request": "r"},
        common | {"action": "answer", "request": "a", "answer": "b"},
        about | {"action": "extension", "hours": 24},
        about | {"action": "late", "hours": -2.5},
        common | {"action": "withdrawal", "entry": "a"},
    ):
        entry = ADAPTER.validate_python(given)
        assert ADAPTER.validate_json(entry.model_dump_json()) == entry
        assert entry.author.when == "2026-11-26T10:00:00+01:00"
