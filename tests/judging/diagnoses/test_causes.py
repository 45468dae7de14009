"""Causes that are told from errors and sources alone, and what must not be taken for them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from suite.judging.diagnoses import DiagnosisContext, all_causes
from suite.judging.sources import read
from suite.records import Evidence, FinalState, OptimizerRun, Run, TrainingObservations
from tests.judging.runs import EMPTY_MODEL, Cell, make_run

COMPILE = "model.compile(loss='sparse_categorical_crossentropy')"
RANK = "Argument `output` must have rank (ndim) `target.ndim - 1`. Received: target.shape={}, output.shape={}"
UNTIL = (
    "Arguments `target` and `output` must have the same shape up until the last dimension: target.shape={}, "
    "output.shape={}"
)
SHAPE = "Arguments `target` and `output` must have the same shape. Received: target.shape={}, output.shape={}"
NDIM = "Arguments `target` and `output` must have the same rank (ndim). Received: target.shape={}, output.shape={}"
FLAT = "`logits and labels must have the same first dimension, got logits shape {} and labels shape {}'"
KERAS_2 = "Shapes {} and {} are incompatible"


def _found(run: Run, **evidence: object) -> list[tuple[str, str]]:
    """(cause, key of its message) of all that is recognised."""
    seen = Evidence(run=run, **evidence)  # type: ignore[arg-type]
    context = DiagnosisContext(evidence=seen, cells=read(run.notebook), subjects=())
    return [(cause.name, found.message.key) for cause in all_causes() for found in cause.recognise(context)]


@pytest.mark.parametrize(
    ("error", "labels", "answers", "key"),
    [
        (RANK, "(32, 10)", "(32, 10)", "cause_labels_one_hot"),
        (RANK, "(32, 12)", "(32, 10)", "cause_labels_classes"),
        (RANK, "(32,)", "(32, 28, 10)", "cause_labels_steps"),
        (RANK, "(32, 1)", "(32, 28, 10)", "cause_labels_steps"),
        (UNTIL, "(31,)", "(32, 10)", None),
        (SHAPE, "(32, 12)", "(32, 10)", "cause_labels_classes"),
        (SHAPE, "(32, 1)", "(32, 10)", "cause_labels_sparse"),
        (NDIM, "(32,)", "(32, 10)", "cause_labels_sparse"),
        (NDIM, "(32, 10)", "(32, 28, 10)", "cause_labels_steps"),
        (NDIM, "(32,)", "(32, 1)", None),
        (FLAT, "[32,10]", "[320]", "cause_labels_one_hot"),
        (FLAT, "[32,10]", "[384]", "cause_labels_classes"),
        (FLAT, "[896,10]", "[32]", "cause_labels_steps"),
        (FLAT, "[30,10]", "[32]", None),
        (FLAT, "[0,10]", "[32]", None),
        (KERAS_2, "(None, 1)", "(None, 10)", "cause_labels_sparse"),
        (KERAS_2, "(None, 12)", "(None, 10)", "cause_labels_classes"),
        (KERAS_2, "(None, 10)", "(None, 28, 10)", "cause_labels_steps"),
    ],
)
def test_shapes_of_labels_tell_the_mistake(error: str, labels: str, answers: str, key: str | None) -> None:
    """One-hot rows, class numbers, other classes and a model that answers each step are told apart."""
    run = make_run(COMPILE, ("model.fit(x, y)", "ValueError", error.format(labels, answers)))
    assert [found for _, found in _found(run)] == ([key] if key else [])


@pytest.mark.parametrize(
    ("error", "key"),
    [
        ("Expected floating point type for target with class probabilities, got Long", "cause_labels_one_hot"),
        ("0D or 1D target tensor expected, multi-target not supported", "cause_labels_column"),
    ],
)
def test_pytorch_tells_rows_of_classes_from_columns(error: str, key: str) -> None:
    """Labels of another shape than the answers' are no one-hot rows."""
    run = make_run("loss = nn.CrossEntropyLoss()", ("loss(model(x), y)", "RuntimeError", error))
    assert [found for _, found in _found(run)] == [key]


