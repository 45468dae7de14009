"""What a benchmark of a reference begins with, and the pattern that measures several."""

from __future__ import annotations

from pathlib import Path

import pytest

from suite import assignments
from suite.records import Device
from suite.tracking.bench.groups import bench_groups
from suite.tracking.compare.reach import read_graph, touched
from suite.tracking.compare.suite_bench import SuiteBench, cover
from tests.conftest import ROOT

NAMES = [
    f"{assignment}/{model}/{framework}/forward/cpu"
    for assignment, model in (("stacked_rnn", "stack8"), ("news_rnn", "news_lstm"))
    for framework in ("keras", "torch")
]
STACK_KERAS, STACK_TORCH, NEWS_KERAS, NEWS_TORCH = NAMES


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("reference/stacked_rnn/model_torch.py", [STACK_TORCH]),
        ("reference/news_rnn/assignment.toml", [NEWS_KERAS, NEWS_TORCH]),
        ("suite/inside/frameworks/keras/adapter.py", [STACK_KERAS, NEWS_KERAS]),
        ("suite/inside/worker/__main__.py", NAMES),
        ("suite/tracking/bench/runners.py", NAMES),
        ("suite/sandbox/namespaces.py", NAMES),
        ("suite/serving/server.py", []),
        ("suite/report/html.py", []),
        ("docs/timing.md", []),
        ("tests/conftest.py", []),
    ],
)
def test_a_file_of_the_suite_touches(file: str, expected: list[str]) -> None:
    """A reference its own benchmarks, the worker all, a page none."""
    assert touched(SuiteBench(), [ROOT], NAMES, {file}, ()) == expected


def test_every_file_that_is_named_here_exists() -> None:
    """A file that was renamed would be reached by nothing."""
    files = read_graph(ROOT, [ROOT]).files
    roots = SuiteBench().roots(ROOT, STACK_TORCH, files)
    assert {"suite/__main__.py", "suite/cli/work/bench.py", "reference/stacked_rnn/model_torch.py"} <= roots
    assert not any((each.startswith("suite/") and "keras" in each) or "model_keras" in each for each in roots)


@pytest.mark.parametrize("wanted", [NAMES[:1], NAMES[:2], [STACK_TORCH, NEWS_TORCH], NAMES])
def test_a_pattern_covers_all(wanted: list[str]) -> None:
    """As `suite bench --only` reads it, also of revisions that take a single pattern."""
    loaded = [assignments.load(name, ROOT / "reference") for name in ("stacked_rnn", "news_rnn")]
    groups = bench_groups(loaded, cover(wanted), "cpu")
    assert set(wanted) <= {name for group in groups for name in group.names("cpu")}
    if len(wanted) == 1:
        assert len(groups) == 1


@pytest.mark.parametrize("device", ["cpu", "gpu"])
def test_references_of_a_device_are_compared_there(device: Device) -> None:
    """Named so to the revisions' own commands; the processor isn't, as older revisions know no other."""
    names = SuiteBench(device=device).names(ROOT)
    assert {name.rpartition("/")[2] for name in names} == {device}
    written = Path("bench.json")
    for command in (SuiteBench().command(ROOT, names, written), SuiteBench().profiled(ROOT, names[0], written)):
        assert ("--device gpu" in " ".join(command)) == (device == "gpu")
    assert SuiteBench(device=device).gpu == (device == "gpu")
