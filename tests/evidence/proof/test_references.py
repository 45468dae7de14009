"""The process of a reference: one for a class, opened again when it dies, never a student's fault."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from suite import assignments
from suite.errors import HarnessError
from suite.evidence.interview.inspection import PLAIN, InspectedModel
from suite.evidence.interview.job import Job
from suite.evidence.proof.references import References
from suite.grading.reference_files import read_references
from suite.sandbox import choose
from tests.conftest import ROOT

pytestmark = pytest.mark.slow


@pytest.fixture
def references(tmp_path: Path) -> Iterator[References]:
    """Those of `stacked_rnn`, of which only PyTorch's is ever opened."""
    assignment = assignments.load("stacked_rnn", ROOT / "reference")
    job = Job(
        helpers=(),
        data=tmp_path,
        hidden=(),
        probes=assignment.tasks[0].probes,
        constants=(),
        epochs=1,
        wall_seconds=60,
        cpu_seconds=240,
        limits=assignment.limits,
        seed=0,
        runtime="torch",
    )
    jobs = {"keras": replace(job, runtime="keras"), "torch": job}
    with References(read_references(assignment), jobs, choose("auto")[0]) as opened:
        yield opened


def _ask(references: References, found: InspectedModel) -> np.ndarray:
    inputs = {"x0.0": np.ones((2, 28, 28), np.float32)}
    options: dict[str, Any] = {
        "inputs": 1,
        "texts": {},
        "calls": 1,
        "listen": False,
        "traced": False,
    }
    options["convention"] = asdict(PLAIN)
    _, arrays = references._ask("torch", "predict", inputs, model=found.index, **options)
    return arrays["y0.0"]


@pytest.mark.nightly
def test_a_dead_reference_is_opened_once_more(references: References) -> None:
    """The same question gets the same answer from a fresh process; a second death is the harness's error."""
    found = references.find("torch", "stack8").inspected
    before = _ask(references, found)
    for _ in range(2):
        process = references._processes["torch"]
        assert process._process._held is not None
        channel, _ = process._process._held
        assert channel._connection is not None
        channel._connection.close()
        if not process._reopened:
            assert np.array_equal(_ask(references, found), before)
    with pytest.raises(HarnessError, match="silent"):
        _ask(references, found)


def test_unknown_reference(references: References) -> None:
    """A model that the file doesn't make is said to be missing, with what to do."""
    with pytest.raises(HarnessError, match="suite freeze"):
        references.find("torch", "stack9")
