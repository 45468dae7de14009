"""What the history reads of pytest-benchmark's files, and how it refuses others."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy.engine import Connection

from suite.errors import UsageError
from suite.tracking.history.benchmark_json import read_night
from suite.tracking.history.exchange import import_bytes
from suite.tracking.history.record import load_nights
from suite.tracking.history.records import Measurement
from tests.tracking.history.nights import EPYC, NOW, as_bytes, as_file


def _measured(document: dict[str, Any]) -> Measurement:
    return read_night(as_bytes(document), "file").measurements[0][1]


def test_contract() -> None:
    """Ratio, interval, anchor, throughput, memory and compilation arrive as they were written."""
    measured = _measured(as_file(0, {"lstm": 0.05}, memory=3 << 30, compiling=0.5))
    assert (measured.log_ratio, measured.log_ratio_low, measured.log_ratio_high) == (0.05, 0.04, pytest.approx(0.06))
    assert measured.anchor_seconds == 0.01
    assert measured.seconds == pytest.approx(0.01 * math.exp(0.05))
    assert measured.peak_memory_bytes == 3 << 30
    assert measured.compile_seconds == 0.5
    assert measured.segments == [[measured.seconds, 0.01]]


def test_without_anchor_there_is_no_ratio() -> None:
    """A plain pytest-benchmark file has times only."""
    measured = _measured(as_file(0, {"lstm": 0.05}, with_anchor=False))
    assert (measured.log_ratio, measured.anchor_seconds) == (None, None)
    assert measured.seconds > 0


def test_unknown_keys_are_left_alone() -> None:
    """The format is another project's: what it adds doesn't matter."""
    document = as_file(0, {"lstm": 0.05})
    document["novelty"] = document["benchmarks"][0]["stats"]["novelty"] = 1
    assert _measured(document).log_ratio == 0.05


def test_framework_by_parameter_or_name() -> None:
    """The parameter counts, then a framework's name in the benchmark's."""
    document = as_file(0, {"test_time[lstm-forward-torch]": 0.0, "plain": 0.0})
    document["benchmarks"][0]["params"] = None
    document["benchmarks"][1]["params"] = {"framework": "keras"}
    night = read_night(as_bytes(document), "file")
    assert [benchmark.framework for benchmark, _ in night.measurements] == ["torch", "keras"]


def _without(*path: str | int) -> dict[str, Any]:
    document: Any = as_file(0, {"lstm": 0.05})
    place = document
    for key in path[:-1]:
        place = place[key]
    del place[path[-1]]
    return document


def _changed(key: str, value: Any) -> dict[str, Any]:
    document = as_file(0, {"lstm": 0.05})
    document["benchmarks"][0]["extra_info"][key] = value
    return document


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "it is empty"),
        (b" \n", "it is empty"),
        (b"not JSON", "it isn't JSON: Expecting value"),
        (as_bytes(as_file(0, {"lstm": 0.05}))[:300], "it isn't JSON"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"a": ' + b"9" * 5000 + b"}", "it isn't JSON that can be read"),
        (b"\xff\xfe\xfd", "it isn't JSON that can be read"),
        (b"[1]", "the whole"),
        (as_bytes({"kind": "something else"}), "machine_info is missing; benchmarks is missing; datetime is missing"),
        (as_bytes(_without("machine_info")), "machine_info is missing"),
        (as_bytes(_without("datetime")), "datetime is missing"),
        (as_bytes(_without("benchmarks", 0, "stats", "median")), "bench::lstm: stats.median is missing"),
        (as_bytes(_without("benchmarks", 0, "fullname")), "benchmark 1: fullname is missing"),
        (as_bytes(as_file(0, {})), "benchmarks: List should have at least 1 item"),
        (as_bytes(_changed("anchor_log_ratio", "NaN")), "anchor_log_ratio: expected the logarithm of a ratio"),
        (as_bytes(_changed("anchor_seconds", -1)), "anchor_seconds: expected a time above 0 seconds.*found -1"),
        (as_bytes(_changed("anchor_log_ratio", 9.0)), "lies outside anchor_log_ratio_interval"),
        (as_bytes(_changed("anchor_log_ratio", None)), "anchor_log_ratio_interval without anchor_log_ratio"),
    ],
)
def test_what_lacks_is_named(content: bytes, said: str) -> None:
    """A file that can't be used is refused with the place and what to do."""
    with pytest.raises(UsageError, match=said) as caught:
        read_night(content, "bench.json")
    assert "bench.json isn't a file of pytest-benchmark" in str(caught.value)
    assert "suite bench --json" in str(caught.value)


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (0, "found 0"),
        (0.0, "found 0.0"),
        (-0.1, "found -0.1"),
        (math.nan, "found NaN"),
        (math.inf, "found Infinity"),
        (1e300, "found 1e+300"),
        (5e-324, "found 5e-324"),
        (10**400, "found a number of hundreds of digits"),
        ("0.01", 'found "0.01"'),
        (True, "found true"),
        (None, "found null"),
        ([0.01], "found a list"),
        ({}, "found an object"),
    ],
)
def test_one_broken_median_costs_its_benchmark_alone(value: Any, found: str) -> None:
    """The others are kept, and it is named by its name, with what was expected and found."""
    document = as_file(0, {"lstm": 0.05, "gru": 0.01, "rnn": 0.02})
    document["benchmarks"][1]["stats"]["median"] = value
    night = read_night(as_bytes(document), "file")
    assert [benchmark.name for benchmark, _ in night.measurements] == ["lstm", "rnn"]
    (unsound,) = night.unsound
    assert unsound.name == "bench::gru"
    assert unsound.reason == f"stats.median: expected a time above 0 seconds, from 1e-12 to 1e+07, {found}"


