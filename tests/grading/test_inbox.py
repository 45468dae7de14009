"""A folder into which work arrives: what is complete, new, and within a student's rate."""

from __future__ import annotations

import os
from pathlib import Path

from suite.grading.collect import read_class
from suite.grading.inbox import Inbox, Turns
from suite.grading.replay import StoredResult
from suite.records import Identity, Submission


def _complete(box: Inbox) -> set[str]:
    found = read_class([box.folder]).submissions
    return {submission.student for submission in found if box.has_all_of(submission)}


def test_complete_is_what_does_not_change(tmp_path: Path) -> None:
    """By size and time of every file, however deep; what programs call unfinished is never complete."""
    box = Inbox(folder=tmp_path, settle=10)
    (tmp_path / "ana.py").write_text("1")
    (tmp_path / "blas" / "src").mkdir(parents=True)
    (tmp_path / "blas" / "src" / "tarea.py").write_text("1")
    (tmp_path / "carla.py.part").write_text("1")
    assert not box.look(100)
    assert box.look(110)
    assert _complete(box) == {"ana", "blas"}
    assert not box.look(111)
    (tmp_path / "blas" / "src" / "tarea.py").write_text("12")
    assert box.look(112)
    assert _complete(box) == {"ana"}
    assert not box.look(121)
    assert box.look(122)
    assert _complete(box) == {"ana", "blas"}


def test_the_same_size_and_another_time_is_a_change(tmp_path: Path) -> None:
    """Also where nothing has to settle."""
    box = Inbox(folder=tmp_path, settle=0)
    (tmp_path / "ana.py").write_text("1")
    assert box.look(1)
    assert not box.look(2)
    os.utime(tmp_path / "ana.py", ns=(5, 5))
    assert box.look(3)


def test_files_of_one_student_wait_for_each_other(tmp_path: Path) -> None:
    """In a download that lies flat."""
    box = Inbox(folder=tmp_path, settle=10)
    (tmp_path / "Ana_7_assignsubmission_file_tarea.py").write_text("1")
    box.look(0)
    (tmp_path / "Ana_7_assignsubmission_file_redes.py").write_text("1")
    box.look(9)
    box.look(12)
    assert _complete(box) == set()
    box.look(19)
    assert _complete(box) == {"Ana"}


def test_links_lead_nowhere(tmp_path: Path) -> None:
    """What lies behind one isn't looked at."""
    (tmp_path / "other").mkdir()
    (tmp_path / "inbox").mkdir()
    (tmp_path / "inbox" / "ana").symlink_to(tmp_path / "other", target_is_directory=True)
    box = Inbox(folder=tmp_path / "inbox", settle=0)
    box.look(0)
    (tmp_path / "other" / "x").write_text("1")
    assert not box.look(1)


def _submission(name: str, content: str, number: str = "") -> Submission:
    return Submission(student=name, source=name, content_hash=content, identity=Identity(id=number))


def _stored(name: str, content: str) -> StoredResult:
    summary = {"key": "not_run", "values": {}}
    told = {"submission": name, "source": name, "content_hash": content, "status": "fail", "score": 1, "max_score": 2}
    return StoredResult.model_validate({**told, "summary": summary, "verdicts": [], "evidence": None})


def test_turns(tmp_path: Path) -> None:
    """Only what is new or was changed is graded; too many in an hour wait; stopping gives nobody a turn."""
    turns = Turns(path=tmp_path / "turns.json", per_hour=2)
    given = [_submission("ana", "1", "7"), _submission("blas", "1")]
    assert turns.choose(given, [_stored("blas", "1")], 0) == ([given[0]], [])
    for moment in (0, 10):
        turns.take([given[0]], moment)
    again = Turns(path=tmp_path / "turns.json", per_hour=2)
    changed = [_submission("ana otra vez", "2", "7"), _submission("blas", "2")]
    assert again.choose(changed, [], 20) == ([changed[1]], [changed[0]])
    assert again.choose(changed, [], 3700) == (changed, [])
    assert Turns(path=tmp_path / "turns.json", per_hour=None).choose(changed, [], 20) == (changed, [])
    (tmp_path / "turns.json").write_text('{"turns": [')
    assert again.choose(changed, [], 20) == (changed, [])
