"""Many models in one notebook, each for the task that it fits."""

from __future__ import annotations

from dataclasses import replace

import pytest

from suite import assignments
from suite.assignments import Assignment, Expected, ExpectedLayer
from suite.judging.checks import judge
from suite.judging.checks.match import Match, _align, match
from suite.records import Accuracy, CellOutcome, Evidence, Layer, Model, Outcome, Proof, Run, Submission, Weight
from suite.text.language import say
from tests.conftest import ROOT

EMPTY = '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'


@pytest.fixture(scope="module")
def guide() -> Assignment:
    return assignments.load("rnn_guide", ROOT / "reference")


@pytest.fixture(scope="module")
def expected(guide: Assignment) -> Expected:
    return assignments.load_expected(guide)


@pytest.fixture(scope="module")
def models(guide: Assignment, expected: Expected) -> list[Model]:
    """What a notebook holds that is right in every task, all under the one name `model`."""
    ids = [task.accepts[0] for task in guide.graded_tasks]
    return [_as_model(model_id, expected, cell) for cell, model_id in enumerate(ids)]


def _as_model(model_id: str, expected: Expected, cell: int, framework: str = "keras") -> Model:
    reference = expected.models[model_id][framework]
    layers = tuple(
        Layer(
            name=str(place),
            kind=layer.kind,
            weights=tuple(Weight(name="w", shape=shape, trainable=True) for shape in layer.weights),
            output_shape=layer.output_shape,
        )
        for place, layer in enumerate(reference.layers)
    )
    return Model(
        name="model",
        framework=framework,
        class_name="Sequential",
        cell=cell,
        finished=True,
        layers=layers,
        inputs=(),
        outputs=reference.outputs,
        sample=(),
        proofs=(Proof(task=model_id, model_id=model_id, mappings=1, difference=0.0, steps=2),),
        accuracies=(Accuracy(task=model_id, model_id=model_id, mode="retrain", right=100, rows=100),),
    )


def _evidence(models: list[Model]) -> Evidence:
    cells = (CellOutcome(index=0, outcome=Outcome.PASS, seconds=0.0),)
    return Evidence(run=Run(cells=cells, notebook=EMPTY, seconds=0.0, sandbox="bubblewrap"), models=tuple(models))


def _matched(guide: Assignment, expected: Expected, models: list[Model]) -> dict[str, Match]:
    return {found.task.id: found for found in match(guide, expected, _evidence(models))}


def test_each_model_finds_its_task(guide: Assignment, expected: Expected, models: list[Model]) -> None:
    """Structure tells them apart; order tells the two layers of 29,440 parameters apart."""
    cells = {task: found.model.cell for task, found in _matched(guide, expected, models).items() if found.model}
    assert list(cells.values()) == list(range(len(models)))


def test_order_of_other_structures_does_not_matter(guide: Assignment, expected: Expected, models: list[Model]) -> None:
    """A notebook that builds its models in another order loses nothing."""
    found = _matched(guide, expected, models[::-1])
    assert all(one.likeness == 1 for one in found.values())
    assert found["gru_rnn"].model is models[1]


def test_cell_and_layer_are_told_apart_by_their_class(
    guide: Assignment, expected: Expected, models: list[Model]
) -> None:
    """`LSTM` and `RNN(LSTMCell)` count the same; the class of the layer decides, whatever their order."""
    layer, cell = (
        replace(next(m for m in models if m.layers[0].kind == kind and len(m.layers) == 3), proofs=())
        for kind in ("LSTM", "RNN")
    )
    found = _matched(guide, expected, [cell, layer])
    assert found["mnist_lstm"].model is layer
    assert found["mnist_lstm_cell"].model is cell


def test_missing_model_costs_its_own_task_only(guide: Assignment, expected: Expected, models: list[Model]) -> None:
    """Without the GRU model its task has none, and every other task keeps its own."""
    found = _matched(guide, expected, [models[0], *models[2:]])
    assert found["gru_rnn"].model is None
    assert [task for task, one in found.items() if one.likeness < 1] == ["gru_rnn"]


