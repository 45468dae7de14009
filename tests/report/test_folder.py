"""A report's folder: one command at a time, whole reports, and nothing of somebody else's overwritten."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from suite.errors import StorageError, UsageError
from suite.records import Report
from suite.report import names_of, write
from suite.report.folder import LOCK, OWN, hold, refuse_others
from suite.report.page_name import page_name
from tests.conftest import ROOT
from tests.report.test_class_view import a_result

HOLD = """
import sys
from pathlib import Path
from suite.report.folder import hold
with hold(Path(sys.argv[1])):
    print("held", flush=True)
    input()
"""
REPORT = Report(assignment="stacked_rnn", title="Stack", language="en", results=(), notes=())


@pytest.fixture
def other(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that has the folder."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path / "report")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_two_exclude_each_other(other: subprocess.Popen[str], tmp_path: Path) -> None:
    """The message names process, host and time; when the other was killed, the folder is free."""
    with pytest.raises(UsageError) as raised, hold(tmp_path / "report"):
        pass
    for words in ("is in use", f"process {other.pid} on {os.uname().nodename}", "since 20", "wait until it has ended"):
        assert words in str(raised.value)
    other.send_signal(signal.SIGKILL)
    other.wait()
    with hold(tmp_path / "report") as before:
        assert f"process {other.pid}" in str(before)
    with hold(tmp_path / "report") as before:
        assert before is None


def test_the_lock_may_hold_anything(tmp_path: Path) -> None:
    """What the file says is for people; what the kernel says decides."""
    (tmp_path / OWN).mkdir()
    (tmp_path / OWN / LOCK).write_text("[1")
    with hold(tmp_path) as before:
        assert str(before) == "it doesn't say which"
    said = {"process": "\x1b[2J", "host": "\udc80", "since": 1, "command": "suite"}
    (tmp_path / OWN / LOCK).write_text(json.dumps(said))
    with hold(tmp_path) as before:
        assert "since 1 (suite)" in str(before)
        assert str(before).isprintable()


def test_a_file_in_the_place_of_the_evidence(tmp_path: Path) -> None:
    """That path is named."""
    (tmp_path / "evidence").touch()
    with pytest.raises(FileExistsError) as raised, hold(tmp_path):
        pass
    assert raised.value.filename == str(tmp_path / "evidence")


@pytest.mark.parametrize("name", ["index.html", "grades.csv", "results.json"])
def test_others_files_are_not_overwritten(tmp_path: Path, name: str) -> None:
    """Neither before nor after, and no other file of the report is written then; `force` overwrites."""
    (tmp_path / name).write_text("mine")
    for attempt in (lambda: refuse_others(tmp_path, names_of([]), force=False), lambda: write(REPORT, tmp_path)):
        with pytest.raises(UsageError) as raised:
            attempt()
        assert name in str(raised.value)
        assert "--force" in str(raised.value)
    assert {path.name for path in tmp_path.iterdir()} == {OWN, name}
    assert (tmp_path / name).read_text() == "mine"
    write(REPORT, tmp_path, force=True)
    assert (tmp_path / name).read_text() != "mine"
    write(REPORT, tmp_path)


@pytest.mark.parametrize("steps", range(9))
def test_a_command_may_be_killed_between_any_two_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, steps: int
) -> None:
    """The next one knows all of them as the suite's, the old ones and the new."""
    write(REPORT, tmp_path)
    replace_file, left = Path.replace, iter(range(steps))

    def replace_some(path: Path, target: Path) -> Path:
        if next(left, None) is None:
            raise KeyboardInterrupt
        return replace_file(path, target)

    monkeypatch.setattr(Path, "replace", replace_some)
    with suppress(KeyboardInterrupt):
        write(replace(REPORT, title="Other"), tmp_path)
    monkeypatch.undo()
    write(REPORT, tmp_path)
    write(replace(REPORT, title="Third"), tmp_path)
    assert "Third" in (tmp_path / "index.html").read_text("utf-8")


def test_what_was_changed_since_is_not_overwritten(tmp_path: Path) -> None:
    """Such as marks that were written into the table by hand."""
    write(REPORT, tmp_path)
    write(REPORT, tmp_path)
    with (tmp_path / "grades.csv").open("a") as stream:
        stream.write("ana,by hand\n")
    with pytest.raises(UsageError, match=r"grades\.csv"):
        write(REPORT, tmp_path)
    assert "by hand" in (tmp_path / "grades.csv").read_text()


