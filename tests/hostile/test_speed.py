"""Forged speed: every attack ends void or gains nothing, and the message names what happened."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from suite import assignments
from suite.assignments import ThroughputSettings
from suite.evidence.examination import examine
from suite.evidence.interview.job import Job
from suite.evidence.interview.session import open_session
from suite.evidence.proof.prover import Prover
from suite.evidence.proof.references import References
from suite.evidence.timing.gpu import on_gpu
from suite.evidence.timing.paired_timing import run_paired_timings
from suite.evidence.timing.process_control import ProcessControl
from suite.evidence.timing.setup import TimedTarget, TimingSetup
from suite.grading.collect import collect
from suite.grading.reference_files import read_references
from suite.judging.checks.interface import CheckContext
from suite.judging.checks.match import match
from suite.judging.checks.throughput import judge
from suite.records import Device, Evidence, Outcome, PairedTiming, Submission, Verdict
from suite.sandbox import choose
from suite.text.language import say
from tests.conftest import ROOT, needs_gpu
from tests.hostile.speed import EVERYWHERE, FORGERIES, GPU_FORGERIES, HONEST, LOOP, Forgery

pytestmark = [pytest.mark.slow, pytest.mark.nightly]  # two minutes of timings

ASSIGNMENT = assignments.load("stacked_rnn", ROOT / "reference")
SHORT = ThroughputSettings(looks=((2, 0.5),), quads=2, segment_milliseconds=4, work=("forward",))
"""Enough to see an attack."""
SMALL = ThroughputSettings(looks=((8, 0.01),), quads=8, segment_milliseconds=10)
"""The fewest quads that can fail at 1%."""


class Bench:
    """Times sources, each in a file of its own, against the reference."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.sandbox, _ = choose("auto")
        probes = ASSIGNMENT.tasks[0].probes
        limits = ASSIGNMENT.limits.model_copy(update={"memory_mib": 1500})
        (folder / "data").mkdir()
        self.job = Job(
            helpers=(),
            data=folder / "data",
            hidden=(),
            probes=probes,
            constants=(),
            epochs=1,
            wall_seconds=60,
            cpu_seconds=600,
            limits=limits,
            seed=0,
            runtime="torch",
            niceness=0,
        )

    def read(self, name: str, source: str) -> Submission:
        path = self.folder / f"{name}.py"
        path.write_text(source)
        return collect([path])[0]

    def run(
        self, name: str, source: str, settings: ThroughputSettings, device: Device = "cpu"
    ) -> tuple[PairedTiming, ...]:
        task = ASSIGNMENT.tasks[0]
        class_name = "Cheat" if "class Cheat" in source else "Net"
        target = TimedTarget(task=task, model_id="stack8", place=0, class_name=class_name)
        job = on_gpu(self.job) if device == "gpu" else self.job
        setup = TimingSetup(
            sandbox=self.sandbox,
            jobs=(job,),
            reference=read_references(ASSIGNMENT)["torch"],
            reference_job=job,
            settings=settings,
            proof=ASSIGNMENT.proof,
            device=device,
        )
        return run_paired_timings(self.read(name, source), [target], setup, lambda: secrets.randbits(62))


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    bench = Bench(tmp_path_factory.mktemp("bench"))
    yield bench
    bench.sandbox.close()


@pytest.fixture(scope="module")
def proved(bench: Bench) -> Evidence:
    """What was seen of the honest model, whose place any timing may take."""
    files = {"torch": read_references(ASSIGNMENT)["torch"]}
    with References(files, {"torch": bench.job}, bench.sandbox) as references:
        prover = Prover(ASSIGNMENT, references, None, 0)
        evidence = examine(bench.read("honest", HONEST + "\nmodel = Net()\n"), bench.job, bench.sandbox, prover)
    assert evidence.models, evidence
    return evidence


@pytest.fixture(scope="module")
def verdicts(proved: Evidence) -> Callable[..., list[Verdict]]:
    """Judge a timing as that of the honest model."""
    expected = assignments.load_expected(ASSIGNMENT)

    def judged(timings: tuple[PairedTiming, ...], settings: ThroughputSettings = SHORT) -> list[Verdict]:
        evidence = replace(proved, timings=timings)
        matches = match(ASSIGNMENT, expected, evidence)
        context = CheckContext(
            evidence=evidence,
            matches=matches,
            proof=ASSIGNMENT.proof,
            accuracy=ASSIGNMENT.accuracy,
            calibration=ASSIGNMENT.calibration,
            throughput=settings,
        )
        return judge(context, 2.0)

    return judged


