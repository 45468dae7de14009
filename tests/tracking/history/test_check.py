"""Whole records through a check: which revisions are asked about, what is said, and what stays silent.

Unless a test says otherwise: 30 nights of one branch on one machine, times without an anchor, noise below 1 %.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy.engine import Connection

from suite.cli.history_tables import check_lines
from suite.tracking.history.check import CheckedRecord, check_record
from suite.tracking.history.exchange import import_bytes
from suite.tracking.history.judge import JudgedChange
from suite.tracking.history.records import ChangeStatus, FreshVerdict
from suite.tracking.history.settings import JudgeSettings
from suite.tracking.history.summary import as_markdown
from suite.tracking.history.verdict import Question
from tests.tracking.history.nights import EPYC, NOW, XEON, as_bytes, as_file, commit_of

NIGHTS, SLOW_FROM, SLOWDOWN = 30, 20, 0.25
SETTINGS = JudgeSettings()


@dataclass(slots=True)
class Verdict:
    """A fresh verdict that knows since which commit the code is slow, and remembers what it was asked."""

    slow_from: int
    asked: list[tuple[str, str]] = field(default_factory=list)

    def __call__(self, question: Question) -> FreshVerdict:
        self.asked.append((question.good, question.newest))
        slow = {commit_of(night) for night in range(self.slow_from, 2 * NIGHTS)}
        return FreshVerdict.SLOWER if question.newest in slow and question.good not in slow else FreshVerdict.SAME


def _value(night: int, slow_from: int) -> float:
    return 0.005 * (night * 7 % 3) + SLOWDOWN * (night >= slow_from)


def _night(night: int, slow_from: int = SLOW_FROM, **options: Any) -> dict[str, Any]:
    return as_file(night, {"lstm": _value(night, slow_from)}, with_anchor=False, **options)


def _nights(slow_from: int = SLOW_FROM, **options: Any) -> list[dict[str, Any]]:
    return [_night(night, slow_from, **options) for night in range(NIGHTS)]


def _store(record: Connection, documents: list[dict[str, Any]]) -> None:
    for document in documents:
        import_bytes(record, as_bytes(document), "night", NOW)


def _check(
    record: Connection, documents: list[dict[str, Any]], verdict: Verdict | None, wanted: str | None = None
) -> CheckedRecord:
    _store(record, documents)
    return check_record(record, verdict, NOW, wanted)


def _changes(checked: CheckedRecord) -> list[JudgedChange]:
    return [each for each in checked.judged if each.change.status is not ChangeStatus.DISMISSED]


def _date(checked: CheckedRecord, each: JudgedChange) -> int:
    return checked.runs[each.change.first_run][0].measured_at.timetuple().tm_yday - 1


def _said(checked: CheckedRecord) -> str:
    return "\n".join(line for line, _ in check_lines(checked, SETTINGS, "en"))


def test_a_real_slowdown_is_a_regression(sqlite_record: Connection) -> None:
    """The plain case: it is found at its night, and asked about between two revisions."""
    verdict = Verdict(SLOW_FROM)
    checked = _check(sqlite_record, _nights(), verdict)
    (found,) = _changes(checked)
    assert (found.open, _date(checked, found)) == (True, SLOW_FROM)
    assert verdict.asked == [(commit_of(SLOW_FROM - 3), commit_of(NIGHTS - 1))]


@pytest.mark.parametrize("branch", ["feature", "HEAD", "(detached head)", "12/merge", "Main"])
def test_slow_runs_of_another_branch_are_no_regression(sqlite_record: Connection, branch: str) -> None:
    """Main is steady, whatever two runs of something else show; they are said to be left out."""
    other = [_night(night, 0, commit_info={"branch": branch}) for night in (30, 31)]
    checked = _check(sqlite_record, [*_nights(slow_from=99), *other], Verdict(0))
    assert _changes(checked) == []
    assert "not judged: nights of other branches:" in _said(checked)
    assert " (2); --branch names one" in _said(checked)


@pytest.mark.parametrize("changes", [{"branch": "feature"}, {"branch": "HEAD"}, {"dirty": True}])
def test_fast_runs_of_another_branch_hide_nothing(sqlite_record: Connection, changes: dict[str, Any]) -> None:
    """Three of them after a slowdown of main, and it is a regression all the same."""
    other = [_night(night, 99, commit_info=changes) for night in (30, 31, 32)]
    verdict = Verdict(SLOW_FROM)
    checked = _check(sqlite_record, [*_nights(), *other], verdict)
    assert [each.open for each in _changes(checked)] == [True]
    assert verdict.asked[-1][1] == commit_of(NIGHTS - 1)


def test_each_branch_has_its_own_record(sqlite_record: Connection) -> None:
    """The same benchmark is judged in each branch by itself, and a verdict on one leaves the other alone."""
    slow = _nights(commit_info={"branch": "feature"})
    steady = [_night(night, 99, commit="f" * 38 + f"{night:02}") for night in range(NIGHTS)]
    documents = [document for pair in zip(slow, steady, strict=True) for document in pair]
    checked = _check(sqlite_record, documents, Verdict(SLOW_FROM), "feature")
    assert [each.open for each in _changes(checked)] == [True]
    assert _changes(check_record(sqlite_record, Verdict(SLOW_FROM), NOW)) == []
    assert len(check_record(sqlite_record, None, NOW, "feature").regressions) == 1


@pytest.mark.parametrize("uncommitted", [(30, 31), range(NIGHTS)])
def test_uncommitted_changes_stand_for_no_revision(sqlite_record: Connection, uncommitted: range) -> None:
    """Nights with uncommitted changes are shown as such, and no revision is asked about for them."""
    steady = [] if len(uncommitted) == NIGHTS else _nights(slow_from=99)
    verdict = Verdict(0)
    dirty = [_night(night, commit_info={"dirty": True}) for night in uncommitted]
    checked = _check(sqlite_record, [*steady, *dirty], verdict)
    assert verdict.asked == []
    assert checked.regressions == ()
    told = [each for each in _changes(checked) if each.series.dirty]
    assert len(told) == (len(uncommitted) == NIGHTS)
    assert ("bench::lstm (uncommitted changes) since" in _said(checked)) is bool(told)


@pytest.mark.parametrize("dated", [True, False])
@pytest.mark.parametrize("again", [5, 0])
def test_an_old_commit_measured_again_is_not_the_newest(sqlite_record: Connection, dated: bool, again: int) -> None:  # noqa: FBT001
    """The verdict is asked of the newest revision, and nothing is dismissed; with the commit's date or without."""

    def info(night: int) -> Mapping[str, Any]:
        return {"time": f"2023-01-{night + 1:02}T01:00:00Z"} if dated else {}

    nights = [_night(night, commit_info=info(night)) for night in range(NIGHTS)]
    old = [_night(again, commit_info=info(again), day=day) for day in (30, 31)]
    verdict = Verdict(SLOW_FROM)
    checked = _check(sqlite_record, [*nights, *old], verdict)
    assert [each.open for each in _changes(checked)] == [True]
    assert verdict.asked[-1][1] == commit_of(NIGHTS - 1)


