"""Stored evidence belongs to one run of one submission; whatever else lies in its place is made again."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from suite.errors import EvidenceError
from suite.grading.store import Store, make_key, read_evidence
from suite.records import Evidence, Outcome, Run, Submission, text
from suite.records.evidence_json import SCHEMA_VERSION, file_name, hash_evidence
from suite.text.language import say
from tests.provenance import provenance

ANA, LUIS = make_key(["ana"]), make_key(["luis"])


def _evidence(key: str, name: str) -> Evidence:
    run = Run(cells=(), notebook="{}", seconds=1, sandbox="process")
    return Evidence(run=run, provenance=provenance(key=key, submission=name))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Of two students."""
    store = Store(tmp_path)
    store.save(ANA, _evidence(ANA, "ana"))
    store.save(LUIS, _evidence(LUIS, "luis"))
    return tmp_path


def _copy(mine: Path, other: Path) -> None:
    mine.write_bytes(other.read_bytes())


def _swap(mine: Path, other: Path) -> None:
    content = mine.read_bytes()
    mine.write_bytes(other.read_bytes())
    other.write_bytes(content)


def _rename_inside(mine: Path, other: Path) -> None:
    """A copy whose key was put right."""
    mine.write_text(json.dumps(json.loads(other.read_bytes()) | {"key": mine.stem}))


def _cut(mine: Path, _other: Path) -> None:
    mine.write_bytes(mine.read_bytes()[:-20])


def _empty(mine: Path, _other: Path) -> None:
    mine.write_bytes(b"")


def _edit(mine: Path, _other: Path) -> None:
    mine.write_bytes(mine.read_bytes().replace(b'"seconds": 1', b'"seconds": 2'))


def _nest(mine: Path, _other: Path) -> None:
    mine.write_text("[" * 100_000)


def _other_document(mine: Path, _other: Path) -> None:
    mine.write_text("[1, 2]")


def _other_values(mine: Path, _other: Path) -> None:
    names = ("key", "sha256", "evidence")
    mine.write_text(json.dumps({"schema_version": SCHEMA_VERSION} | {name: [] for name in names}))


def _pipe(mine: Path, _other: Path) -> None:
    mine.unlink()
    os.mkfifo(mine)


def _dangle(mine: Path, _other: Path) -> None:
    mine.unlink()
    mine.symlink_to("nowhere")


HARMS = (_copy, _swap, _rename_inside, _cut, _empty, _edit, _nest, _other_document, _other_values, _pipe, _dangle)


@pytest.mark.parametrize("harm", HARMS)
def test_what_cannot_be_read_is_run_again(folder: Path, harm: Callable[[Path, Path], None]) -> None:
    """It is said whose it is, and the new evidence takes the place."""
    path = folder / file_name(ANA)
    harm(path, folder / file_name(LUIS))
    with pytest.raises(EvidenceError):
        read_evidence(path)
    store = Store(folder)
    assert store.load(ANA, provenance(key=ANA, submission="ana")) is None
    (reason,) = store.reasons()
    assert "1 (ana)" in say(reason, "en")
    store.save(ANA, _evidence(ANA, "ana"))
    assert Store(folder).load(ANA, provenance(submission="ana")) == _evidence(ANA, "ana")


@pytest.mark.parametrize("harm", HARMS)
def test_reasons_are_looked_for_among_anything(folder: Path, harm: Callable[[Path, Path], None]) -> None:
    """Files that can't be read don't end the search for why others are run again."""
    harm(folder / file_name(ANA), folder / file_name(LUIS))
    store = Store(folder)
    assert store.load(make_key(["eva"]), provenance(submission="eva")) is None
    assert store.reasons() == []


def test_a_closed_store_keeps_nothing(folder: Path) -> None:
    """What ends because the suite ends it is no evidence."""
    store = Store(folder)
    store.close()
    store.save(make_key(["eva"]), _evidence(make_key(["eva"]), "eva"))
    assert len(list(folder.iterdir())) == 2


def test_what_is_sound_is_recalled(folder: Path) -> None:
    store = Store(folder)
    assert store.load(ANA, provenance(submission="ana")) == _evidence(ANA, "ana")
    assert (store.recalled, store.reasons()) == (1, [])


