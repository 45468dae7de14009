"""Verdicts on stored counts: what passes, what fails, and what is left out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from suite.assignments import (
    Assignment,
    Calibration,
    CheckSettings,
    DataSettings,
    Distribution,
    Expected,
    Metric,
)
from suite.judging.checks import judge
from suite.records import Accuracy, CurveBand, Evidence, Model, Outcome, Result, TrainingClaim, UnfitFile
from tests.judging.checks.test_checks import RIGHT, SUBMISSION, _evidence, assignment, expected
from tests.provenance import provenance

__all__ = ["assignment", "expected"]  # fixtures

RETRAINED = Accuracy(task="stack", model_id="stack10", mode="retrain", right=450, rows=1000, losses=(2.3, 1.9))
SUBMITTED = Accuracy(task="stack", model_id="stack10", mode="as_submitted", right=600, rows=1000, apart=1e-6)
TRAINED = TrainingClaim(steps=100, moved=True)
UNTRAINED = TrainingClaim(steps=0, moved=False)


def _distribution(mode: Any, budget: str, data: Any, bound: float) -> Distribution:
    return Distribution(
        model="stack10",
        framework="keras",
        mode=mode,
        budget=budget,
        data=data,
        description="",
        protocol="",
        hidden_rows=1000,
        right=(),
        mean=0.5,
        sd=0.02,
        bound=bound,
        method="normal",
        normal_p=0.5,
        held_out=0,
        false_fails=0,
        interval=(0.0, 1.0),
    )


CALIBRATION = Calibration(
    distributions=(
        _distribution("retrain", "every", "real", 0.4),
        _distribution("as_submitted", "standard", "real", 0.5),
    )
)


@pytest.fixture
def grade(assignment: Assignment, expected: Expected) -> Any:
    """Judge a model that has these counts, under a budget."""
    known = assignment.model_copy(update={"calibration": CALIBRATION})

    def run(*accuracies: Accuracy, budget: str = "quick", model: Model = RIGHT, **changes: Any) -> Result:
        model = replace(model, accuracies=accuracies, training=changes.pop("training", TRAINED))
        evidence: Evidence = replace(_evidence(model), provenance=provenance(budget=budget), **changes)
        return judge(SUBMISSION, known, expected, evidence)

    return run


def _verdict(result: Result) -> Any:
    return next(verdict for verdict in result.verdicts if verdict.check == "accuracy")


@pytest.mark.parametrize(
    ("budget", "accuracy", "outcome", "key"),
    [
        ("quick", RETRAINED, Outcome.PASS, "accuracy_pass_retrain"),
        ("quick", replace(RETRAINED, right=372), Outcome.PASS, "accuracy_pass_retrain"),  # its interval reaches .4
        ("quick", replace(RETRAINED, right=368), Outcome.FAIL, "accuracy_low_retrain"),
        ("quick", replace(RETRAINED, problem="RuntimeError"), Outcome.FAIL, "accuracy_failed"),
        ("standard", SUBMITTED, Outcome.PASS, "accuracy_pass_as_submitted"),
        ("standard", replace(SUBMITTED, right=300), Outcome.FAIL, "accuracy_low_as_submitted"),
        ("standard", replace(SUBMITTED, apart=0.4), Outcome.FAIL, "accuracy_elsewhere"),
        ("standard", replace(SUBMITTED, scorer="own answers"), Outcome.INCONCLUSIVE, "accuracy_claimed"),
        ("full", SUBMITTED, Outcome.PASS, "accuracy_pass_as_submitted"),  # by the floor
        ("full", replace(SUBMITTED, right=250), Outcome.FAIL, "accuracy_low_as_submitted"),
    ],
)
def test_outcomes(grade: Any, budget: str, accuracy: Accuracy, outcome: Outcome, key: str) -> None:
    """Each count has its outcome, all or none of the points, and its sentence."""
    verdict = _verdict(grade(accuracy, budget=budget))
    assert (verdict.outcome, verdict.message.key) == (outcome, key)
    assert (verdict.points, verdict.max_points) == (3 if outcome is Outcome.PASS else 0, 3)


IMPLIED = Accuracy(task="stack", model_id="stack10", mode="retrain", scorer="proof", apart=1e-6)


@pytest.mark.parametrize(
    ("budget", "counts", "changes"),
    [
        ("quick", (IMPLIED,), {}),
        ("standard", (replace(SUBMITTED, right=100), IMPLIED), {"capped": ("TRAIN_EPOCHS = 64 → 5",)}),
    ],
)
def test_what_the_proof_says(grade: Any, budget: str, counts: tuple[Accuracy, ...], changes: Any) -> None:
    """A model that learns as the reference does passes by the reference's trainings, which the verdict names."""
    verdict = _verdict(grade(*counts, budget=budget, **changes))
    assert (verdict.outcome, verdict.points, verdict.message.key) == (Outcome.PASS, 3, "accuracy_implied")
    assert (verdict.observed["reference"], verdict.observed["by"]) == ("0.500", "proof")
    assert "accuracy" not in verdict.observed


