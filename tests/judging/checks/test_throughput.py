"""The check `throughput`, from stored timings: what costs points, and what never does."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from suite import assignments
from suite.judging.checks import judge, max_score
from suite.records import (
    CellOutcome,
    Evidence,
    Layer,
    Model,
    Movement,
    Outcome,
    PairedTiming,
    Proof,
    Quad,
    Result,
    Run,
    Submission,
    Weight,
)
from suite.records.evidence_json import as_plain, from_plain
from suite.text.language import say
from tests.conftest import ROOT

WHOLE = assignments.load("stacked_rnn", ROOT / "reference")
PLAIN = WHOLE.model_copy(
    update={"checks": {name: settings for name, settings in WHOLE.checks.items() if name != "accuracy"}}
)  # accuracy may be left out, too
ASSIGNMENT = PLAIN.with_throughput()
EXPECTED = assignments.load_expected(ASSIGNMENT)
POINTS = 2.0
MS = 1_000_000


def _model(*, proved: bool = True) -> Model:
    reference = EXPECTED.models["stack8"]["torch"]
    layers = tuple(
        Layer(
            name=f"layer{number}",
            kind=layer.kind,
            weights=tuple(Weight(name="w", shape=shape, trainable=True) for shape in layer.weights),
            output_shape=layer.output_shape,
        )
        for number, layer in enumerate(reference.layers)
    )
    moved = Movement(tensor="w", difference=0.0, movement=1.0, value=1.0)
    proof = Proof(
        task="stack", model_id="stack8", mappings=1, difference=0.0 if proved else 0.5, steps=2, movements=(moved,)
    )
    return Model(
        name="model",
        framework="torch",
        class_name="Net",
        cell=0,
        finished=True,
        layers=layers,
        inputs=((None, 28, 28),),
        outputs=reference.outputs,
        sample=(0.0,),
        proofs=(proof,),
    )


def _timing(ratio: float, spread: float = 0.0, **changes: Any) -> PairedTiming:
    """Segments of 20 ms, every second quad of the submission's longer by `spread`."""
    quads = tuple(
        Quad(
            pair=n // 8,
            own_first=bool(n % 3),
            own=(int(20 * MS * ratio * (1 + spread * (n % 2)) * (1 + n / 1e5)),) * 2,
            reference=(20 * MS, 20 * MS),
            overhead=0,
        )
        for n in range(40)
    )
    return replace(
        PairedTiming(task="stack", model_id="stack8", work="forward", rows=32, seed=1, quads=quads, batches=20),
        **changes,
    )


def _judge(*timings: PairedTiming, proved: bool = True, assignment: assignments.Assignment = ASSIGNMENT) -> Result:
    run = Run(
        cells=(CellOutcome(index=0, outcome=Outcome.PASS, seconds=1.0),),
        notebook='{"cells": []}',
        seconds=1.0,
        sandbox="namespaces",
    )
    evidence = Evidence(run=run, models=(_model(proved=proved),), runtime="torch", timings=timings)
    stored = from_plain(as_plain(evidence))
    submission = Submission(
        student="ana", source="ana.py", files=(), main="ana.py", notebook="{}", content_hash="0" * 64
    )
    return judge(submission, assignment, EXPECTED, stored)


def _throughput(result: Result) -> list[Any]:
    return [verdict for verdict in result.verdicts if verdict.check == "throughput"]


def test_not_asked_for_is_not_there() -> None:
    """Without --throughput there is no verdict and no point to be had, timed before or not."""
    result = _judge(_timing(3.0), assignment=PLAIN)
    assert _throughput(result) == []
    assert result.max_score == max_score(PLAIN) == max_score(ASSIGNMENT) - POINTS


def test_equal_passes_and_slow_fails() -> None:
    """Each kind of work has its share of the points, and the ratio is shown."""
    result = _judge(_timing(1.0), _timing(2.0, work="train"))
    forward, train = _throughput(result)
    assert (forward.outcome, forward.points, forward.max_points) == (Outcome.PASS, 1.0, 1.0)
    assert (train.outcome, train.points, train.max_points) == (Outcome.FAIL, 0.0, 1.0)
    assert train.observed["ratio"] == "2"
    assert "2 times as long" in say(train.message, "en")
    assert "Paso de entrenamiento" in say(train.details[1], "es")
    assert result.max_score == max_score(ASSIGNMENT)


