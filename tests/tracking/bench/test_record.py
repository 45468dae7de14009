"""The record of benchmarks: pytest-benchmark reads it, and it reads pytest-benchmark's."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from suite.cli import main
from suite.errors import UsageError
from suite.tracking.bench import Benchmark, Record, as_document, read
from suite.tracking.bench.anchor import VERSION, Anchor
from suite.tracking.bench.record import TimeRatio

RECORD = Record(
    benchmarks=tuple(
        Benchmark(
            fullname=f"stacked_rnn/stack10/{framework}/forward/cpu",
            group="stack10-forward",
            params={"model": "stack10", "framework": framework},
            seconds=(0.001, 0.0012, 0.0011),
            comparisons=(
                TimeRatio(other="anchor", log_ratio=math.log(2), interval=(math.log(1.9), math.log(2.1))),
                TimeRatio(other=f"stacked_rnn/stack10/{other}/forward/cpu", log_ratio=0.0, interval=(-0.1, 0.1)),
            ),
            anchor_seconds=0.0005,
            compile_seconds=0.2,
            peak_memory_bytes=300 << 20,
            items_per_second=30_000.0,
            steps_to_accuracy=31.7,
            seconds_to_accuracy=0.21,
            segments={"own": [[0.001, 0.0012]], "anchor": [[0.0005, 0.0006]], "batches": 20},
        )
        for framework, other in (("keras", "torch"), ("torch", "keras"))
    ),
    machine={"node": "here", "cpu": {"brand_raw": "<b>a processor</b>"}},
    commit={"id": "0123456789abcdef"},
    datetime="2026-01-02T03:04:05+00:00",
)


def test_what_is_written_is_read(tmp_path: Path) -> None:
    """A record comes back as it was, and the nightly record finds its figures in `extra_info`."""
    path = tmp_path / "bench.json"
    path.write_text(json.dumps(as_document(RECORD)))
    extra = json.loads(path.read_bytes())["benchmarks"][0]["extra_info"]
    assert extra["anchor_log_ratio"] == pytest.approx(math.log(2))
    assert extra["anchor_log_ratio_interval"] == pytest.approx([math.log(1.9), math.log(2.1)])
    assert extra["segments"]["own"] == [[0.001, 0.0012]]
    found = read(path)
    assert [b.fullname for b in found.benchmarks] == [b.fullname for b in RECORD.benchmarks]
    assert found.benchmarks[0].to_anchor == RECORD.benchmarks[0].to_anchor
    assert found.benchmarks[0].median == 0.0011
    assert (found.benchmarks[0].steps_to_accuracy, found.benchmarks[0].seconds_to_accuracy) == (31.7, 0.21)


def test_pytest_benchmark_reads_it(tmp_path: Path) -> None:
    """Its own command compares what we wrote."""
    path = tmp_path / "bench.json"
    path.write_text(json.dumps(as_document(RECORD)))
    command = [sys.executable, "-m", "pytest_benchmark", "compare", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "stacked_rnn/stack10/keras/forward/cpu" in done.stdout


def test_from_renders_table_and_page(tmp_path: Path) -> None:
    """`--from` runs nothing, and nothing in a file breaks out of the page."""
    path, page = tmp_path / "bench.json", tmp_path / "bench.html"
    path.write_text(json.dumps(as_document(RECORD)))
    done = CliRunner().invoke(main, ["bench", "--from", str(path), "--report", str(page)])
    assert done.exit_code == 0, done.output
    assert "2 (1.9 … 2.1)" in done.output
    html = page.read_text("utf-8")
    assert "&lt;b&gt;a processor" in html
    assert "<b>" not in html
    assert "300 MiB" in html
    assert "31.7" in html
    assert "210 ms" in html
    assert "as good as its recorded trainings after 31.7 steps" in " ".join(done.output.split())


def test_other_json_is_refused(tmp_path: Path) -> None:
    """A file that is no record is named."""
    path = tmp_path / "other.json"
    path.write_text("[]")
    with pytest.raises(UsageError, match=r"other\.json"):
        read(path)


def test_anchor_never_changes() -> None:
    """Its answers are those of the day on which it was frozen."""
    state = Anchor(32, 28, 28, 10)()
    assert VERSION == 1
    assert state.shape == (32, 10)
    assert np.abs(state).sum() == pytest.approx(199.93607, rel=1e-4)
