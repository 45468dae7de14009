"""What is said of batch statistics in training mode."""

from __future__ import annotations

from dataclasses import replace

import pytest

from suite.judging.diagnoses import DiagnosisContext, Subject
from suite.judging.diagnoses.training_mode import batch_statistics
from suite.records import Evidence, LayerComparison, Proof, ProofStatus, StatisticsMovement
from tests.judging.runs import EMPTY_MODEL, make_run


def _context(*shares: float, varies: bool | None = False, reference: bool | None = False) -> DiagnosisContext:
    """One proved model, with movements of its statistics as shares of the reference's."""
    moves = tuple(StatisticsMovement(tensor=f"bn{place}.mean", share=share) for place, share in enumerate(shares))
    proof = Proof(
        task="t", model_id="m", mappings=1, difference=0.0, steps=2, statistics=moves, reference_varies=reference
    )
    model = replace(EMPTY_MODEL, framework="keras", class_name="Sequential", proofs=(proof,), varies=varies)
    compared = LayerComparison(
        task="t",
        model="m",
        place=0,
        variable="model",
        framework="keras",
        rows=(),
        proof_status=ProofStatus.PROVED,
        curves=(),
    )
    subject = Subject(place=0, model=model, comparison=compared)
    evidence = Evidence(run=make_run("model = 1"), models=(model,))
    return DiagnosisContext(evidence=evidence, cells=(), subjects=(subject,))


@pytest.mark.parametrize(
    ("share", "key"),
    [
        (1.0, None),
        (0.8, None),
        (1.25, None),
        (0.1, "cause_statistics_apart"),
        (10.0, "cause_statistics_apart"),
        (0.5, "cause_statistics_apart"),
        (0.0, "cause_statistics_still"),
    ],
)
def test_movement_of_batch_statistics(share: float, key: str | None) -> None:
    """That of an equal momentum is left alone, whether variances are divided by n or by n - 1."""
    assert [found.message.key for found in batch_statistics(_context(1.0, share))] == ([key] if key else [])


def test_dropout_before_them_is_noise() -> None:
    """Half or double the movement may be chance then; ten times isn't."""
    assert not list(batch_statistics(_context(0.5, varies=True, reference=True)))
    assert list(batch_statistics(_context(0.1, varies=True, reference=True)))