def test_noise_costs_nothing() -> None:
    """An inconclusive timing has no points to be had, and says nothing against the submission."""
    result = _judge(_timing(0.9, spread=1.0), _timing(1.0, work="train"))
    noisy, _ = _throughput(result)
    assert (noisy.outcome, noisy.max_points) == (Outcome.INCONCLUSIVE, 0.0)
    assert result.max_score == max_score(ASSIGNMENT) - POINTS / 2
    assert (result.score, result.status) == (result.max_score, Outcome.PASS)


@pytest.mark.parametrize("untimed", ["gone", "biases", "budget"])
def test_untimed_costs_nothing(untimed: Any) -> None:
    """What couldn't be timed costs no points, and its reason is said."""
    result = _judge(_timing(1.0, quads=(), untimed=untimed))
    (verdict,) = _throughput(result)
    assert (verdict.outcome, verdict.max_points) == (Outcome.INCONCLUSIVE, 0.0)
    assert "no points" in say(verdict.message, "en")


def test_unproved_models_are_not_timed() -> None:
    """A model that isn't the reference's equal loses no points for speed, and gains none."""
    (verdict,) = _throughput(_judge(proved=False))
    assert (verdict.outcome, verdict.points, verdict.max_points) == (Outcome.INCONCLUSIVE, 0.0, 0.0)
    assert "proved" in say(verdict.message, "en")


@pytest.mark.parametrize("void", ["device", "shared"])
def test_a_gpu_that_could_not_be_used_costs_nothing(void: Any) -> None:
    """A model for the processor alone, and other programs on the GPU, are nobody's fault."""
    (verdict,) = _throughput(_judge(_timing(3.0, device="gpu", void=void)))
    assert (verdict.outcome, verdict.max_points) == (Outcome.INCONCLUSIVE, 0.0)
    assert "no points lost" in say(verdict.message, "en")


def test_the_clock_of_a_gpu_is_told_and_decides_nothing() -> None:
    """A process that reports no time at all on the GPU is as slow as the host saw it."""
    clocks = {"own_device_seconds": 0.01, "reference_device_seconds": 1.0, "device_mhz": (1980, 1755)}
    (verdict,) = _throughput(_judge(_timing(2.0, device="gpu", **clocks)))
    said = " ".join(say(detail, "en") for detail in verdict.details)
    assert verdict.outcome is Outcome.FAIL
    assert "0.01 times as long" in said
    assert "1755 to 1980 MHz" in said
    assert "GPU" in say(verdict.details[1], "es")


@pytest.mark.parametrize(
    "void", ["answers", "threads", "cores", "running", "silent", "raised", "at_work", "impossible"]
)
def test_void_fails(void: Any) -> None:
    """What a submission did to the clock costs the points, however fast it looks."""
    (verdict,) = _throughput(_judge(_timing(0.1, void=void, detail="77")))
    assert (verdict.outcome, verdict.points, verdict.max_points) == (Outcome.FAIL, 0.0, POINTS)
    assert "void" in say(verdict.message, "en")


def test_every_assignment_can_be_timed() -> None:
    """One that says nothing of timing has the suite's own settings, and the check only where it is asked for."""
    assert "throughput" not in PLAIN.checks
    assert PLAIN.with_throughput().checks["throughput"].points == PLAIN.throughput.points > 0


@pytest.mark.parametrize(
    ("stored", "said"), [("1.2e+02", "120"), ("0.00031", "< 0.01"), ("?", "?"), ("missing", "missing")]
)
def test_other_answers_accuse_nobody(stored: str, said: str) -> None:
    """What differed is said in percent that people read, and no more is claimed than was seen."""
    (verdict,) = _throughput(_judge(_timing(1.0, void="answers", detail=stored)))
    message = say(verdict.message, "en")
    assert f"(difference in %: {said})" in message
    assert "memory" not in message
