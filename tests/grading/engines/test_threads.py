"""The engine `local` hands submissions to the source itself."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from suite.grading.engines.threads import Threads


def test_the_source_runs_them() -> None:
    """As many at a time as it is told."""
    source: Any = SimpleNamespace(make=lambda submission, origin: (submission, origin))
    engine = Threads(3)
    assert engine.at_a_time == 3
    with engine.open(source) as runner:
        assert runner.make("paper", "origin") == ("paper", "origin")  # type: ignore[arg-type, comparison-overlap]