def test_an_old_commit_measured_for_the_first_time(sqlite_record: Connection) -> None:
    """Its date says where it belongs, even if the record never saw it."""
    nights = [_night(n, commit_info={"time": f"2023-01-{n + 1:02}T01:00:00Z"}) for n in range(NIGHTS)]
    old = _night(5, commit="abcdef" * 6, day=30, commit_info={"time": "2023-01-05T12:00:00Z"})
    verdict = Verdict(SLOW_FROM)
    checked = _check(sqlite_record, [*nights, old], verdict)
    assert [each.open for each in _changes(checked)] == [True]
    assert verdict.asked[-1][1] == commit_of(NIGHTS - 1)


@pytest.mark.parametrize(
    "software",
    [
        {"machine_info": {"release": "6.1.2-generic"}},
        {"machine_info": {"python_version": "3.11.8"}},
        {"machine": EPYC | {"frameworks": {"torch": "2.14.0"}}},
        {"machine": EPYC | {"driver": "550.54"}},
        {"machine": EPYC | {"frequency_policy": "performance"}},
        {"machine": EPYC | {"blas": ["mkl 2025"]}},
    ],
)
@pytest.mark.parametrize(
    ("code_slow_from", "status"),
    [(None, ChangeStatus.UNCONFIRMED), (SLOW_FROM, ChangeStatus.REGRESSION), (99, ChangeStatus.ENVIRONMENT)],
    ids=["not asked", "slower", "the same"],
)
def test_a_slowdown_beside_a_change_of_software_is_seen(
    sqlite_record: Connection, software: Mapping[str, Any], code_slow_from: int | None, status: ChangeStatus
) -> None:
    """The series goes on, the change of level is judged, and what changed on the machine is said beside it."""
    nights = [_night(night, **(software if night >= SLOW_FROM else {})) for night in range(NIGHTS)]
    checked = _check(sqlite_record, nights, None if code_slow_from is None else Verdict(code_slow_from))
    (found,) = _changes(checked)
    assert found.change.status is status
    assert len(checked.series) == 1
    comes = "came with that and not with a revision" if status is ChangeStatus.ENVIRONMENT else "may come from it"
    assert f"the machine changed in the same nights, and the slowdown of 28.4 % {comes}: " in _said(checked)
    assert "2023-01-21 the machine changed: " in _said(checked)