@pytest.mark.parametrize("forgery", FORGERIES, ids=lambda forgery: forgery.name)
def test_forged_speed(bench: Bench, verdicts: Callable[..., list[Verdict]], forgery: Forgery) -> None:
    """An attack on the clock makes the timing void, with a message that names it, or leaves every answer right."""
    timings = bench.run(forgery.name, forgery.source, SHORT)
    assert [(timing.void, timing.untimed) for timing in timings] == [(forgery.void, "")], timings[0].detail
    (verdict,) = verdicts(timings)
    if forgery.void:
        assert (verdict.outcome, verdict.points, verdict.max_points) == (Outcome.FAIL, 0, 2)
        assert forgery.word in say(verdict.message, "en")


def test_neighbours_are_stopped_while_the_reference_is_timed(bench: Bench) -> None:
    """A process and a thread that burn cores use no CPU time at all while the tree is held, and are told of."""
    forgery = next(forgery for forgery in FORGERIES if forgery.name == "busy_neighbours")
    (timing,) = bench.run("neighbours", forgery.source, SHORT)
    assert timing.busy_share > 0.5
    with open_session(bench.read("held", forgery.source), bench.job, bench.sandbox) as session:
        control = ProcessControl(session.pid, [0])
        assert control.hold()
        before = control.cpu_nanoseconds()
        time.sleep(0.1)
        assert control.cpu_nanoseconds() == before > 0
        control.release()


def test_loop_fails_and_equal_does_not_under_load(bench: Bench, verdicts: Callable[..., list[Verdict]]) -> None:
    """Beside a busy process, a Python loop over the steps fails in both kinds of work, and an equal model in none."""
    burning = subprocess.Popen([sys.executable, "-c", "while True: pass"], env=os.environ)
    try:
        equal = bench.run("equal", HONEST + "\nmodel = Net()\n", SMALL)
        loop = bench.run("loop", LOOP, SMALL)
    finally:
        burning.kill()
        burning.wait()
    assert all(verdict.outcome is not Outcome.FAIL for verdict in verdicts(equal, SMALL))
    assert [verdict.outcome for verdict in verdicts(loop, SMALL)] == [Outcome.FAIL] * 2


@needs_gpu
@pytest.mark.parametrize("forgery", GPU_FORGERIES, ids=lambda forgery: forgery.name)
def test_forged_speed_on_a_gpu(bench: Bench, verdicts: Callable[..., list[Verdict]], forgery: Forgery) -> None:
    """Events that lie, a second stream, fewer digits and work left behind make the timing void, or gain nothing."""
    timings = bench.run(f"gpu_{forgery.name}", forgery.source, SHORT, "gpu")
    assert [(timing.void, timing.untimed) for timing in timings] == [(forgery.void, "")], timings[0].detail
    (verdict,) = verdicts(timings)
    if forgery.void:
        assert (verdict.outcome, verdict.points, verdict.max_points) == (Outcome.FAIL, 0, 2)
        assert forgery.word in say(verdict.message, "en")


@needs_gpu
def test_loop_fails_and_equal_does_not_on_a_gpu(bench: Bench, verdicts: Callable[..., list[Verdict]]) -> None:
    """A loop fails in the forward pass; the GPU's clock rate is in the record, and its own clock agrees.

    A training step computes without cuDNN, whose layers learn in training mode only, and so in a loop on both sides.
    """
    equal = bench.run("gpu_equal", HONEST + "\nmodel = Net()\n", SMALL, "gpu")
    loop = bench.run("gpu_loop", EVERYWHERE, SMALL, "gpu")
    assert all(verdict.outcome is not Outcome.FAIL for verdict in verdicts(equal, SMALL))
    assert verdicts(loop, SMALL)[0].outcome is Outcome.FAIL
    for timing in (*equal, *loop):
        host = sum(sum(quad.own) for quad in timing.quads) / 1e9
        assert 0.5 * host < timing.own_device_seconds < host
        assert min(timing.device_mhz) > 100


@needs_gpu
def test_a_model_for_the_processor_alone_costs_nothing(bench: Bench, verdicts: Callable[..., list[Verdict]]) -> None:
    """Its forward pass makes tensors on the processor, so it can't run on the GPU."""
    timings = bench.run("gpu_bound", LOOP, SHORT, "gpu")
    assert {timing.void for timing in timings} == {"device"}
    assert [(v.outcome, v.max_points) for v in verdicts(timings)] == [(Outcome.INCONCLUSIVE, 0)] * len(timings)