@pytest.mark.parametrize("changes", [{"steps": 0}, {"difference": 0.1}, {"own_apart": 0.3}])
def test_without_its_proof_nothing_is_implied(grade: Any, changes: dict[str, Any]) -> None:
    """What was stored as implied earns nothing where the proof doesn't hold by the tolerances of today."""
    doubtful = replace(RIGHT, proofs=tuple(replace(proof, **changes) for proof in RIGHT.proofs))
    assert _verdict(grade(IMPLIED, model=doubtful)).points == 0


@pytest.mark.parametrize(
    ("changes", "points", "key"),
    [
        ({}, 3, "accuracy_audit_agrees"),
        ({"right": 100}, 0, "accuracy_audit_contradicts"),
        ({"learned_apart": 0.4}, 0, "accuracy_audit_contradicts"),
        ({"problem": "RuntimeError"}, 0, "accuracy_audit_contradicts"),
    ],
)
def test_audits(grade: Any, changes: dict[str, Any], points: float, key: str) -> None:
    """The training of an audit is what counts, and the verdict says whether it agrees with the proof."""
    verdict = _verdict(grade(replace(RETRAINED, audited=True, **changes)))
    assert verdict.points == points
    assert [said.key for said in verdict.details] == [verdict.message.key, key]


def test_an_audit_of_a_model_judged_as_submitted(grade: Any) -> None:
    """It is told, and its own weights are still what counts."""
    verdict = _verdict(grade(SUBMITTED, replace(RETRAINED, audited=True, right=100), budget="standard"))
    assert (verdict.points, verdict.details[1].key) == (3, "accuracy_audit_contradicts")


def test_claimed_share(assignment: Assignment, expected: Expected) -> None:
    """An instructor may give a share of the points for what can't be proved."""
    settings = assignment.accuracy.model_copy(update={"claimed_share": 0.5})
    generous = assignment.model_copy(update={"calibration": CALIBRATION, "accuracy": settings})
    claimed = replace(SUBMITTED, scorer="own answers")
    evidence = replace(_evidence(replace(RIGHT, accuracies=(claimed,))), provenance=provenance(budget="standard"))
    assert _verdict(judge(SUBMISSION, generous, expected, evidence)).points == 1.5


def test_untrained_is_told_from_badly_trained(grade: Any) -> None:
    """Without a step and without a weight that moved, the sentence says that nothing was trained."""
    low = replace(SUBMITTED, right=100)
    assert _verdict(grade(low, budget="standard", training=UNTRAINED)).message.key == "accuracy_untrained"


def test_training_that_the_budget_cut(grade: Any) -> None:
    """A model whose training we cut is judged by the host's training; one never trained gains nothing by that."""
    counts = replace(SUBMITTED, right=100), RETRAINED
    cut = {"budget": "standard", "capped": ("TRAIN_EPOCHS = 64 → 5",)}
    assert _verdict(grade(*counts, **cut)).message.key == "accuracy_cut"
    assert _verdict(grade(*counts, **cut)).points == 3
    assert _verdict(grade(*counts, **cut, training=UNTRAINED)).points == 0


def test_without_a_threshold_it_is_left_out(grade: Any) -> None:
    """Where nothing was calibrated for the data, nobody can lose or gain: the points leave the sum."""
    result = grade(RETRAINED, stand_in=True)
    verdict = _verdict(result)
    assert (verdict.outcome, verdict.max_points) == (Outcome.SKIPPED, 0)
    assert (result.status, result.score, result.max_score) == (Outcome.PASS, 15, 15)


def test_model_that_is_not_proved(grade: Any) -> None:
    """Without a proof nothing was counted, and the points are lost."""
    verdict = _verdict(grade(model=replace(RIGHT, proofs=())))
    assert (verdict.outcome, verdict.points, verdict.max_points) == (Outcome.INCONCLUSIVE, 0, 3)


def test_trained_model_is_scored_before_a_fresh_one(assignment: Assignment, expected: Expected) -> None:
    """Of models that fit equally well the one that learnt is judged, whichever came last."""
    known = assignment.model_copy(update={"calibration": CALIBRATION})
    trained = replace(RIGHT, name="trained", accuracies=(SUBMITTED,))
    fresh = replace(RIGHT, name="fresh", cell=5, accuracies=(replace(SUBMITTED, right=100),))
    for models in ((trained, fresh), (fresh, trained)):
        result = judge(
            SUBMISSION, known, expected, replace(_evidence(*models), provenance=provenance(budget="standard"))
        )
        assert _verdict(result).outcome is Outcome.PASS
        assert result.comparisons[0].variable == "trained"