@pytest.mark.parametrize("slow_from", [NIGHTS - 2, NIGHTS - 1])
def test_the_newest_nights_beside_a_change_of_software(sqlite_record: Connection, slow_from: int) -> None:
    """A slowdown on its first night has the remark as well."""
    nights = [_night(n, slow_from, machine_info={"release": f"6.{n >= slow_from}"}) for n in range(NIGHTS)]
    checked = _check(sqlite_record, nights, None)
    assert [each.change.status for each in _changes(checked)] == [ChangeStatus.UNCONFIRMED]
    assert "may come from it: system and kernel: Linux 6.False → Linux 6.True" in _said(checked)


def test_the_newest_nights_after_an_upgrade_are_not_dismissed(sqlite_record: Connection) -> None:
    """Both revisions are equally slow with today's framework; when the level has lasted, it is the environment's."""
    for number, status in ((21, ChangeStatus.UNCONFIRMED), (24, ChangeStatus.ENVIRONMENT)):
        new = EPYC | {"frameworks": {"torch": "2.14.0"}}
        nights = [_night(n, 20, machine=new if n >= 20 else EPYC) for n in range(number)]
        checked = _check(sqlite_record, nights, Verdict(99))
        assert [each.change.status for each in checked.judged] == [status]
    assert "came with that and not with a revision: frameworks: torch 2.13.0 → torch 2.14.0" in _said(checked)


def test_what_changed_is_said_from_what_to_what(sqlite_record: Connection) -> None:
    """A kernel patch is named, on the check's output and in the summary of a regression."""
    nights = [_night(n, machine_info={"release": "6.1.2" if n >= SLOW_FROM else "6.1.1"}) for n in range(NIGHTS)]
    checked = _check(sqlite_record, nights, Verdict(SLOW_FROM))
    assert _said(checked).count("system and kernel: Linux 6.1.1 → Linux 6.1.2") == 2
    assert "`system and kernel: Linux 6.1.1 → Linux 6.1.2`" in as_markdown(checked)


def test_a_change_of_software_alone_is_no_slowdown(sqlite_record: Connection) -> None:
    """It is said, and nothing more."""
    nights = [_night(n, 99, machine_info={"release": f"6.1.{n // 10}"}) for n in range(NIGHTS)]
    checked = _check(sqlite_record, nights, Verdict(99))
    assert checked.judged == ()
    assert [line for line in _said(checked).splitlines() if "the machine changed: " in line] == [
        "2023-01-11 the machine changed: system and kernel: Linux 6.1.0 → Linux 6.1.1",
        "2023-01-21 the machine changed: system and kernel: Linux 6.1.1 → Linux 6.1.2",
    ]


@pytest.mark.parametrize("slow", [("3.11.7", "3.12.1"), ("3.12.1",)])
def test_two_versions_measured_each_night(sqlite_record: Connection, slow: tuple[str, ...]) -> None:
    """Each is a series, however much faster one is, and a slowdown of either is found."""
    nights = []
    for night in range(NIGHTS):
        for hour, version in enumerate(("3.11.7", "3.12.1")):
            value = _value(night, SLOW_FROM if version in slow else 99) - 0.3 * hour
            info = {"python_version": version}
            nights.append(as_file(night, {"lstm": value}, with_anchor=False, machine_info=info, day=night + 0.1 * hour))
    checked = _check(sqlite_record, nights, Verdict(SLOW_FROM))
    assert len(checked.series) == 2
    assert [(_date(checked, each), each.open, each.upgrade) for each in _changes(checked)] == [
        (SLOW_FROM, True, None) for _ in slow
    ]


def test_an_upgrade_over_some_days_is_one(sqlite_record: Connection) -> None:
    """Where old and new kernel take turns for a week the series goes on, and what the new one costs is seen."""
    new = {night for night in range(NIGHTS) if night in (14, 16, 17) or night >= 19}
    values = {night: 0.005 * (night * 7 % 3) + SLOWDOWN * (night in new) for night in range(NIGHTS)}
    nights = [
        as_file(night, {"lstm": value}, with_anchor=False, machine_info={"release": f"6.{night in new:d}"})
        for night, value in values.items()
    ]
    checked = _check(sqlite_record, nights, Verdict(99))
    assert len(checked.series) == 1
    assert [each.change.status for each in _changes(checked)] == [ChangeStatus.ENVIRONMENT]
    assert "came with that and not with a revision: system and kernel: Linux 6.0 → Linux 6.1" in _said(checked)