@pytest.mark.parametrize(
    "broken",
    [
        {"stats": {"median": 0.1, "data": [0.1, math.nan]}},
        {"stats": None},
        {"extra_info": {"segments": [math.nan]}},
        {"extra_info": {"peak_memory_bytes": 10**30}},
        {"extra_info": {"compile_seconds": "fast"}},
        {"fullname": ""},
        {"fullname": 7},
        {"name": None},
    ],
)
def test_what_cannot_be_stored_is_left_out(broken: dict[str, Any]) -> None:
    """Whatever of a benchmark would break the database, an export or the statistics costs that benchmark alone."""
    document = as_file(0, {"lstm": 0.05, "gru": 0.01})
    document["benchmarks"][1] |= broken
    document["benchmarks"].append("no object")
    night = read_night(as_bytes(document), "file")
    assert [benchmark.name for benchmark, _ in night.measurements] == ["lstm"]
    assert [each.name for each in night.unsound][-1] == "benchmark 3"
    assert len(night.unsound) == 2


def test_one_name_twice_is_left_out() -> None:
    """Two measurements under one name can't be told apart later; the others are kept."""
    document = as_file(0, {"lstm": 0.05, "gru": 0.01})
    document["benchmarks"].append(document["benchmarks"][0])
    night = read_night(as_bytes(document), "file")
    assert [benchmark.name for benchmark, _ in night.measurements] == ["gru"]
    (unsound,) = night.unsound
    assert (unsound.name, unsound.reason) == ("bench::lstm", "expected once, and measured 2 times in one file")


def test_text_that_no_database_holds(sqlite_record: Connection) -> None:
    """NUL and lone surrogates in names and messages are replaced."""
    document = as_file(0, {"lstm": 0.05}, subject="a\0b\ud800")
    document["benchmarks"][0]["fullname"] = "bench::\0\udfff"
    assert import_bytes(sqlite_record, as_bytes(document), "file", NOW).new == 1
    (night,) = load_nights(sqlite_record).values()
    assert night.run.subject == "a\N{REPLACEMENT CHARACTER}b?"
    assert night.measurements[0][0].fullname == "bench::\N{REPLACEMENT CHARACTER}?"


@pytest.mark.parametrize("word", ["unversioned", "unknown", "", None, "HEAD", "0123"])
def test_a_word_for_no_commit_is_no_commit(word: str | None) -> None:
    """What tools write where there is no repository isn't taken for a revision."""
    document = as_file(0, {"lstm": 0.05})
    document["commit_info"]["id"] = word
    assert read_night(as_bytes(document), "file").run.commit == ""


@pytest.mark.parametrize("word", ["HEAD", "(detached head)", "(unknown)", "unknown", "", None])
def test_a_word_for_no_branch_is_no_branch(word: str | None) -> None:
    """A detached checkout is of no branch, whatever the tool calls it."""
    document = as_file(0, {"lstm": 0.05})
    document["commit_info"]["branch"] = word
    assert read_night(as_bytes(document), "file").run.branch == ""


@pytest.mark.parametrize(
    ("times", "taken"),
    [
        ({"time": "2022-12-31T12:00:00+02:00"}, datetime(2022, 12, 31, 10, tzinfo=UTC)),
        ({"time": "2022-12-01T00:00:00Z", "history_time": "2022-12-02T00:00:00Z"}, datetime(2022, 12, 2, tzinfo=UTC)),
        ({"time": "2106-02-07T06:28:15+00:00"}, None),
        ({"time": "2022-12-01T00:00:00Z", "history_time": "2106-02-07T06:28:15Z"}, datetime(2022, 12, 1, tzinfo=UTC)),
        ({"time": None}, None),
        ({"time": "yesterday"}, None),
        ({"time": "9999-12-31T23:59:59-14:00"}, None),
    ],
)
def test_a_commit_is_dated_before_its_measurement(times: dict[str, Any], taken: datetime | None) -> None:
    """A commit's date that can't be isn't used."""
    document = as_file(0, {"lstm": 0.05})
    document["commit_info"] |= times
    assert read_night(as_bytes(document), "file").run.committed_at == taken


def test_refused_file_stores_nothing(sqlite_record: Connection) -> None:
    """An export with one bad night isn't stored by halves."""
    bad = b'{"kind": "suite history", "schema_version": 9, "nights": []}'
    with pytest.raises(UsageError, match="schema_version"):
        import_bytes(sqlite_record, bad, "export", NOW)


def test_software_changes_the_fingerprint_and_not_the_hardware() -> None:
    """A new version of a framework is the same type of machine."""
    before = read_night(as_bytes(as_file(0, {"a": 0.0})), "a").machine
    newer = EPYC | {"frameworks": {"torch": "2.14.0"}}
    after = read_night(as_bytes(as_file(1, {"a": 0.0}, machine=newer)), "b").machine
    assert before.hardware == after.hardware
    assert before.fingerprint != after.fingerprint
