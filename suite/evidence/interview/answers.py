"""The answers of the sandbox, validated as they are parsed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from suite.codec import Frame
from suite.errors import FrameError
from suite.evidence.interview.training_answers import ObservationsHeader
from suite.records import FrameworkName, Layer, Shape, Weight, WhyUnfit

MAX_MODELS = 512
"""Half of them parts of others."""
MAX_LAYERS = 1024
Name = Annotated[str, StringConstraints(max_length=300)]
Line = Annotated[str, StringConstraints(max_length=4000)]
Said = Annotated[str, StringConstraints(max_length=8000)]
ArchitectureText = Annotated[str, StringConstraints(max_length=60_000)]
Finite = Annotated[float, Field(allow_inf_nan=False)]
Seconds = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Count = Annotated[int, Field(ge=0, le=1 << 53)]
Dimensions = Annotated[list[Count | None], Field(max_length=8)]


class Answer(BaseModel):
    """Base: unknown keys are errors, and types aren't coerced."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)
    number: int


AnswerT = TypeVar("AnswerT", bound=Answer)


class ModelHeader(BaseModel):
    """A model as `describe` lists it."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)
    name: Name
    framework: FrameworkName
    class_name: Name
    cell: Annotated[int, Field(ge=-1, le=1 << 53)]
    finished: bool
    called_with: Annotated[list[Count], Field(max_length=8)]
    """Shape of its first input when the notebook first called it."""
    answered_with: Count
    """First dimension of its first output then; 0 if that isn't known, or the model was never trained."""
    words: Count
    """How many words its largest embedding knows; 0 if it has none."""
    within: Annotated[list[Count], Field(max_length=MAX_MODELS)] = Field(default_factory=list)
    """Places of the models that it is a part of."""
    parameters: Count = 0
    """How many it has, as far as that can be told before it is called."""


class Description(Answer):
    """Answer to `describe`."""

    models: Annotated[list[ModelHeader], Field(max_length=MAX_MODELS)]
    shell_lines: Annotated[list[Line], Field(max_length=1000)]
    capped: Annotated[list[Line], Field(max_length=1000)]
    versions: dict[Name, Name]
    observations: ObservationsHeader


class ProbeAnswer(Answer):
    """Answer to `probe`: the outputs are the arrays `0`, `1`, …, absent where the model raised."""

    problem: Line
    calls: Annotated[list[tuple[Name, Dimensions]], Field(max_length=MAX_LAYERS)]
    traceable: bool = False
    """Whether the model computes the same as a graph, as none of its code is the notebook's."""
    architecture: ArchitectureText = ""
    """What it is put together of, as JSON; empty unless that is all there is to it."""


class WeightHeader(BaseModel):
    """A tensor as `weights` lists it; its values are the array named `key`."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)
    key: Name
    name: Name
    trainable: bool


class LayerHeader(BaseModel):
    """A layer as `weights` lists it."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)
    name: Name
    kind: Name
    options: Annotated[dict[Name, bool | int | float | Line | None], Field(max_length=100)]
    weights: Annotated[list[WeightHeader], Field(max_length=1000)]
    buffers: Annotated[list[WeightHeader], Field(max_length=1000)]
    """Tensors that it computes with but that don't count as parameters."""


class Weights(Answer):
    """Answer to `weights`."""

    layers: Annotated[list[LayerHeader], Field(max_length=MAX_LAYERS)]


class ExperimentAnswer(Answer):
    """Answer to `predict`, `layer`, `train` and `fit`: arrays by name, absent where the model raised."""

    problem: Line
    layers: Annotated[list[Name], Field(max_length=MAX_LAYERS)]
    """Layers whose first outputs are the arrays `l0`, `l1`, …."""


class PartHeader(BaseModel):
    """A part of a model that can be called by itself."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)
    layers: Annotated[list[Name], Field(max_length=MAX_LAYERS)]
    """Names of the layers whose tensors it holds."""
    recipe: Said
    """Its class and options, as JSON; empty if they can't be said."""
    arguments: Said
    """Kinds and shapes of what it is called with, as JSON; empty if that isn't known."""


