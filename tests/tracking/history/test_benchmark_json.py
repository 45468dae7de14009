"""What the history reads of pytest-benchmark's files, and how it refuses others."""

from __future__ import annotations

import math
from typing import Any

import pytest
from sqlalchemy.engine import Connection

from suite.errors import UsageError
from suite.tracking.history.benchmark_json import read_night
from suite.tracking.history.exchange import import_bytes
from suite.tracking.history.records import Measurement
from tests.tracking.history.nights import EPYC, as_bytes, as_file


def _measured(document: dict[str, Any]) -> Measurement:
    return read_night(as_bytes(document), "file").measurements[0][1]


def test_contract() -> None:
    """Ratio, interval, anchor, throughput, memory and compilation arrive as they were written."""
    measured = _measured(as_file(0, {"lstm": 0.05}))
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
        (b"", "Invalid JSON"),
        (b"[1]", "the file"),
        (as_bytes(_without("machine_info")), "machine_info: Field required"),
        (as_bytes(_without("benchmarks", 0, "stats", "median")), "benchmarks.0.stats.median: Field required"),
        (as_bytes(as_file(0, {})), "benchmarks: List should have at least 1 item"),
        (as_bytes(_changed("anchor_log_ratio", "NaN")), "anchor_log_ratio: Input should be a finite number"),
        (as_bytes(_changed("anchor_seconds", -1)), "anchor_seconds: Input should be greater than 0"),
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


def test_one_name_twice_is_refused() -> None:
    """Two measurements under one name can't be told apart later."""
    document = as_file(0, {"lstm": 0.05})
    document["benchmarks"] *= 2
    with pytest.raises(UsageError, match="measured twice in one file: bench::lstm"):
        read_night(as_bytes(document), "file")


def test_refused_file_stores_nothing(sqlite_record: Connection) -> None:
    """An export with one bad night isn't stored by halves."""
    bad = b'{"kind": "suite history", "schema_version": 9, "nights": []}'
    with pytest.raises(UsageError, match="schema_version"):
        import_bytes(sqlite_record, bad, "export")


def test_software_changes_the_fingerprint_and_not_the_hardware() -> None:
    """A new version of a framework is the same type of machine."""
    before = read_night(as_bytes(as_file(0, {"a": 0.0})), "a").machine
    newer = EPYC | {"frameworks": {"torch": "2.14.0"}}
    after = read_night(as_bytes(as_file(1, {"a": 0.0}, machine=newer)), "b").machine
    assert before.hardware == after.hardware
    assert before.fingerprint != after.fingerprint
