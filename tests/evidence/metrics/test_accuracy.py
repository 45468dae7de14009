"""Accuracy, end to end on the embedded digits: what is trained, what is forged, and what the host's training shows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from suite.assignments import Calibration, Distribution
from tests.accuracies import AS_SUBMITTED, OPEN, RETRAINED, lay_out
from tests.conftest import ROOT, Graded, change_settings, grade

# two classes of a minute; test_presence.py and tests/judging/checks have the like in less
pytestmark = [pytest.mark.slow, pytest.mark.nightly]

BOUND = 0.35  # three and a half times chance
POINTS = 3


def _distribution(model: str, framework: Any, mode: Any) -> Distribution:
    return Distribution(
        model=model,
        framework=framework,
        mode=mode,
        budget="every",
        data="stand-in",
        description="",
        protocol="",
        hidden_rows=180,
        right=(),
        mean=0.5,
        sd=0.1,
        bound=BOUND,
        method="normal",
        normal_p=0.5,
        held_out=0,
        false_fails=0,
        interval=(0.0, 1.0),
    )


def _class(
    factory: pytest.TempPathFactory, sources: dict[str, str | tuple[str, ...]], mode: str, audit: float = 1
) -> Graded:
    """The assignment with another way of judging under `quick`, and a threshold that doesn't hang on the machine."""
    folder = factory.mktemp("assignments") / "stacked_rnn"
    folder.mkdir()
    source = ROOT / "reference" / "stacked_rnn"
    for name in ("assignment.toml", "expected.json", "model_keras.py", "model_torch.py"):
        (folder / name).write_bytes((source / name).read_bytes())
    change_settings(folder, {"accuracy": {"modes": {"quick": mode}, "audit": audit}})
    known = [_distribution("stack8", "torch", mode), _distribution("stack10", "keras", mode)]
    calibration = Calibration(distributions=tuple(known))
    (folder / "calibration.json").write_text(json.dumps(calibration.model_dump(mode="json")), "utf-8")
    papers = factory.mktemp("class")
    lay_out(sources, papers)
    report: Path = factory.mktemp("report")
    return grade(report, papers, "--assignments", folder.parent, SUITE_STAND_IN="1")


@pytest.fixture(scope="module")
def submitted(tmp_path_factory: pytest.TempPathFactory) -> Graded:
    """Judged with the weights that came."""
    return _class(tmp_path_factory, AS_SUBMITTED, "as_submitted")


@pytest.fixture(scope="module")
def retrained(tmp_path_factory: pytest.TempPathFactory) -> Graded:
    """Trained again by the host, whatever their proofs say."""
    return _class(tmp_path_factory, RETRAINED, "retrain")


@pytest.fixture(scope="module")
def proved(tmp_path_factory: pytest.TempPathFactory) -> Graded:
    """Trained again only where the proof doesn't say what they learn."""
    return _class(tmp_path_factory, RETRAINED | OPEN, "retrain", audit=0)


def _verdict(graded: Graded, name: str) -> Any:
    return next(v for v in graded.results[name]["verdicts"] if v["check"] == "accuracy")


@pytest.mark.parametrize("name", ["trained", "overwritten"])
def test_trained_models_are_scored(submitted: Graded, name: str) -> None:
    """A trained model gets the points, also where a last cell overwrites it with a fresh one."""
    verdict = _verdict(submitted, name)
    assert (verdict["outcome"], verdict["points"]) == ("pass", POINTS), verdict["message"]
    assert verdict["observed"]["by"] == "reference"


def test_untrained_model(submitted: Graded) -> None:
    """A model that never learnt answers by chance, and is told so."""
    verdict = _verdict(submitted, "untrained")
    assert (verdict["outcome"], verdict["points"]) == ("fail", 0)
    assert "never trained" in verdict["message"]


def test_stored_answers_gain_nothing(submitted: Graded) -> None:
    """A table of the test set isn't asked where the reference answers, and is a claim where it can't."""
    forged = _verdict(submitted, "lookup")
    assert (forged["outcome"], forged["points"]) == ("fail", 0)
    other = _verdict(submitted, "lookup_of_another_kind")
    assert (other["outcome"], other["points"], other["observed"]["by"]) == ("inconclusive", 0, "own answers")
    assert other["observed"]["accuracy"] > BOUND  # the table does hold the hidden rows


def test_weights_elsewhere(submitted: Graded) -> None:
    """A model that answers with other weights than those that it shows earns nothing, nor does the one that it asks."""
    verdict = _verdict(submitted, "elsewhere")
    assert (verdict["outcome"], verdict["points"]) == ("inconclusive", 0)


def test_host_trains_again(retrained: Graded) -> None:
    """A model that the submission never trained shows that it learns, and its curve is on the page."""
    verdict = _verdict(retrained, "free")
    assert (verdict["outcome"], verdict["points"]) == ("pass", POINTS), verdict["message"]
    (page,) = (retrained.report / "submissions").glob("free-*.html")
    assert page.read_text("utf-8").count("<polyline") == 1


@pytest.mark.parametrize("name", ["frozen", "frozen_keras"])
def test_frozen_models_stay_at_chance(retrained: Graded, name: str) -> None:
    """Where nothing may move, nothing is learnt."""
    verdict = _verdict(retrained, name)
    assert (verdict["outcome"], verdict["points"]) == ("fail", 0)
    assert "frozen" in verdict["message"]
    assert verdict["observed"]["trainings"] == 3  # a training that got stuck would have had two more chances


@pytest.mark.parametrize(("whole", "part"), [("free", "frozen_below"), ("free", "frozen_below_keras")])
def test_partly_frozen_models_are_judged(retrained: Graded, whole: str, part: str) -> None:
    """Frozen recurrent layers show in the accuracy, whatever it is then worth."""
    seen = {name: _verdict(retrained, name)["observed"]["accuracy"] for name in (whole, part)}
    assert seen[part] < seen[whole]


@pytest.mark.parametrize("name", ["free", "free_keras"])
def test_what_is_proved_is_not_trained(proved: Graded, retrained: Graded, name: str) -> None:
    """A model that answers and learns as the reference does has its points by that, and the page says so."""
    verdict = _verdict(proved, name)
    assert (verdict["outcome"], verdict["points"], verdict["observed"]["by"]) == ("pass", POINTS, "proof")
    assert "wasn't trained again" in verdict["message"]
    assert (_verdict(retrained, name)["points"], _verdict(retrained, name)["observed"]["by"]) == (POINTS, "reference")


@pytest.mark.parametrize("name", ["frozen", "frozen_keras", "frozen_below", "frozen_below_keras", *OPEN])
def test_what_the_proof_leaves_open_is_trained(proved: Graded, name: str) -> None:
    """Each case in which a model may learn otherwise than the reference, whatever the share of the audit."""
    assert _verdict(proved, name)["observed"]["by"] == "reference"
    assert not _verdict(proved, name)["details"]


def test_the_report_counts_the_audit(proved: Graded, retrained: Graded) -> None:
    """It says how many models were judged by their proofs, and how many of them were trained all the same."""
    documents = [json.loads((graded.report / "results.json").read_text("utf-8")) for graded in (proved, retrained)]
    unaudited, audited = ("\n".join(document["notes"]) for document in documents)
    assert "learn as the reference does: 2. None of them was drawn" in unaudited
    assert "drawn by lot: 2; all learnt as expected" in audited
    assert "learnt as expected" in " ".join(_verdict(retrained, "free")["details"])
