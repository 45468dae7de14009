"""How the submissions of a graded class run again to be timed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from suite import assignments
from suite.evidence.interview.job import Job
from suite.evidence.timing import class_timing
from suite.evidence.timing.class_timing import ClassTimer
from suite.evidence.timing.setup import TimingSetup
from suite.records import (
    Evidence,
    LayerComparison,
    Outcome,
    ProofStatus,
    Result,
    SourceFile,
    Submission,
    text,
)
from suite.sandbox import Sandbox
from tests.conftest import ROOT
from tests.judging.runs import EMPTY_MODEL, make_run

WORK = Submission(student="ana", source="ana")


@pytest.mark.parametrize("files", [(), ("best/net.pt",)])
def test_weights_that_were_handed_in_are_loaded(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, files: tuple[str, ...]
) -> None:
    """As when the class was graded: laid in, and training skipped, which may take hours; with none it trains."""
    assignment = assignments.load("stacked_rnn", ROOT / "reference").model_copy(update={"weights": ("*.pt",)})
    job = Job(
        helpers=(),
        data=tmp_path,
        hidden=(),
        probes=(),
        constants=(),
        epochs=1,
        wall_seconds=1,
        cpu_seconds=1,
        limits=assignment.limits,
        seed=0,
        runtime="torch",
    )
    timer = ClassTimer(
        assignment=assignment,
        settings=assignment.throughput,
        sandbox=cast("Sandbox", None),
        jobs=(job, replace(job, epochs=9)),
        references={"torch": Submission(student="reference", source="model_torch.py")},
    )
    seen: list[TimingSetup] = []

    def run(_submission: Submission, _targets: object, setup: TimingSetup, *_others: Any) -> tuple[()]:
        seen.append(setup)
        return ()

    monkeypatch.setattr(class_timing, "run_paired_timings", run)
    submission = replace(WORK, files=tuple(SourceFile(path=path, content=b"") for path in files))
    timer.time(submission, _graded(assignment.reference_tasks[0].id), lambda _done, _all: None)
    (setup,) = seen
    assert [each.weights for each in setup.jobs] == [files, files]
    assert [each.skips_training for each in setup.jobs] == [bool(files)] * 2


def _graded(task: str) -> Result:
    """A result with one model that is proved."""
    comparison = LayerComparison(
        task=task,
        model="m",
        place=0,
        variable="model",
        framework="torch",
        rows=(),
        proof_status=ProofStatus.PROVED,
    )
    return Result(
        submission="ana",
        source="ana",
        status=Outcome.PASS,
        score=1,
        max_score=1,
        verdicts=(),
        summary=text("passed"),
        comparisons=(comparison,),
        evidence=Evidence(run=make_run("pass"), models=(EMPTY_MODEL,), runtime="torch"),
    )