class PartsAnswer(Answer):
    """Answer to `recipes`."""

    parts: Annotated[list[PartHeader], Field(max_length=MAX_LAYERS)]


class BuiltHeader(BaseModel):
    """A tensor of a layer that was built."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)
    kind: Name
    name: Name
    shape: Annotated[list[Annotated[int, Field(ge=0)]], Field(max_length=8)]


class RebuildAnswer(Answer):
    """Answer to `rebuild`: what the layer returns are the arrays `y0.0`, `y0.1`, …, absent where building it failed."""

    problem: Line
    tensors: Annotated[list[BuiltHeader], Field(max_length=1000)]


class RebuiltAnswer(Answer):
    """Answer to `rebuild model`."""

    model: Count
    """Its place in the process's list of models."""


class TrainingAnswer(Answer):
    """Answer to `training`."""

    steps: Count | None
    moved: bool | None
    curves: Annotated[dict[Name, Annotated[list[Finite | None], Field(max_length=1000)]], Field(max_length=20)]


class TakenHeader(BaseModel):
    """One input of a model, as its notebook shows it."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)
    shape: Dimensions
    whole: bool
    words: Count
    text: bool
    rows: Count


class TakesAnswer(Answer):
    """Answer to `takes`."""

    inputs: Annotated[list[TakenHeader], Field(max_length=8)]


class UnfitHeader(BaseModel):
    """A file of weights that doesn't fit a model."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)
    file: Name
    why: WhyUnfit
    detail: Line
    wanted: Annotated[list[Name], Field(max_length=100)]
    seen: Annotated[list[Name], Field(max_length=100)]


class FillAnswer(Answer):
    """Answer to `fill`."""

    laid: Name
    misfits: Annotated[list[UnfitHeader], Field(max_length=1000)]


class TimedAnswer(Answer):
    """Answer to a question of a timing: arrays by name, absent where the model raised."""

    problem: Line
    threads: Count
    """Threads that the framework uses, as the process reports; 0 if it doesn't report them."""
    device: Name
    """Device of the model's first weight, as the framework names it."""
    device_seconds: Seconds
    """By the device's own clock, as the process reports; 0 if it has none."""
    device_bytes: Count
    """Most memory of the device that its tensors took, as the process reports; 0 for the processor."""


def parse(kind: type[AnswerT], frame: Frame) -> AnswerT:
    """Validate a frame's body; `FrameError` names the first key that is wrong."""
    try:
        return kind.model_validate_json(json.dumps(frame.body))
    except RecursionError as error:
        raise FrameError("invalid answer: it is nested too deeply") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise FrameError(f"invalid answer: {where}: {first['msg']}") from error


def as_shape(dimensions: Sequence[int | None], batch: int) -> Shape:
    """A shape with `None` for the batch dimension: the first one, if it equals the probe's batch size."""
    if dimensions and dimensions[0] in (batch, None):
        return (None, *dimensions[1:])
    return tuple(dimensions)


def as_weights(headers: Sequence[WeightHeader], layer: str, frame: Frame) -> tuple[Weight, ...]:
    """Tensors whose shapes are those of the arrays that came with them."""
    weights = []
    for weight in headers:
        if weight.key not in frame.arrays:
            raise FrameError(f"tensor {weight.name!r} of layer {layer!r} was announced and not sent")
        shape = frame.arrays[weight.key].shape
        weights.append(Weight(name=weight.name, shape=shape, trainable=weight.trainable))
    return tuple(weights)


def as_layer(header: LayerHeader, frame: Frame, output_shape: Shape | None) -> Layer:
    """A layer with its tensors, buffers left out."""
    weights = as_weights(header.weights, header.name, frame)
    return Layer(
        name=header.name,
        kind=header.kind,
        weights=weights,
        output_shape=output_shape,
        options=dict(header.options),
    )