def test_further_and_rival_models_are_named(guide: Assignment, expected: Expected, models: list[Model]) -> None:
    """A second model that fits as well is said to be further, and the choice is said to be one."""
    rival = replace(models[0], name="second", cell=50)
    submission = Submission(student="ana", source="a", files=(), main="", notebook=EMPTY, content_hash="")
    result = judge(submission, guide, expected, _evidence([*models, rival]))
    notes = [say(note, "en") for note in result.notes]
    assert result.score == result.max_score
    assert any("embed_lstm: more than one model fits exactly" in note and "second [50]" in note for note in notes)
    assert any("1 further model was" in note and "second (164106)" in note for note in notes)


def test_proof_decides_where_counts_do_not(guide: Assignment, expected: Expected, models: list[Model]) -> None:
    """Two layers of equal counts in the other order: each goes to the task whose reference it equals."""
    stateful, reused = (next(m for m in models if m.proofs[0].model_id == name) for name in ("stateful", "state_reuse"))
    found = _matched(guide, expected, [reused, stateful])
    assert found["stateful"].model is stateful
    assert found["state_reuse"].model is reused


def _spoiled(model: Model, **changes: object) -> Model:
    """A model in which no layer is right: other kinds and units throughout, and not proved."""
    layers = tuple(
        replace(
            layer,
            kind="Other",
            weights=(Weight(name="w", shape=(7, 7 + place), trainable=True),),
            output_shape=(None, 7),
        )
        for place, layer in enumerate(model.layers)
    )
    return replace(model, layers=layers, proofs=(), **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize("task", ["mnist_lstm", "bidirectional_stack", "stateful"])
def test_wrong_model_is_held_against_the_task_whose_input_it_takes(
    guide: Assignment, expected: Expected, models: list[Model], task: str
) -> None:
    """A classifier of images is no embedding of words, even where the task of words has no model, either."""
    place = next(n for n, model in enumerate(models) if model.proofs[0].task == task)
    inputs = next(each for each in guide.tasks if each.id == task).probes[0].shapes
    wrong = _spoiled(models[place], inputs=inputs)
    kept = [model for model in models if model.proofs[0].task not in (task, "embed_lstm", "nested_cell")]
    found = _matched(guide, expected, [*kept[: place - 1], wrong, *kept[place - 1 :]])
    assert found[task].model is wrong
    assert found["nested_cell"].model is None
    found = _matched(guide, expected, [wrong, models[-1]])
    (against,) = (one.task for one in found.values() if one.model is wrong)
    assert against.probes[0].shapes == inputs


def test_wrong_models_of_one_input_go_by_their_place(
    guide: Assignment, expected: Expected, models: list[Model]
) -> None:
    """Two tasks over the same word numbers, with a right model of another task between their wrong ones."""
    shape = guide.tasks[0].probes[0].shapes
    first, second = (_spoiled(model, inputs=shape) for model in models[:2])
    found = _matched(guide, expected, [first, second, *models[2:]])
    assert found["embed_lstm"].model is first
    assert found["gru_rnn"].model is second


def test_model_of_another_input_fits_no_task(guide: Assignment, expected: Expected, models: list[Model]) -> None:
    """A second, wrong classifier of images isn't held against the missing encoder and decoder."""
    spare = next(model for model in models if model.proofs[0].task == "mnist_lstm")
    extra = _spoiled(spare, inputs=((None, 28, 28),), cell=40)
    found = _matched(guide, expected, [*models[:2], *models[3:], extra])
    assert found["encoder_decoder"].model is None
    assert all(one.model is not extra for one in found.values())


def test_half_right_model_counts_whatever_its_input(guide: Assignment, expected: Expected, models: list[Model]) -> None:
    """An encoder and decoder that takes other lengths keeps the points of what is right in it."""
    right = models[2]
    longer = replace(right, inputs=((None, 5, 10),), proofs=(), outputs=((None, 3),))
    assert _matched(guide, expected, [*models[:2], longer, *models[3:]])["encoder_decoder"].model is longer


def test_wrong_models_of_one_input_and_place_go_by_their_kinds_of_layers() -> None:
    """A tower of two small LSTMs is no bidirectional LSTM, though that has fewer layers to differ in."""
    theory = assignments.load("sequence_theory", ROOT / "reference")
    expected = assignments.load_expected(theory)
    tower = replace(_as_model("lstm_tower", expected, 0), proofs=(), inputs=((None, 100, 2),))
    small = [
        replace(layer, weights=(Weight(name="w", shape=(7, 7 + place), trainable=True),), output_shape=(None, 7))
        for place, layer in enumerate(tower.layers)
    ]
    found = _matched(theory, expected, [replace(tower, layers=(small[0], small[1], small[4]))])
    assert [task for task, one in found.items() if one.model] == ["lstm_tower"]


@pytest.fixture(scope="module")
def gan() -> Assignment:
    return assignments.load("gan", ROOT / "reference" / "gallery")


def _part(gan: Assignment, task: str, *, within: tuple[int, ...] = (0,), proved: bool = True) -> Model:
    """A right model of a task, inside another."""
    model = _as_model(task, assignments.load_expected(gan), 0, "torch")
    shapes = next(each for each in gan.model_tasks if each.id == task).probes[0].shapes
    return replace(model, inputs=shapes, within=within, proofs=model.proofs if proved else ())


def _holding(gan: Assignment, *parts: Model) -> Model:
    """A model that calls parts one after the other."""
    layers = tuple(layer for part in parts for layer in part.layers)
    whole = _part(gan, "generator", within=(), proved=False)
    return replace(whole, name="gan", layers=layers, inputs=parts[0].inputs, outputs=parts[-1].outputs)


def _match_parts(gan: Assignment, models: list[Model], parts: dict[int, Model]) -> dict[str, int | None]:
    evidence = replace(_evidence(models), parts=parts)
    return {found.task.id: found.place for found in match(gan, assignments.load_expected(gan), evidence)}


def test_parts_of_a_class_are_its_tasks_models(gan: Assignment) -> None:
    """A class that calls both networks takes the generator's input, and yet isn't taken for a wrong generator."""
    parts = {1: _part(gan, "generator"), 2: _part(gan, "discriminator")}
    assert _match_parts(gan, [_holding(gan, *parts.values())], parts) == {"generator": 1, "discriminator": 2}
    without_forward = replace(_holding(gan, *parts.values()), inputs=(), outputs=(), problem="no forward")
    assert _match_parts(gan, [without_forward], parts) == {"generator": 1, "discriminator": 2}


def test_wrong_part_of_a_class_keeps_the_points_of_what_is_right(gan: Assignment) -> None:
    """A generator of two channels, beside a right discriminator."""
    wrong = replace(_part(gan, "generator", proved=False), outputs=((None, 2, 28, 28),))
    parts = {1: wrong, 2: _part(gan, "discriminator")}
    assert _match_parts(gan, [_holding(gan, *parts.values())], parts) == {"generator": 1, "discriminator": 2}
    unlike = replace(_spoiled(wrong), outputs=((None, 2, 28, 28),))
    assert _match_parts(gan, [_holding(gan, unlike)], {1: unlike}) == {"generator": 0, "discriminator": None}


def test_part_never_stands_in_for_the_wrong_model_that_holds_it(gan: Assignment) -> None:
    """Whoever feeds a right network with the wrong input, or adds a layer, has built a wrong model."""
    part = _part(gan, "discriminator")
    fed_wrongly = replace(part, within=(), proofs=())
    assert _match_parts(gan, [fed_wrongly], {1: part})["discriminator"] == 0
    longer = replace(fed_wrongly, layers=(*part.layers, part.layers[0]), outputs=((None, 8, 13, 13),))
    assert _match_parts(gan, [longer], {1: part})["discriminator"] == 0


def test_part_never_takes_a_task_from_a_model_by_itself(gan: Assignment) -> None:
    """Neither from a right one nor from a wrong one, and the class's other part is no second answer."""
    alone = replace(_part(gan, "generator", within=()), name="generator")
    parts = {2: _part(gan, "generator", within=(1,)), 3: _part(gan, "discriminator", within=(1,))}
    whole = _holding(gan, *parts.values())
    assert _match_parts(gan, [alone, whole], parts) == {"generator": 0, "discriminator": 3}
    wrong = replace(alone, proofs=(), outputs=((None, 2, 28, 28),))
    assert _match_parts(gan, [wrong, whole], parts) == {"generator": 0, "discriminator": 3}


def test_one_network_is_no_answer_to_two_tasks(guide: Assignment, expected: Expected, models: list[Model]) -> None:
    """A wrapper is the model of one task; the same network inside it isn't that of another task that is alike."""
    whole = next(model for model in models if model.proofs[0].task == "stateful")
    both = (*whole.proofs, replace(whole.proofs[0], task="state_reuse", model_id="state_reuse"))
    inputs = next(each for each in guide.model_tasks if each.id == "stateful").probes[0].shapes
    whole = replace(whole, proofs=both, inputs=inputs)
    evidence = replace(_evidence([whole]), parts={1: replace(whole, within=(0,))})
    places = [found.place for found in match(guide, expected, evidence)]
    assert places.count(0) == 1
    assert 1 not in places


def test_page_says_what_was_compared_in_inference_only(
    guide: Assignment, expected: Expected, models: list[Model]
) -> None:
    """Where a model, or its reference, is random in training."""
    submission = Submission(student="ana", source="a", files=(), main="", notebook=EMPTY, content_hash="")

    def notes(first: Model, *others: Model) -> list[str]:
        result = judge(submission, guide, expected, _evidence([first, *others]))
        return [say(note, "en") for note in result.notes if note.key == "note_inference_only"]

    model = models[0]
    assert notes(*models) == []
    (said,) = notes(replace(model, varies=True), *models[1:])
    assert "compared in inference only: embed_lstm." in said
    held = replace(model, proofs=(replace(model.proofs[0], reference_varies=True),))
    assert notes(held, *models[1:]) == [said]


def _expected_layers(*layers: tuple[int, tuple[int, ...]]) -> list[ExpectedLayer]:
    return [
        ExpectedLayer(kind="Dense", parameters=n, output_shape=(None, *shape), weights=((n,),)) for n, shape in layers
    ]


def _seen_layers(*layers: tuple[int, tuple[int, ...]]) -> list[Layer]:
    return [
        Layer(
            name=str(place),
            kind="Dense",
            weights=(Weight(name="w", shape=(n,), trainable=True),),
            output_shape=(None, *shape),
        )
        for place, (n, shape) in enumerate(layers)
    ]


def _paired(expected: list[ExpectedLayer], seen: list[Layer]) -> list[tuple[int | None, int | None]]:
    """The places of the layers side by side."""
    return [
        (None if one is None else expected.index(one), None if other is None else seen.index(other))
        for one, other in _align(expected, seen)
    ]


def test_repeating_counts_are_paired_by_their_shapes() -> None:
    """The block that is missing is the one whose shapes are missing, though another has the same counts."""
    wide, narrow = (8, 8), (4, 4)
    expected = _expected_layers((10, wide), (20, wide), (10, narrow), (20, narrow))
    seen = _seen_layers((10, narrow), (20, narrow))
    assert _paired(expected, seen) == [(0, None), (1, None), (2, 0), (3, 1)]


def test_most_counts_agree_wherever_they_stand() -> None:
    """The longest stretch of equal counts is given up for two shorter ones."""
    expected = _expected_layers(*((n, (n,)) for n in (7, 8, 9, 1, 2, 5, 3, 4)))
    seen = _seen_layers(*((n, (n,)) for n in (1, 2, 6, 3, 4, 6, 7, 8, 9)))
    pairs = _paired(expected, seen)
    assert (
        sum(
            one is not None and other is not None and expected[one].parameters == seen[other].parameters
            for one, other in pairs
        )
        == 4
    )


def test_a_layer_that_is_missing_at_the_end_of_equal_ones() -> None:
    """Where nothing tells them apart, the first are paired."""
    expected, seen = [_expected_layers((7, (7,)))[0]] * 3, [_seen_layers((7, (7,)))[0]] * 2
    assert [other is not None for _, other in _align(expected, seen)] == [True, True, False]
