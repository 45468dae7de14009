"""The sentence on a submission: its costliest cause, and not what follows from it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from suite import assignments
from suite.judging import diagnoses
from suite.judging.checks import judge
from suite.records import Accuracy, Evidence, Layer, Model, Outcome, Proof, Result, Run, Submission, Text, Weight, text
from suite.text.language import say
from tests.conftest import ROOT
from tests.judging.runs import make_run, undefined

STACK = assignments.load("stacked_rnn", ROOT / "reference")
GUIDE = assignments.load("rnn_guide", ROOT / "reference")
SUBMISSION = Submission(student="ana", source="ana.ipynb", files=(), main="", notebook="", content_hash="")
NO_LAYERS = "ValueError: Sequential model sequential cannot be built because it has no layers."


def _model(assignment: assignments.Assignment, model_id: str, cell: int = 0, **changes: Any) -> Model:
    """A right model, proved."""
    reference = assignments.load_expected(assignment).models[model_id]["keras"]
    task = next(task for task in assignment.tasks if model_id in task.accepts)
    layers = tuple(
        Layer(
            name=str(place),
            kind=layer.kind,
            weights=tuple(Weight(name="w", shape=shape, trainable=True) for shape in layer.weights),
            output_shape=layer.output_shape,
            formula=layer.formula,
        )
        for place, layer in enumerate(reference.layers)
    )
    model = Model(
        name="model",
        framework="keras",
        class_name="Sequential",
        cell=cell,
        finished=True,
        layers=layers,
        inputs=tuple((None, *given.shape) for given in task.probes[0].inputs),
        outputs=reference.outputs,
        sample=(),
        proofs=(Proof(task=task.id, model_id=model_id, mappings=1, difference=0.0, steps=2),),
        accuracies=(Accuracy(task=task.id, model_id=model_id, mode="retrain", right=99, rows=100),),
    )
    return replace(model, **changes)


def _judge(assignment: assignments.Assignment, run: Run, *models: Model, **changes: Any) -> Result:
    evidence = Evidence(run=run, models=models, **changes)
    return diagnoses.explain(judge(SUBMISSION, assignment, assignments.load_expected(assignment), evidence))


def _said(result: Result) -> str:
    return say(result.summary, "en")


def test_an_error_that_left_a_model_unfinished_is_told_instead_of_the_model() -> None:
    """`load_dataa()` first; then a model whose layers were never added, as their cell missed the data."""
    model = _model(STACK, "stack10", cell=1, layers=(), inputs=(), outputs=(), proofs=(), problem=NO_LAYERS)
    run = make_run(
        ("x, y = load_dataa()", "AttributeError", "no attribute 'load_dataa'"),
        ("model = Sequential()\nmodel.add(LSTM(x.shape))", "NameError", "name 'x' is not defined"),
        undefined("y"),
    )
    assert _said(_judge(STACK, run, model)) == "Code cell 1 stopped with AttributeError: no attribute 'load_dataa'"


def test_a_wrong_model_outweighs_a_small_error_before_it() -> None:
    """A failed plot costs a cell; a wrong layer costs most of the points."""
    wrong = replace(_model(STACK, "stack10").layers[2], weights=(Weight(name="w", shape=(9, 9), trainable=True),))
    right = _model(STACK, "stack10", cell=1, proofs=())
    model = replace(right, layers=(*right.layers[:2], wrong, right.layers[3]))
    run = make_run(("plot()", "ValueError", "no plot"), "model = build()")
    assert _judge(STACK, run, model).summary_task == "stack"


def test_an_error_alone_is_the_headline_and_its_consequences_are_not() -> None:
    """One cause of three failed cells costs more than one alone, whichever comes first."""
    run = make_run("m", undefined("z"), ("x = f()", "OSError", "gone"), undefined("x"), undefined("x"))
    assert _said(_judge(STACK, run, _model(STACK, "stack10"))) == "Code cell 3 stopped with OSError: gone"


def test_of_equal_causes_the_first_is_told() -> None:
    """Two errors that cost a cell each."""
    run = make_run("m", ("f()", "OSError", "first"), ("g()", "OSError", "second"))
    assert _said(_judge(STACK, run, _model(STACK, "stack10"))).endswith("first")


def test_why_building_a_model_raised_is_told_rather_than_the_exception() -> None:
    """The layer without `return_sequences` explains the `ValueError` of the cell that builds the model."""
    layers = (
        replace(_model(STACK, "stack10").layers[0], options={"return_sequences": False}, output_shape=(None, 10)),
        Layer(name="b", kind="SimpleRNN", weights=(), output_shape=None, options={"return_sequences": False}),
    )
    flat = "Input 0 of layer is incompatible with the layer: expected ndim=3, found ndim=2."
    model = _model(
        STACK, "stack10", layers=layers, finished=False, outputs=(), proofs=(), problem=f"ValueError: {flat}"
    )
    result = _judge(STACK, make_run(("model = Sequential([SimpleRNN(10), SimpleRNN(10)])", "ValueError", flat)), model)
    assert "set return_sequences=True in layer 1" in _said(result)


@pytest.mark.parametrize("stopped", [text("wall_limit", seconds=5, cell=2), text("kernel_died", cell=2)])
def test_what_ended_the_run_is_told_where_no_model_was_built(stopped: Text) -> None:
    """A limit is the cause of everything after it."""
    run = replace(make_run("import torch", "while True: pass"), stopped=stopped, stopped_as=Outcome.TIMEOUT)
    run = replace(run, cells=(run.cells[0], replace(run.cells[1], outcome=Outcome.TIMEOUT)))
    assert _judge(STACK, run).summary == stopped


def test_missing_models_are_named_with_what_was_found() -> None:
    """Models of seven tasks, and one that fits none: not a word of "no model"."""
    ids = [task.accepts[0] for task in GUIDE.graded_tasks][2:]
    models = [_model(GUIDE, model_id, cell) for cell, model_id in enumerate(ids)]
    dense = Layer(
        name="d", kind="Dense", weights=(Weight(name="k", shape=(3, 2), trainable=True),), output_shape=(None, 2)
    )
    stray = _model(
        GUIDE, "stateful", 7, name="net", layers=(dense,), inputs=((None, 3),), outputs=((None, 2),), proofs=()
    )
    other = replace(stray, name="", cell=6, inputs=(), outputs=())
    result = _judge(GUIDE, make_run(*["m"] * 8), *models, stray, other)
    assert _said(result).startswith("2 of 9 models are missing: embed_lstm, gru_rnn.")
    assert "Sequential net [8] (None, 3) → (None, 2), 6; Sequential [7] (Dense), 6." in _said(result)
    assert "state_reuse = Sequential model [3]" in _said(result)
    (missing,) = (v for v in result.verdicts if (v.check, v.task) == ("shapes", "gru_rnn"))
    assert say(missing.message, "en").startswith("A model for gru_rnn ((None, 12) → (None, 10), 361,866 parameters)")


def test_one_missing_model_is_named_where_all_others_are_right() -> None:
    """Each model that was found belongs to another task."""
    ids = [task.accepts[0] for task in GUIDE.graded_tasks if task.id != "nested_cell"]
    models = [_model(GUIDE, model_id, cell) for cell, model_id in enumerate(ids)]
    said = _said(_judge(GUIDE, make_run(*["m"] * 9), *models))
    assert said.startswith("A model for nested_cell (")
    assert "Models that were found: 8; none of them is for this task" in said


def test_without_any_model_there_is_none() -> None:
    """The sentence that says how to hand in a model is kept for this."""
    assert _judge(STACK, make_run("print(1)")).summary.key == "no_model"


def test_an_error_in_a_cell_that_builds_models_explains_missing_ones() -> None:
    """And the error that has nothing to do with models doesn't."""
    ids = [task.accepts[0] for task in GUIDE.graded_tasks][1:]
    models = [_model(GUIDE, model_id, 0) for model_id in ids]
    broken = make_run("m", ("model = Sequential([LSTM(units)])", "TypeError", "units"))
    assert _said(_judge(GUIDE, broken, *models)) == "Code cell 2 stopped with TypeError: units"
    plotted = make_run("m", ("plt.plot(history)", "TypeError", "history"))
    assert _said(_judge(GUIDE, plotted, *models)).startswith("A model for embed_lstm (")