def test_curves(grade: Any) -> None:
    """The host's losses and the notebook's history reach the page, told apart."""
    training = TrainingClaim(steps=3, moved=True, curves={"accuracy": (0.1, None, 0.5)})
    curves = grade(RETRAINED, training=training).comparisons[0].curves
    assert [(curve.name, curve.values, curve.claimed) for curve in curves] == [
        ("loss", (2.3, 1.9), False),
        ("accuracy", (0.1, None, 0.5), True),
    ]


@pytest.mark.parametrize(("steps", "data", "shown"), [(2, "real", True), (3, "real", False), (2, "stand-in", False)])
def test_band_of_the_references(
    assignment: Assignment, expected: Expected, steps: int, data: str, *, shown: bool
) -> None:
    """The host's losses lie beside the reference's on the same data, if these have as many steps; nothing else does."""
    band = CurveBand(runs=20, low=(1.0,) * steps, high=(3.0,) * steps)
    known = _distribution("retrain", "every", "real", 0.4).model_copy(update={"losses": band})
    calibrated = assignment.model_copy(update={"calibration": Calibration(distributions=(known,))})
    training = TrainingClaim(steps=3, moved=True, curves={"loss": (2.0, 1.0)})
    model = replace(RIGHT, accuracies=(RETRAINED,), training=training)
    evidence = replace(_evidence(model), stand_in=data == "stand-in")
    curves = judge(SUBMISSION, calibrated, expected, evidence).comparisons[0].curves
    assert [curve.band for curve in curves] == [band if shown else None, None]


R2 = Metric(name="r2", smaller_is_better=False, judge=lambda _a, _b: 0.0)
MAE = Metric(name="mean_absolute_error", smaller_is_better=True, judge=lambda _a, _b: 0.0)


def _of_values(assignment: Assignment, metric: Metric, **settings: Any) -> Assignment:
    """The assignment where `stack10` is measured by another metric, as submitted, by these settings."""
    model = assignment.accuracy.models["stack10"].model_copy(update={"floor": None, **settings})
    accuracy = assignment.accuracy.model_copy(update={"models": {"stack10": model}})
    checks = {"metric": CheckSettings(points=3)}
    changes = {"accuracy": accuracy, "metrics": {"stack10": metric}, "checks": checks}
    return assignment.model_copy(update=changes)


def _judge_value(known: Assignment, expected: Expected, value: float, high: float, **changes: Any) -> Any:
    metric = known.metrics["stack10"]
    low = 2 * value - high
    found = replace(
        SUBMITTED,
        right=0,
        metric=metric.name,
        smaller_is_better=metric.smaller_is_better,
        value=value,
        interval=(min(low, high), max(low, high)),
        **changes,
    )
    evidence = replace(
        _evidence(replace(RIGHT, accuracies=(found,), training=TRAINED)), provenance=provenance(budget="standard")
    )
    return next(v for v in judge(SUBMISSION, known, expected, evidence).verdicts if v.check == "metric")


@pytest.mark.parametrize(
    ("metric", "value", "high", "outcome"),
    [
        (R2, 0.75, 0.79, Outcome.FAIL),
        (R2, 0.75, 0.81, Outcome.PASS),  # its interval reaches .8
        (MAE, 0.85, 0.81, Outcome.FAIL),
        (MAE, 0.85, 0.79, Outcome.PASS),
    ],
)
def test_other_metrics(  # noqa: PLR0913, PLR0917
    assignment: Assignment, expected: Expected, metric: Metric, value: float, high: float, outcome: Outcome
) -> None:
    """The better end of the interval reaches the threshold, from above where smaller is better."""
    verdict = _judge_value(_of_values(assignment, metric, floor=0.8), expected, value, high)
    assert verdict.outcome is outcome
    assert verdict.message.key in {"metric_pass_as_submitted", "metric_low_as_submitted"}
    assert metric.name in verdict.expected["score"]


