"""`suite bench` on one model: both frameworks and the anchor take turns."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from suite.sandbox.gpu import gpu_devices
from tests.conftest import run_suite

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def benched(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, dict[str, Any], str]:
    """The table, the record and the page of one group."""
    folder = tmp_path_factory.mktemp("bench")
    done = run_suite(
        *("bench", "--quick", "--only", "stack8/torch/forward"),
        *("--json", folder / "bench.json", "--report", folder / "bench.html"),
    )
    assert done.returncode == 0, done.stderr
    return done.stdout, json.loads((folder / "bench.json").read_text()), (folder / "bench.html").read_text("utf-8")


@pytest.mark.nightly
def test_record_has_what_the_nightly_record_needs(benched: tuple[str, dict[str, Any], str]) -> None:
    """Ratio to the anchor with its interval, absolute figures, and the raw segments."""
    benchmarks = benched[1]["benchmarks"]
    assert [b["params"]["framework"] for b in benchmarks] == ["keras", "torch"]
    for benchmark in benchmarks:
        extra = benchmark["extra_info"]
        low, high = extra["anchor_log_ratio_interval"]
        assert low <= extra["anchor_log_ratio"] <= high
        assert len(extra["segments"]["own"]) == len(extra["segments"]["anchor"]) == 6
        for figure in ("anchor_seconds", "items_per_second", "peak_memory_bytes"):
            assert extra[figure] > 0
        assert extra["compile_seconds"] >= 0
        assert benchmark["stats"]["rounds"] == 12


@pytest.mark.nightly
def test_frameworks_are_held_against_each_other(benched: tuple[str, dict[str, Any], str]) -> None:
    """The table and the page say how many times the other's time one takes."""
    assert "takes" in benched[0]
    pair = "stacked_rnn/stack8/keras/forward/cpu</th><td>stacked_rnn/stack8/torch/forward/cpu</td>"
    assert benched[2].count(pair) == 1


@pytest.mark.nightly
def test_learning_takes_the_same_steps_each_time(tmp_path: Path) -> None:
    """In new processes, in both frameworks; the seconds differ."""
    nights = []
    for night in ("one", "other"):
        path = tmp_path / f"{night}.json"
        done = run_suite(
            *("bench", "--quick", "--learning", "--only", "next_symbol/torch/train"),
            *("--json", path, "--report", tmp_path / "bench.html"),
        )
        assert done.returncode == 0, done.stderr
        assert "as good as its recorded trainings" in done.stdout
        nights.append([each["extra_info"] for each in json.loads(path.read_text())["benchmarks"]])
    one, other = ([each["steps_to_accuracy"] for each in night] for night in nights)
    assert one == other
    assert all(0 < steps < 90 for steps in one)  # 90 would be never
    assert all(each["seconds_to_accuracy"] > 0 for night in nights for each in night)


@pytest.mark.skipif(bool(gpu_devices()), reason="this machine has a GPU")
@pytest.mark.parametrize("command", [("bench", "--quick"), ("bench", "compare", "HEAD")])
def test_a_gpu_that_is_not_there_is_refused_before_anything_runs(command: tuple[str, ...], tmp_path: Path) -> None:
    """With the files that are expected."""
    done = run_suite(*command, "--device", "gpu", "--json", tmp_path / "bench.json")
    assert done.returncode == 2
    said = " ".join(done.stderr.split())
    assert "the device files of an NVIDIA GPU are expected" in said
    assert "suite doctor" in said
    assert list(tmp_path.iterdir()) == []


def test_unknown_benchmark(tmp_path: Path) -> None:
    """A pattern that fits nothing is wrong usage, and the remedy is named."""
    done = run_suite("bench", "--only", "nothing_like_it", "--report", tmp_path / "b.html")
    assert done.returncode == 2
    assert "--list" in done.stderr


def test_list_runs_nothing() -> None:
    """Every model of every assignment has a benchmark in both frameworks and both kinds of work."""
    names = run_suite("bench", "--list").stdout.split()
    assert len(names) == len(set(names))
    assert {"rnn_guide/mnist_lstm_cell/keras/train/cpu", "news_rnn/news_lstm/torch/forward/cpu"} <= set(names)