@pytest.mark.parametrize(
    ("end", "recalled"),
    [(Outcome.ERROR, True), (Outcome.TIMEOUT, False), (Outcome.MEMORY, False), (Outcome.LIMIT, False)],
)
def test_what_a_limit_stopped_is_run_again(folder: Path, end: Outcome, *, recalled: bool) -> None:
    """It may end otherwise; what died by itself did so twice."""
    ana = _evidence(ANA, "ana")
    Store(folder).save(ANA, replace(ana, run=replace(ana.run, stopped=text("kernel_died", cell=1), stopped_as=end)))
    assert (Store(folder).load(ANA, provenance(submission="ana")) is not None) == recalled


def test_slow_ones_come_first(folder: Path) -> None:
    """By their last run; one that is new stands where most are, and those that are alike keep their order."""
    eva, new = make_key(["eva"]), ("new", "another", "nadia")
    evidence = _evidence(eva, "eva")
    Store(folder).save(eva, replace(evidence, run=replace(evidence.run, seconds=60)))
    papers = [Submission(student=name, source=name) for name in (new[0], "ana", new[1], "eva", "luis", new[2])]
    ordered = [submission.student for submission in Store(folder).slow_first(papers)]
    assert ordered == ["eva", "new", "ana", "another", "luis", "nadia"]
    assert Store(folder / "empty").slow_first(papers) == papers


@pytest.mark.parametrize("indent", [None, 2])
def test_evidence_that_another_program_wrote_anew_is_the_same(folder: Path, indent: int | None) -> None:
    """An editor that lays out JSON otherwise, or sorts its names, changes no evidence."""
    path = folder / file_name(ANA)
    before = json.loads(path.read_bytes())
    path.write_text(json.dumps(before, indent=indent, sort_keys=True))
    assert read_evidence(path) == _evidence(ANA, "ana")


def test_a_second_document_beside_the_hashed_one_is_refused(folder: Path) -> None:
    """It is the last one that a reader of JSON would take."""
    path = folder / file_name(ANA)
    _, mark, other = (folder / file_name(LUIS)).read_text().partition(', "evidence": ')
    path.write_text(path.read_text().removesuffix("}") + mark + other)
    with pytest.raises(EvidenceError, match="SHA-256"):
        read_evidence(path)


def test_evidence_of_an_earlier_version_is_read(folder: Path) -> None:
    """Version 0.2.0 stored it without the other hashes, and named that of the evidence in `results.json`."""
    path = folder / file_name(ANA)
    stored = json.loads(path.read_bytes())
    assert stored["sha256"] == _hash_sorted([ANA, stored["evidence"]])
    path.write_text(json.dumps({name: stored[name] for name in ("schema_version", "key", "sha256", "evidence")}))
    found = read_evidence(path)
    assert (found, hash_evidence(found)) == (_evidence(ANA, "ana"), _hash_sorted(stored["evidence"]))


def _hash_sorted(plain: object) -> str:
    return hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()


def test_evidence_has_one_hash(folder: Path) -> None:
    """Where it was observed, in the store, and where it is read; another one for anything added."""
    evidence = _evidence(ANA, "ana")
    assert hash_evidence(evidence) == hash_evidence(read_evidence(folder / file_name(ANA)))
    more = replace(evidence, shell_lines=("pip install x",))
    assert hash_evidence(more) != hash_evidence(evidence)


def test_what_is_stored_keeps_its_order(folder: Path) -> None:
    """Pages show it in that order, and aren't written again where nothing has changed."""
    evidence = replace(_evidence(ANA, "ana"), versions={"torch": "2", "keras": "3"})
    Store(folder).save(ANA, evidence)
    assert list(read_evidence(folder / file_name(ANA)).versions) == ["torch", "keras"]


@pytest.mark.parametrize("name", ["key", "sha256", "observed_sha256", "written_sha256"])
def test_hashes_that_were_changed_are_no_proof(folder: Path, name: str) -> None:
    """What they say of the evidence is computed from it then."""
    path = folder / file_name(ANA)
    stored = json.loads(path.read_bytes())
    path.write_text(json.dumps(stored | {name: "0" * 64}))
    if name in {"key", "sha256"}:
        with pytest.raises(EvidenceError):
            read_evidence(path)
    else:
        assert hash_evidence(read_evidence(path)) == hash_evidence(_evidence(ANA, "ana"))