def test_links_folders_and_files_in_the_place_of_folders(tmp_path: Path) -> None:
    """Whatever lies in the place of a page is somebody else's."""
    (tmp_path / "kept").write_text("mine")
    (tmp_path / "index.html").symlink_to(tmp_path / "kept")
    (tmp_path / "grades.csv").mkdir()
    (tmp_path / "submissions").write_text("mine")
    with pytest.raises(UsageError) as raised:
        refuse_others(tmp_path, names_of(["ana"]), force=False)
    for name in ("index.html", "grades.csv", "submissions/ana"):
        assert name in str(raised.value)


def test_other_files_stay(tmp_path: Path) -> None:
    """A report beside notes of one's own."""
    (tmp_path / "notes.txt").write_text("mine")
    write(REPORT, tmp_path)
    assert (tmp_path / "notes.txt").read_text() == "mine"


def test_what_a_killed_command_was_writing_is_removed(tmp_path: Path) -> None:
    """New reports and unfinished evidence."""
    (tmp_path / OWN / "new-x" / "submissions").mkdir(parents=True)
    (tmp_path / "evidence").mkdir()
    (tmp_path / "evidence" / f".{'0' * 32}.json.abcdefgh").touch()
    (tmp_path / "evidence" / "mine.txt").touch()
    with hold(tmp_path):
        assert [path.name for path in (tmp_path / OWN).iterdir()] == [LOCK]
        assert [path.name for path in (tmp_path / "evidence").iterdir()] == ["mine.txt"]


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    """The path is named."""
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="report") as raised, hold(tmp_path / "file" / "report"):
        pass
    assert raised.value.filename == str(tmp_path / "file" / "report")


def test_a_full_disk_is_found_before_and_keeps_the_old_report(tiny: Path) -> None:
    """Both name the path, and what was written before is whole."""
    write(REPORT, tiny)
    before = {path: path.read_bytes() for path in tiny.iterdir() if path.is_file()}
    filler = tiny / "filler"
    with suppress(OSError), filler.open("wb", buffering=0) as stream:
        while True:
            stream.write(bytes(4096))
    with pytest.raises(StorageError) as raised, hold(tiny):
        pass
    assert str(tiny) in str(raised.value)
    with pytest.raises(StorageError) as raised:
        write(REPORT, tiny)
    assert f"{tiny}/" in str(raised.value)
    assert "No space left on device" in str(raised.value)
    filler.unlink()
    assert {path: path.read_bytes() for path in tiny.iterdir() if path.is_file()} == before
    write(REPORT, tiny)


def test_a_read_only_folder_is_found_before(tiny: Path) -> None:
    """Even for root."""
    subprocess.run(["mount", "-o", "remount,ro", str(tiny)], check=True)
    with pytest.raises(StorageError, match="Read-only file system"), hold(tiny):
        pass


def test_only_pages_that_changed_are_written_again(tmp_path: Path) -> None:
    """Those of a result that is as before stay, whatever happens to others; in another language all are new."""
    results = tuple(a_result(name, 3) for name in ("ana", "bea"))
    write(replace(REPORT, results=results), tmp_path)
    pages = {name: tmp_path / "submissions" / page_name(name) for name in ("ana", "bea")}
    before = {name: page.stat().st_ino for name, page in pages.items()}
    write(replace(REPORT, results=(results[0], a_result("bea", 2))), tmp_path)
    assert [pages[name].stat().st_ino == before[name] for name in pages] == [True, False]
    write(replace(REPORT, results=results, language="es"), tmp_path)
    assert pages["ana"].stat().st_ino != before["ana"]
    assert 'lang="es"' in pages["ana"].read_text()


def test_a_page_that_somebody_changed_is_not_taken_for_the_suites(tmp_path: Path) -> None:
    """Even if what it is made of is as before."""
    report = replace(REPORT, results=(a_result("ana", 3),))
    write(report, tmp_path)
    page = tmp_path / "submissions" / page_name("ana")
    page.write_text(page.read_text().replace("ana", "eva"))
    with pytest.raises(UsageError, match="was changed since"):
        write(report, tmp_path)
    write(report, tmp_path, force=True)
    assert "ana" in page.read_text()