@pytest.mark.parametrize(
    ("metric", "cutoffs", "value", "points"),
    [
        (R2, ((0.5, 0.0), (0.7, 0.5), (0.8, 1.0)), 0.4, 0),
        (R2, ((0.5, 0.0), (0.7, 0.5), (0.8, 1.0)), 0.6, 0.75),
        (R2, ((0.8, 1.0), (0.5, 0.0), (0.7, 0.5)), 0.75, 2.25),
        (R2, ((0.5, 0.0), (0.8, 1.0)), 0.9, 3),
        (MAE, ((2.0, 1.0), (4.0, 0.0)), 1.0, 3),
        (MAE, ((2.0, 1.0), (4.0, 0.0)), 3.0, 1.5),
        (MAE, ((2.0, 1.0), (4.0, 0.0)), 9.0, 0),
    ],
)
def test_cutoffs(  # noqa: PLR0913, PLR0917
    assignment: Assignment,
    expected: Expected,
    metric: Metric,
    cutoffs: tuple[tuple[float, float], ...],
    value: float,
    points: float,
) -> None:
    """Between two cut-offs the share of the points is interpolated; beyond them it stays."""
    verdict = _judge_value(_of_values(assignment, metric, cutoffs=cutoffs), expected, value, value)
    assert verdict.points == pytest.approx(points)
    assert verdict.outcome is (Outcome.PASS if points == 3 else Outcome.FAIL)


def test_own_answers_count_on_data_that_nobody_has(assignment: Assignment, expected: Expected) -> None:
    """A model that isn't proved is judged by its own answers to held-out rows of the assignment's own data."""
    known = _of_values(assignment, R2, floor=0.8, dataset="houses")
    own = known.model_copy(update={"data": {"houses": DataSettings(file="houses.csv")}})
    for each, outcome in ((known, Outcome.INCONCLUSIVE), (own, Outcome.PASS)):
        verdict = _judge_value(each, expected, 0.9, 0.9, scorer="own answers")
        assert verdict.outcome is outcome


def test_bounds_of_another_metric_do_not_count(assignment: Assignment, expected: Expected) -> None:
    """A calibration of accuracy says nothing of R²; without a threshold nobody loses points."""
    known = _of_values(assignment, R2).model_copy(update={"calibration": CALIBRATION})
    assert _judge_value(known, expected, 0.1, 0.1).outcome is Outcome.SKIPPED
    bound = CALIBRATION.distributions[1].model_copy(update={"metric": "r2", "bound": 0.05})
    known = known.model_copy(update={"calibration": Calibration(distributions=(bound,))})
    assert _judge_value(known, expected, 0.1, 0.1).outcome is Outcome.PASS


def test_weights_that_were_handed_in_are_judged_as_they_are(grade: Any) -> None:
    """Under every budget, without another training, by the floor."""
    laid = replace(RIGHT, laid="best.pt")
    passed = _verdict(grade(SUBMITTED, model=laid, capped=("fit in code cell 1 → 1 step",)))
    assert (passed.outcome, passed.message.key) == (Outcome.PASS, "accuracy_pass_as_submitted")
    assert passed.expected == {"accuracy": "≥ 0.300"}
    weak = replace(SUBMITTED, right=100)
    failed = _verdict(grade(weak, RETRAINED, model=laid, capped=("fit in code cell 1 → 1 step",)))
    assert (failed.outcome, failed.message.key) == (Outcome.FAIL, "accuracy_low_as_submitted")


def test_weights_that_were_handed_in_reach_what_a_short_training_does(
    assignment: Assignment, expected: Expected
) -> None:
    """Where no floor is given and no training as submitted is on record."""
    measured = assignment.accuracy.models["stack10"].model_copy(update={"floor": None})
    accuracy = assignment.accuracy.model_copy(update={"models": {"stack10": measured}})
    known = assignment.model_copy(update={"calibration": CALIBRATION, "accuracy": accuracy})
    model = replace(RIGHT, accuracies=(SUBMITTED,), training=TRAINED, laid="best.pt")
    evidence = replace(_evidence(model), provenance=provenance(budget="quick"))
    assert _verdict(judge(SUBMISSION, known, expected, evidence)).expected == {"accuracy": "≥ 0.400"}


def test_weights_that_were_handed_in_need_the_real_data(grade: Any) -> None:
    """On the stand-in nothing can be said of them."""
    verdict = _verdict(grade(SUBMITTED, model=replace(RIGHT, laid="best.pt"), stand_in=True))
    assert (verdict.outcome, verdict.max_points, verdict.message.key) == (Outcome.SKIPPED, 0, "weights_need_data")


def test_a_file_of_weights_that_does_not_fit(grade: Any) -> None:
    """It costs the points, unless another model took it or the model has a file of its own."""
    unfit = UnfitFile(file="best.pt", why="shapes", wanted=("fc.weight (10, 64)",), seen=("fc.weight (10, 32)",))
    bad = replace(RIGHT, unfit=(unfit,))
    verdict = _verdict(grade(RETRAINED, model=bad))
    assert (verdict.outcome, verdict.points, verdict.message.key) == (Outcome.FAIL, 0, "weights_shapes")
    assert verdict.message.values["wanted"] == "fc.weight (10, 64)"
    own = replace(bad, laid="other.pt")
    assert _verdict(grade(SUBMITTED, model=own)).outcome is Outcome.PASS
