"""A store in object storage is the same store; what can't write whole or not at all is none."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from suite.assignments import load, load_expected
from suite.errors import EvidenceError, StorageError, UsageError
from suite.files import write_atomically
from suite.grading.merging import merge
from suite.grading.shards import FOLDER, Shard, begin, read_manifests
from suite.grading.store import Store, find_evidence, make_key, read_evidence
from suite.grading.store_place import find_place, is_folder
from suite.records import Evidence, Run, Submission, text
from suite.records.evidence_json import file_name
from tests.conftest import ROOT
from tests.provenance import provenance

ASSIGNMENT = load("stacked_rnn", ROOT / "reference")


@pytest.fixture
def place() -> Iterator[Path]:
    """In this process's memory, behind the same interface as a bucket."""
    found: Any = find_place("memory://class")
    yield found
    found.fs.store.clear()


def _evidence(name: str) -> Evidence:
    run = Run(cells=(), notebook="{}", seconds=1, sandbox="process")
    return Evidence(run=run, provenance=provenance(key=make_key([name]), submission=name, content_hash=name))


def test_evidence_is_kept_and_recalled(place: Path) -> None:
    """As in a folder: by its key, and never under another."""
    ana = _evidence("ana")
    store = Store(place / "evidence")
    assert ana.provenance is not None
    assert store.load(ana.provenance.key, ana.provenance) is None
    store.save(ana.provenance.key, ana)
    assert Store(place / "evidence").load(ana.provenance.key, ana.provenance) == ana
    assert Store(place / "evidence").knows(Submission(student="ana", source="", content_hash="ana"))
    assert list(find_evidence(place / "evidence", {("ana", "ana"), ("eva", "eva")}, "stacked_rnn")) == [("ana", "ana")]
    other = place / "evidence" / file_name(make_key(["eva"]))
    write_atomically(other, (place / "evidence" / file_name(ana.provenance.key)).read_bytes(), durable=True)
    with pytest.raises(EvidenceError, match="evidence of another run"):
        read_evidence(other)


def test_shards_meet_there(place: Path) -> None:
    """What each of them grades is known to all, and merged by whoever asks."""
    problem = text("empty_file", file="tarea.ipynb")
    papers = [Submission(student=name, source=name, content_hash=name, problem=problem) for name in ("ana", "eva")]
    begin(Shard.parse("1/2"), papers, ASSIGNMENT, "en", place)
    merged = merge(place, ASSIGNMENT, load_expected(ASSIGNMENT))
    assert merged.missing == {"2/2": ["eva"]}
    begin(Shard.parse("2/2"), papers, ASSIGNMENT, "en", place)
    assert [manifest.number for manifest in read_manifests(place)] == [1, 2]
    assert merge(place, ASSIGNMENT, load_expected(ASSIGNMENT)).missing == {}
    with pytest.raises(UsageError, match="in 2 shards, not in 3"):
        begin(Shard.parse("1/3"), papers, ASSIGNMENT, "en", place)
    assert (place / FOLDER / "1-of-2.json").is_file()


def test_a_folder_is_a_path() -> None:
    """Whatever its name; only an address has a protocol."""
    assert find_place("a:b/c") == Path("a:b/c")
    assert is_folder(find_place("/shared/class"))
    assert not is_folder(find_place("memory://class"))


@pytest.mark.parametrize("written", ["ftp://host/class", "sftp://host/class", "file:///shared", "http://host/x", "://"])
def test_what_writes_in_parts_is_refused(written: str) -> None:
    """Somebody could read half a file there; the sentence says what may be named."""
    with pytest.raises(UsageError, match="whole or not at all"):
        find_place(written)


def test_a_package_that_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sentence says what to install."""
    monkeypatch.setitem(__import__("sys").modules, "gcsfs", None)
    with pytest.raises(UsageError, match="pip install"):
        find_place("gs://bucket/class")


def test_storage_that_cannot_be_reached(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It ends the class, as a full disk does: everything would have to run again."""

    def fail(*_: Any) -> None:
        raise RuntimeError("no route")

    monkeypatch.setattr(type(place), "write_bytes", fail)
    with pytest.raises(StorageError, match=r"no route.*goes on where it stopped"):
        write_atomically(place / "x.json", b"{}", durable=True)
