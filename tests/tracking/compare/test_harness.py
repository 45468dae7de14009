"""What programs that measure write is read."""

from __future__ import annotations

from pathlib import Path

from suite.tracking.history.checkouts import FOREVER
from tests.tracking.compare.projects import Stated, stated


def test_what_is_measured(tmp_path: Path) -> None:
    """Each figure that is there, of the benchmarks that were asked for."""
    (tmp_path / "bench.json").write_text(stated({"a": 0.01, "b": 0.02}, memory=1 << 20, compiling=0)["bench.json"])
    with Stated().open_pair((tmp_path, tmp_path), ["a"], tmp_path, FOREVER) as (old, _):
        assert old(["a"]) == {"a": {"time": 0.01, "memory": 1 << 20}}
