"""Why a benchmark couldn't be timed, in words."""

from __future__ import annotations

import pytest

from suite.evidence.timing.timed_model import VoidError
from suite.records import CellOutcome, Outcome, Run
from suite.tracking.bench.run import _explain, _explain_absence


def _run(outcome: Outcome, name: str = "", message: str = "") -> Run:
    cell = CellOutcome(index=0, outcome=outcome, seconds=0.1, error_name=name, error_message=message)
    return Run(cells=(cell,), notebook="{}", seconds=0.1, sandbox="process")


@pytest.mark.parametrize(
    ("run", "said"),
    [
        (
            _run(Outcome.MISSING_DEPENDENCY, "ModuleNotFoundError", "No module named 'keras'"),
            "isn't installed (No module",
        ),
        (_run(Outcome.ERROR, "ValueError", "no such layer"), "broke off: ValueError: no such layer"),
        (_run(Outcome.PASS), "answers no probe"),
    ],
)
def test_a_reference_that_is_not_there(run: Run, said: str) -> None:
    """A framework that isn't installed is told from a reference that is wrong."""
    assert said in _explain_absence(run)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (VoidError("device", "cpu"), "expected its weights on a GPU, and they are on cpu"),
        (VoidError("shared"), "another program keeps the GPU at work"),
        (VoidError("raised", "no memory"), "raised: no memory"),
    ],
)
def test_a_timing_that_was_not_valid(error: VoidError, said: str) -> None:
    """Each says what was expected or what to do."""
    assert said in _explain(error)
