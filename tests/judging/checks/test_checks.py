"""Checks on evidence made by hand: points, alignment and the sentences that teach."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from suite import assignments
from suite.assignments import Assignment, Expected
from suite.judging.checks import judge
from suite.records import (
    Accuracy,
    CellOutcome,
    Evidence,
    Layer,
    Model,
    Outcome,
    Proof,
    Result,
    Run,
    Submission,
    Weight,
    text,
)
from suite.text.language import say
from tests.conftest import ROOT

EMPTY = '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'


@pytest.fixture(scope="module")
def assignment() -> Assignment:
    return assignments.load("stacked_rnn", ROOT / "reference")


@pytest.fixture(scope="module")
def expected(assignment: Assignment) -> Expected:
    return assignments.load_expected(assignment)


def _layer(units: int, inputs: int, shape: tuple[int | None, ...], **options: Any) -> Layer:
    shapes = [(inputs, units), (units, units), (units,)]
    weights = tuple(Weight(name=str(shape), shape=shape, trainable=True) for shape in shapes)
    return Layer(name="rnn", kind="SimpleRNN", weights=weights, output_shape=shape, options=options)


def _dense(shape: tuple[int | None, ...] | None = (None, 10)) -> Layer:
    weights = (Weight(name="kernel", shape=(10, 10), trainable=True), Weight(name="bias", shape=(10,), trainable=True))
    return Layer(name="dense", kind="Dense", weights=weights, output_shape=shape)


RIGHT = Model(
    name="model",
    framework="keras",
    class_name="Sequential",
    cell=1,
    finished=True,
    layers=(_layer(10, 28, (None, 28, 10)), _layer(10, 10, (None, 28, 10)), _layer(10, 10, (None, 10)), _dense()),
    inputs=((None, 28, 28),),
    outputs=((None, 10),),
    sample=(),
    proofs=(Proof(task="stack", model_id="stack10", mappings=1, difference=1e-7, steps=2),),
    accuracies=(Accuracy(task="stack", model_id="stack10", mode="retrain", right=900, rows=1000),),
)


def _evidence(*models: Model, cells: tuple[Outcome, ...] = (Outcome.PASS,), **changes: Any) -> Evidence:
    outcomes = tuple(CellOutcome(index=index, outcome=outcome, seconds=0.1) for index, outcome in enumerate(cells))
    run = Run(cells=outcomes, notebook=changes.pop("notebook", EMPTY), seconds=1.0, sandbox="bubblewrap")
    return Evidence(run=replace(run, **changes.pop("run", {})), models=models, **changes)


SUBMISSION = Submission(student="ana", source="ana.py", files=(), main="", notebook=EMPTY, content_hash="")


@pytest.fixture
def grade(assignment: Assignment, expected: Expected) -> Any:
    def run(evidence: Evidence) -> Result:
        return judge(SUBMISSION, assignment, expected, evidence)

    return run


def _points(result: Result) -> dict[str, float]:
    return {verdict.check: verdict.points for verdict in result.verdicts}


def _said(result: Result) -> str:
    return " | ".join(
        say(detail, "en") for verdict in result.verdicts for detail in (verdict.message, *verdict.details)
    )


def test_right_model_gets_everything(grade: Any) -> None:
    """Full marks, status pass."""
    result = grade(_evidence(RIGHT))
    assert (result.status, result.score) == (Outcome.PASS, 18)


def test_missing_layer_does_not_shift_the_others(grade: Any) -> None:
    """Three of four layers agree; the missing one and the total cost their shares."""
    model = replace(RIGHT, layers=(RIGHT.layers[0], RIGHT.layers[2], RIGHT.layers[3]), proofs=())
    result = grade(_evidence(model))
    assert _points(result)["parameters"] == pytest.approx(5 * 3 / 5)
    assert "is missing" in _said(result)


def test_extra_layer_is_named(grade: Any) -> None:
    """A fifth layer costs its share and the total."""
    result = grade(_evidence(replace(RIGHT, layers=(*RIGHT.layers, _dense()))))
    assert _points(result)["parameters"] == pytest.approx(5 * 4 / 6)
    assert "one too many" in _said(result)


def test_forgotten_return_sequences_is_taught(grade: Any) -> None:
    """The layer before the one that failed is named, and what to set."""
    layers = (
        _layer(10, 28, (None, 28, 10), return_sequences=True),
        _layer(10, 10, (None, 10), return_sequences=False),
        Layer(name="c", kind="SimpleRNN", weights=(), output_shape=None, options={"return_sequences": False}),
    )
    model = replace(RIGHT, layers=layers, finished=False, outputs=(), problem="ValueError: ndim", proofs=())
    result = grade(_evidence(model, cells=(Outcome.ERROR,)))
    assert say(result.summary, "en").startswith("Layer 2 returns (None, 10) but layer 3 needs a sequence")
    assert say(result.summary, "es").startswith("La capa 2 devuelve (None, 10) pero la capa 3 necesita")


def test_sequence_too_many_is_taught(grade: Any) -> None:
    """A last recurrent layer that returns its sequence is told to stop doing so."""
    layers = (*RIGHT.layers[:2], _layer(10, 10, (None, 28, 10), return_sequences=True), _dense((None, 28, 10)))
    result = grade(_evidence(replace(RIGHT, layers=layers, outputs=((None, 28, 10),), proofs=())))
    assert "leave return_sequences out" in say(result.summary, "en")


def test_last_output_where_a_sequence_is_expected_is_taught(grade: Any) -> None:
    """A recurrent layer that should return its sequence is told to."""
    second = _layer(10, 10, (None, 10), return_sequences=False)
    model = replace(RIGHT, layers=(RIGHT.layers[0], second, *RIGHT.layers[2:]), proofs=())
    assert "returns its last output only, (None, 10), expected its whole sequence" in _said(grade(_evidence(model)))


def test_proved_models_may_be_written_in_any_form(grade: Any) -> None:
    """One layer that holds all tensors, and returns none of the right shapes, costs no points where it is proved."""
    weights = tuple(weight for layer in RIGHT.layers for weight in layer.weights)
    whole = Layer(name="whole", kind="Net", weights=weights, output_shape=(None, 10))
    proof = replace(RIGHT.proofs[0], filled=920)
    result = grade(_evidence(replace(RIGHT, layers=(whole,), proofs=(proof,))))
    assert (result.status, result.score) == (Outcome.PASS, 18)


def test_tensors_that_the_proof_did_not_fill_count(grade: Any) -> None:
    """A layer beside the proved ones keeps the shapes right and costs its share of the counts, and the total."""
    proof = replace(RIGHT.proofs[0], filled=920)
    result = grade(_evidence(replace(RIGHT, layers=(*RIGHT.layers, _dense(None)), proofs=(proof,))))
    assert _points(result) == pytest.approx(
        {"runs": 2, "shapes": 3, "parameters": 5 * 4 / 6, "function": 5, "accuracy": 3}
    )


@pytest.mark.parametrize(("difference", "points"), [(1e-7, 3), (0.5, 1.8)])
def test_time_first_is_right_where_it_is_proved(grade: Any, difference: float, points: float) -> None:
    """PyTorch's own order of time and batch inside a model costs nothing, where the model is the reference's equal."""
    layers = tuple(
        replace(layer, output_shape=(28, 3, 10)) if layer.kind == "SimpleRNN" else layer for layer in RIGHT.layers
    )
    proof = Proof(task="stack", model_id="stack10", mappings=1, difference=difference, steps=2)
    result = grade(_evidence(replace(RIGHT, layers=(*layers[:2], *RIGHT.layers[2:]), proofs=(proof,))))
    assert _points(result)["shapes"] == pytest.approx(points)


def test_best_of_several_models_counts(grade: Any) -> None:
    """A right model keeps its marks beside wrong ones, before or after it."""
    wrong = replace(RIGHT, layers=(_dense(),), cell=5)
    assert grade(_evidence(wrong, RIGHT, replace(wrong, cell=0))).score == 18


def test_latest_of_equals_is_taken(grade: Any) -> None:
    """Of two right models the report shows the later one."""
    result = grade(_evidence(replace(RIGHT, name="old", cell=0), replace(RIGHT, name="new", cell=3)))
    assert result.comparisons[0].variable == "new"


def test_no_model_after_an_error_is_skipped(grade: Any) -> None:
    """What never came to be is skipped for the error's sake; without an error it fails."""
    outcomes = [v.outcome for v in grade(_evidence(cells=(Outcome.ERROR,))).verdicts]
    assert outcomes == [Outcome.ERROR, *[Outcome.SKIPPED] * 4]
    assert [v.outcome for v in grade(_evidence()).verdicts] == [Outcome.PASS, *[Outcome.FAIL] * 4]


