"""The train and test set of each model of an assignment; they stay on the host."""

from __future__ import annotations

from dataclasses import replace

from suite.assignments import AccuracySettings, ModelAccuracy
from suite.data.own import own_set
from suite.data.prepare import Prepared
from suite.data.sources import get, made_datasets
from suite.data.train_test_set import TrainTestSet
from suite.errors import DataError

IMAGES = 4  # dimensions of images with channels
MADE_ROWS = 4000  # for training, if the host generates the examples


def train_test_sets(settings: AccuracySettings, prepared: Prepared) -> dict[str, TrainTestSet]:
    """A train and test set by model whose accuracy is measured; models with the same input format share one."""
    made: dict[tuple[str, str], TrainTestSet] = {}
    found = {}
    for model_id, model in settings.models.items():
        key = model.dataset, model.reads
        if key not in made:
            made[key] = _make(model, prepared, settings.held_out_rows)
        examples = made[key]
        if examples.scaled_by_model and model.scales:
            examples = replace(examples, scales=model.scales)
        if model.channels_first and examples.inputs.ndim == IMAGES:
            examples = examples.with_channels_first
        if model.reconstructs:
            examples = replace(examples, kind="values", target_scales=("as it is",), reconstructs=True)
        found[model_id] = examples
    return found


def train_test_set(name: str, prepared: Prepared, held_out_rows: int) -> TrainTestSet:
    """The train and test set of one dataset, in the usual scales."""
    return _make(ModelAccuracy(dataset=name), prepared, held_out_rows)


def _make(model: ModelAccuracy, prepared: Prepared, held_out_rows: int) -> TrainTestSet:
    if model.dataset in prepared.own:
        return own_set(prepared.own[model.dataset])
    if model.dataset:
        dataset = get(model.dataset)
        if model.reads not in ("", dataset.reads):
            raise DataError(
                "{name} is read as {reads!r}, not as {wanted!r}; mend [accuracy.models]",
                name=dataset.name,
                reads=dataset.reads,
                wanted=model.reads,
            )
        return dataset.as_set(prepared.parts[model.dataset]["train"], prepared.held_out[model.dataset])
    if model.reads not in made_datasets():
        raise DataError(
            "[accuracy.models] names no dataset, and the host makes none called {wanted!r}; it makes {known}",
            wanted=model.reads,
            known=", ".join(made_datasets()),
        )
    rule = made_datasets()[model.reads]
    (inputs, targets), held_out = rule.make(MADE_ROWS, 1), rule.make(held_out_rows, 2)
    return TrainTestSet(
        kind=rule.kind, inputs=inputs, targets=targets, held_out_inputs=held_out[0], held_out_targets=held_out[1]
    )