@pytest.mark.parametrize(
    ("error", "found"),
    [
        ("Received a label value of 9 which is outside the valid range of [0, 9).  Label values: 9 1", 1),
        ("Target 10 is out of bounds.", 1),
        ("Target -1 is out of bounds.", 0),
        ("index 10 is out of bounds for axis 0 with size 10", 0),
    ],
)
def test_a_label_needs_an_output(error: str, found: int) -> None:
    """Class numbers that are too large; one below 0 has another cause."""
    run = make_run(("model.fit(x, y)", "IndexError", error))
    assert _found(run) == [("label_beyond_outputs", "cause_label_beyond_outputs")] * found


@pytest.mark.parametrize("error", ["indices[3,17] = 20001 is not in [0, 20000)", "index out of range in self"])
def test_a_word_needs_a_row(error: str) -> None:
    """Once, however many cells it stops, and only where there is an embedding."""
    cell: Cell = ("model(words)", "IndexError", error)
    table = "table = nn.Embedding(100, 8)"
    assert _found(make_run(table, cell, cell)) == [("word_beyond_table", "cause_word_beyond_table")]
    assert _found(make_run(cell)) == []


@pytest.mark.parametrize(
    "error",
    [
        "Torch not compiled with CUDA enabled",
        "Found no NVIDIA driver on your system. Please check that you have an NVIDIA GPU",
        "Attempting to deserialize object on a CUDA device but torch.cuda.is_available() is False.",
    ],
)
def test_a_missing_gpu_is_named_once(error: str) -> None:
    """However many cells ask for it."""
    cell: Cell = ("model.cuda()", "RuntimeError", error)
    assert _found(make_run(cell, cell)) == [("no_gpu", "cause_no_gpu")]


TRAINED = TrainingObservations(
    trainings=(
        OptimizerRun(
            cell=0,
            models=(0,),
            optimizer="Adam",
            rate=1e-3,
            loss="",
            steps=9,
            effective=9,
            test_steps=0,
            first_loss=1.0,
            last_loss=0.5,
            diverged=False,
        ),
    ),
    states=(
        FinalState(built=True, finite=True, successor=1),
        FinalState(built=True, finite=True, successor=None),
    ),
)


@pytest.mark.parametrize(
    ("after", "told"),
    [
        ("model = Net()", True),
        ("model = Net()\nmodel.load_state_dict(torch.load('m.pt'))", False),
        ("model = build()\nmodel.load_weights('m.weights.h5')", False),
        ("model = build()\nmodel.set_weights(weights)", False),
        ("model = keras.models.load_model('m.keras')", False),
        ("model = copy.deepcopy(best)", False),
    ],
)
def test_a_model_that_gets_weights_overwrites_none(after: str, told: bool) -> None:  # noqa: FBT001
    """A new model under the old name is told only if nothing gives it the weights of a trained one."""
    models = (EMPTY_MODEL, replace(EMPTY_MODEL, cell=1))
    found = _found(make_run("model = Net()", after), models=models, observations=TRAINED)
    assert (("trained_model_overwritten", "cause_trained_model_overwritten") in found) is told


@pytest.mark.parametrize(("raised", "key"), [(False, "cause_old_api_ignored"), (True, "cause_old_api_removed")])
def test_keras_2_ignores_an_option_only_where_it_ran(raised: bool, key: str) -> None:  # noqa: FBT001
    """A cell that raises there, too, trains at no rate at all."""
    source = "model.compile(keras.optimizers.Adam(lr=0.01, other=1))"
    cell: Cell = (source, "TypeError", "('Keyword argument not understood:', 'other')") if raised else source
    removed = (("lr=", "learning_rate="),)
    assert [k for _, k in _found(make_run(cell), removed_apis=removed, runtime="keras2")] == [key]


@pytest.mark.parametrize(
    ("given", "said"), [("(28, 28)", "(28, 28)"), ("0x" + "f" * 9999, "…"), ("(" * 90 + "1" + ",)" * 90, "(" * 60)]
)
def test_long_options_are_not_written_out(given: str, said: str) -> None:
    """A number of more digits than Python writes, or tuples in tuples, are no option that anybody reads."""
    run = make_run(f"layers.Dense(1, input_shape={given})")
    context = DiagnosisContext(evidence=Evidence(run=run), cells=read(run.notebook), subjects=())
    (found,) = [found for cause in all_causes() for found in cause.recognise(context)]
    assert found.message.values["value"] == said