def test_a_limit_names_itself(grade: Any) -> None:
    """The status of a run that a limit ended is that limit's."""
    stopped = {"stopped": text("memory_limit", limit=800), "stopped_as": Outcome.MEMORY}
    result = grade(_evidence(cells=(Outcome.PASS, Outcome.MEMORY, Outcome.SKIPPED), run=stopped))
    assert result.status is Outcome.MEMORY
    assert _points(result)["runs"] == pytest.approx(2 / 3)
    assert "800 MiB" in say(result.summary, "en")


def test_silent_process_is_an_error(grade: Any) -> None:
    """A process that ran its cells and then answered nothing gets no marks for a model that nobody saw."""
    result = grade(_evidence(silent="the process ended before it answered"))
    assert [v.outcome for v in result.verdicts] == [Outcome.ERROR, *[Outcome.SKIPPED] * 4]


@pytest.mark.parametrize(
    ("printed", "noted"),
    [
        ("Total params: 90", True),
        ("Total params: 920", False),
        ("\x1b[1m Total params: \x1b[0m\x1b[38;5;34m920\x1b[0m (3.59 KB)", False),
        ("Total params: 2,762", True),
        ("Total params: " + "9" * 40, True),
        ("Total params: " + "9" * 5000, False),
        ("no summary", False),
    ],
)
def test_wrong_summaries_are_noted(grade: Any, printed: str, noted: bool) -> None:  # noqa: FBT001
    """A printed total that no model has is remarked on, whatever its colours and separators."""
    output = {"output_type": "stream", "name": "stdout", "text": printed}
    notebook = json.dumps({"cells": [{"cell_type": "code", "source": "", "outputs": [output]}]})
    assert bool(grade(_evidence(RIGHT, notebook=notebook)).notes) is noted