def test_another_processor_starts_anew_and_says_so(sqlite_record: Connection) -> None:
    """Times of two types of machine don't compare; the new one's nights are too few for a while, which is said."""
    nights = [_night(n, machine=XEON if n >= 25 else EPYC) for n in range(NIGHTS)]
    checked = _check(sqlite_record, nights, None)
    assert "2023-01-26 another type of machine: cpu: EPYC 1" in _said(checked)
    assert "not judged yet: 1 series with up to 10 nights" in _said(checked)


def test_host_name_and_clock_rate_make_no_difference(sqlite_record: Connection) -> None:
    """They differ each night, and it is one series in which the slowdown is found."""
    nights = [
        _night(
            night,
            machine_info={
                "node": f"runner-{night}",
                "cpu": {
                    "brand_raw": "EPYC 1",
                    "hz_actual": [2_000_000_000 + night, 0],
                    "hz_actual_friendly": str(night),
                },
            },
        )
        for night in range(NIGHTS)
    ]
    checked = _check(sqlite_record, nights, Verdict(SLOW_FROM))
    assert (len(checked.series), [each.open for each in _changes(checked)]) == (1, [True])


@pytest.mark.parametrize("word", ["unversioned", "unknown", "", None])
@pytest.mark.parametrize("branch", ["(unknown)", "main", None])
def test_without_git_nothing_is_asked_and_no_commit_named(
    sqlite_record: Connection, word: str | None, branch: str | None
) -> None:
    """The slowdown is told without a revision."""
    verdict = Verdict(SLOW_FROM)
    checked = _check(sqlite_record, _nights(commit_info={"id": word, "branch": branch}), verdict)
    (found,) = _changes(checked)
    assert (found.change.status, verdict.asked) == (ChangeStatus.UNCONFIRMED, [])
    (line, *_) = _said(checked).splitlines()
    assert line == "unconfirmed +28.4 % bench::lstm since 2023-01-21 (change 1)"


def test_a_night_without_git_among_others(sqlite_record: Connection) -> None:
    """The revisions beside it are asked about."""
    nights = _nights()
    for night in (SLOW_FROM - 3, NIGHTS - 1):
        nights[night]["commit_info"]["id"] = "unversioned"
    verdict = Verdict(SLOW_FROM)
    assert [each.open for each in _changes(_check(sqlite_record, nights, verdict))] == [True]
    assert verdict.asked == [(commit_of(SLOW_FROM - 4), commit_of(NIGHTS - 2))]


def test_one_revision_is_not_asked_against_itself(sqlite_record: Connection) -> None:
    """Where the code never changed, no measurement is needed to say that it isn't slower."""
    verdict = Verdict(0)
    checked = _check(sqlite_record, _nights(commit=commit_of(0)), verdict)
    assert (verdict.asked, checked.regressions) == ([], ())


@pytest.mark.parametrize("seed", range(3))
def test_files_in_any_order(sqlite_record: Connection, seed: int) -> None:
    """The same date, and the same question."""
    nights = _nights()
    random.Random(seed).shuffle(nights)
    verdict = Verdict(SLOW_FROM)
    checked = _check(sqlite_record, nights, verdict)
    (found,) = _changes(checked)
    assert _date(checked, found) == SLOW_FROM
    assert verdict.asked == [(commit_of(SLOW_FROM - 3), commit_of(NIGHTS - 1))]


def test_slow_for_a_week_then_back(sqlite_record: Connection) -> None:
    """It is past, nothing is open, and nothing is asked."""
    values = {night: 0.005 * (night * 7 % 3) + SLOWDOWN * (12 <= night < 19) for night in range(NIGHTS)}
    nights = [as_file(night, {"lstm": value}, with_anchor=False) for night, value in values.items()]
    verdict = Verdict(99)
    checked = _check(sqlite_record, nights, verdict)
    assert [each.change.status for each in _changes(checked)] == [ChangeStatus.PAST, ChangeStatus.IMPROVEMENT]
    assert (checked.regressions, verdict.asked) == ((), [])


@pytest.mark.parametrize("odd", [0, 15, NIGHTS - 1])
def test_one_night_with_an_anchor_hides_no_times(sqlite_record: Connection, odd: int) -> None:
    """The nights without an anchor are judged by their times all the same, and the other way round."""
    nights = _nights()
    nights[odd] = as_file(odd, {"lstm": _value(odd, SLOW_FROM)})
    checked = _check(sqlite_record, nights, Verdict(SLOW_FROM))
    assert [(each.open, each.series.by_ratio) for each in _changes(checked)] == [(True, False)]
