"""Says in a few words which models a notebook holds, and which one a task asks for: the same in every language."""

from __future__ import annotations

from collections.abc import Sequence

from suite.assignments import ExpectedModel, ModelTask
from suite.records import Model, Run, Shape

SHOWN = 4


def describe_models(models: Sequence[Model], run: Run) -> str:
    """Class, variable, cell, shapes and parameters of each: `Net model [5] (None, 28, 28) → (None, 10), 920`."""
    shown = "; ".join(describe_model(model, run) for model in models[:SHOWN])
    return f"{shown}; … (+{len(models) - SHOWN})" if len(models) > SHOWN else shown


def describe_model(model: Model, run: Run) -> str:
    """Class, variable, cell, shapes and parameters of one model; its layers' classes if it took no input of a task."""
    if not model.inputs:
        kinds = ", ".join(layer.kind for layer in model.layers[:SHOWN]) or "?"
        return f"{name_model(model, run)} ({kinds}{', …' if len(model.layers) > SHOWN else ''}), {model.parameters:,}"
    return f"{name_model(model, run)} {_say_call(model.inputs, model.outputs)}, {model.parameters:,}"


def name_model(model: Model, run: Run) -> str:
    """Class, variable and cell of a model: `Net model [5]`."""
    return f"{f'{model.class_name} {model.name}'.strip()[:80]} [{cell_number(model.cell, run)}]"


def describe_reference(task: ModelTask, reference: ExpectedModel) -> str:
    """Shapes and parameters of the model that a task asks for: `(None, 28, 28) → (None, 10), 920`."""
    return f"{describe_call(task, reference)}, {reference.parameters:,}"


def describe_call(task: ModelTask, reference: ExpectedModel) -> str:
    """What the model that a task asks for takes and returns: `(None, 28, 28) → (None, 10)`."""
    return _say_call(task.probes[0].shapes, reference.outputs)


def cell_number(index: int, run: Run) -> int:
    """The number of a code cell, as Jupyter numbers inputs; its position in the notebook if it is none that ran."""
    return next((number for number, cell in enumerate(run.cells, 1) if cell.index == index), index)


def say_shape(shape: Shape | None) -> str:
    """A shape as both frameworks print it: `(None, 28, 10)`."""
    return str(tuple(shape)) if shape is not None else "?"


def say_shapes(shapes: Sequence[Shape]) -> str:
    """The shapes of all outputs."""
    return ", ".join(say_shape(shape) for shape in shapes)


def _say_call(inputs: Sequence[Shape], outputs: Sequence[Shape]) -> str:
    return f"{say_shapes(inputs) or '?'} → {say_shapes(outputs) or '?'}"