@pytest.mark.parametrize(
    ("source", "noted"),
    [
        ("os.environ['KERAS_BACKEND'] = 'torch'", True),
        ("%env KERAS_BACKEND=jax", True),
        ('os.environ["KERAS_BACKEND"] = "tensorflow"', False),
        ("import torch", False),
    ],
)
def test_another_backend_is_noted(grade: Any, source: str, noted: bool) -> None:  # noqa: FBT001
    """A notebook that asks for a backend which isn't used is told on which one it ran."""
    notebook = json.dumps({"cells": [{"cell_type": "code", "source": source, "outputs": []}]})
    assert [note.key for note in grade(_evidence(RIGHT, notebook=notebook)).notes] == ["note_backend"] * noted


def _conv(shape: tuple[int | None, ...]) -> Layer:
    weights = (Weight(name="kernel", shape=(3, 3, 1, 10), trainable=True),)
    return Layer(name="conv", kind="Conv2D", weights=weights, output_shape=shape)


def test_messages_on_a_model_without_recurrent_layers_name_no_steps(grade: Any) -> None:
    """A convolutional model is told which layer was expected, and nothing of time steps, directions or masks."""
    model = replace(RIGHT, layers=(_conv((None, 26, 26, 10)), _dense()), proofs=())
    said = _said(grade(_evidence(model)))
    assert "Layer 1 (Conv2D) returns (None, 26, 26, 10); expected is a layer of the kind SimpleRNN" in said
    assert not any(word in said for word in ("time step", "return_sequences", "direction", "mask"))


def test_a_missing_flatten_is_no_matter_of_steps(grade: Any) -> None:
    """A dense layer over the rows of an image, with no recurrent layer before it."""
    plain = (_dense((None, 28, 10)), _dense((None, 28, 10)), _dense((None, 28, 10)), _dense((None, 28, 10)))
    said = _said(grade(_evidence(replace(RIGHT, layers=plain, outputs=((None, 28, 10),), proofs=()))))
    assert "(Dense) works on each row of its input by itself" in said
    assert "time step" not in said


def test_a_classifier_of_every_step_is_told_so_after_a_recurrent_layer(grade: Any) -> None:
    """Behind recurrent layers the same shape means that the classifier reads every step."""
    layers = (*RIGHT.layers[:2], _layer(10, 10, (None, 28, 10)), _dense((None, 28, 10)))
    said = _said(grade(_evidence(replace(RIGHT, layers=layers, outputs=((None, 28, 10),), proofs=()))))
    assert "Layer 4 (Dense) works on every time step" in said


@pytest.mark.parametrize(
    ("layers", "layer", "hint"),
    [
        (RIGHT.layers, 1, "activation, direction, mask and input"),
        (RIGHT.layers, 4, "(Dense). Check that layer's activation and input"),
        (RIGHT.layers, None, "which step is read last"),
        ((_conv((None, 28, 10)), _dense()), None, "the order of the layers"),
    ],
)
def test_hints_on_what_differs_fit_the_layers(
    grade: Any, layers: tuple[Layer, ...], layer: int | None, hint: str
) -> None:
    """Directions, masks and steps are named where something recurrent may have them."""
    proof = replace(RIGHT.proofs[0], difference=0.5, layer=layer)
    assert hint in _said(grade(_evidence(replace(RIGHT, layers=layers, proofs=(proof,)))))
