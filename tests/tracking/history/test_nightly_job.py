"""The nightly job's own commands, from tox.ini, night after night: what the documentation says of unusual nights."""

from __future__ import annotations

import configparser
import json
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from suite.cli import main
from tests.conftest import ROOT
from tests.tracking.history.nights import EPYC, XEON, as_file

SAME, SLOWER = "true {benchmark} {figure}", "false {benchmark} {figure}"
"""Commands that give a fresh verdict."""


def _commands() -> list[list[str]]:
    """Of the environment `nightly`, but for the measuring."""
    read = configparser.ConfigParser(interpolation=None)
    read.read(ROOT / "tox.ini", "utf-8")
    nightly = read["testenv:nightly"]
    lines = f"{nightly['commands']}\n{nightly['commands_post']}".strip().splitlines()
    return [shlex.split(line)[1:] for line in lines if line.startswith("suite history")]


@dataclass(frozen=True)
class Night:
    """What a night came to."""

    failed: bool
    said: str
    summary: str
    page: str


@dataclass(frozen=True)
class Job:
    """The job in a folder of its own."""

    folder: Path

    def keep(self, documents: Sequence[Mapping[str, Any]]) -> None:
        """Nights that nobody looked at."""
        for number, document in enumerate(documents):
            (self.folder / f"{number}.json").write_text(json.dumps(document))
        files = [str(self.folder / f"{number}.json") for number in range(len(documents))]
        done = CliRunner().invoke(main, ["history", "import", *files])
        assert done.exit_code == 0, done.output

    def run(self, document: Mapping[str, Any], confirm: str = SAME) -> Night:
        """Tonight; a file lies where `suite bench` writes it."""
        reports = self.folder / "reports"
        reports.mkdir(exist_ok=True)
        (reports / "bench.json").write_text(json.dumps(document))
        failed, said = False, []
        for words in _commands():
            command = [word for word in words if word != "{posargs}"]
            command += ["--confirm", confirm] if "check" in words else []
            done = CliRunner().invoke(main, command)
            assert done.exit_code in {0, 1}, done.output
            failed |= done.exit_code == 1
            said.append(done.output)
        summary, page = reports / "regressions.md", reports / "history" / "index.html"
        return Night(
            failed=failed, said="\n".join(said), summary=summary.read_text("utf-8"), page=page.read_text("utf-8")
        )


@pytest.fixture
def job(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Job:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SUITE_HISTORY_DATABASE", raising=False)
    return Job(tmp_path)


def _night(night: int, level: float = 0.0, name: str = "lstm", **options: Any) -> dict[str, Any]:
    return as_file(night, {name: 0.005 * (night * 7 % 3) + level}, memory=300 << 20, compiling=0.2, **options)


def test_the_commands_are_those_of_the_job() -> None:
    """Import, judge with confirmation and a summary, draw in both languages."""
    assert [words[:2] for words in _commands()] == [
        ["history", each] for each in ("import", "check", "render", "render")
    ]


def test_the_first_night(job: Job) -> None:
    """Nothing is there: the record, the summary and the page are made, and it is said that nothing is judged yet."""
    night = job.run(_night(0))
    assert not night.failed
    assert "not judged yet: 3 series" in night.said
    assert night.summary.startswith("No confirmed regression")
    assert "lstm" in night.page


def test_a_renamed_benchmark_is_a_new_one(job: Job) -> None:
    """The old one's nights stay and end; the new one isn't held against them, however slow it is."""
    job.keep([_night(night) for night in range(20)])
    for number in range(20, 24):
        night = job.run(_night(number, 0.5, "gru"), SLOWER)
        assert not night.failed
    assert "not judged yet: 3 series" in night.said
    assert "bench::lstm" in night.page
    assert "bench::gru" in night.page


@pytest.mark.parametrize(("level", "failed"), [(0.0, False), (0.2, True)])
def test_a_gap_of_weeks(job: Job, level: float, failed: bool) -> None:  # noqa: FBT001
    """The series goes on where it was; what got slower meanwhile is found in the first two nights after it."""
    job.keep([_night(night) for night in range(20)])
    nights = [job.run(_night(number, level), SLOWER) for number in (50, 51)]
    assert any(night.failed for night in nights) is failed
    assert ("`bench::lstm`" in nights[-1].summary) is failed


def test_a_new_machine(job: Job) -> None:
    """Its first nights aren't judged, and raise nothing, whatever they show; it is said."""
    job.keep([_night(night) for night in range(20)])
    for number in range(20, 23):
        night = job.run(_night(number, 0.3, machine=XEON), SLOWER)
        assert not night.failed
    assert "another type of machine: cpu: EPYC 1" in night.said


def test_a_framework_upgrade_that_makes_it_slower(job: Job) -> None:
    """It is called that: neither a regression of a revision nor dismissed."""
    job.keep([_night(night) for night in range(20)])
    new = EPYC | {"frameworks": {"torch": "2.14.0"}}
    said = []
    for number in range(20, 25):
        night = job.run(_night(number, 0.2, machine=new))
        assert not night.failed
        assert "dismissed" not in night.said
        said.append(night.said)
    assert any(
        "came with that and not with a revision: frameworks: torch 2.13.0 → torch 2.14.0" in each for each in said
    )


def test_a_lost_night_is_made_up_for(job: Job) -> None:
    """The record of the night before is imported again, and nothing counts twice."""
    job.keep([_night(night) for night in range(20)])
    job.keep([_night(night) for night in range(20)])
    night = job.run(_night(20))
    assert "nights: 21;" in night.said
