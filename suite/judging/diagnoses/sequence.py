"""Causes in how a model handles sequences: what layers pass on, which axis is which, which step is read."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from itertools import pairwise

from suite.frameworks import recurrent_layers
from suite.judging.checks.layer_kinds import reads_steps
from suite.judging.diagnoses.context import Cause, DiagnosisContext, FoundCause, Subject
from suite.judging.sources import literal
from suite.records import Layer, Model, ProofStatus, text

SEQUENCE_RANK = 3  # (batch, steps, features)
TURNING = {"permute", "transpose", "swapaxes", "swapdims", "movedim", "moveaxis", "unbind", "T", "mT", "pack_sequence"}
FLAT = "expected ndim=3, found ndim=2"
TOO_FLAT = re.compile(
    r"layer [\"']?(?P<layer>\w{0,40}(?:rnn|lstm|gru|bidirectional)\w{0,40})[\"']? is incompatible with the layer: "
    r"expected ndim=3, found ndim=2\. Full shape received: (?P<shape>\([^)]{0,60}\))"
)
TOO_DEEP = re.compile(
    r"(?P<torch>(?:RNN|LSTM|GRU): Expected input to be 2D or 3D, got 4D)"
    r"|expected ndim=3, found ndim=4\. Full shape received: (?P<shape>\([^)]{0,60}\))"
)
BEYOND_TABLE = re.compile(r"indices\[[\d,]{1,40}\] = \d+ is not in \[0, \d+\)|index out of range in self")
"""TensorFlow's and PyTorch's words for a row that a table lacks."""
IMAGES = ("ToTensor", "MNIST", "mnist", "CIFAR", "unsqueeze", "expand_dims")


def missing_return_sequences(context: DiagnosisContext) -> Iterator[FoundCause]:
    """A recurrent layer passes only its last output to another one, which needs a sequence."""
    found = False
    said = any(FLAT in cell.error for cell in context.cells)
    for model in context.evidence.models:
        for place, (layer, after) in enumerate(pairwise(model.layers), 1):
            if (said or FLAT in model.problem) and _breaks_sequence(layer, after):
                found = True
                message = text(
                    "cause_missing_return_sequences",
                    layer=place,
                    next=place + 1,
                    kind=layer.kind,
                    shape=str(layer.output_shape),
                )
                yield FoundCause(cell=model.cell, message=message, explains="error")
    for cell in context.cells:
        if not found and (seen := TOO_FLAT.search(cell.error)) and _uses_recurrent(cell.tree):
            message = text("cause_missing_return_sequences_said", layer=seen["layer"], shape=seen["shape"])
            yield FoundCause(cell=cell.index, message=message, explains="error")


def wrong_batch_first(context: DiagnosisContext) -> Iterator[FoundCause]:
    """A PyTorch layer that reads time first is given the batch first, and nothing swaps the axes."""
    for subject in context.subjects:
        model = subject.model
        layer = next((layer for layer in model.layers if layer.options.get("batch_first") is False), None)
        written = context.class_of(model)
        if layer is None or subject.comparison.proof_status is ProofStatus.PROVED or written is None:
            continue
        cell, code = written
        named = {node.attr for node in ast.walk(code) if isinstance(node, ast.Attribute)}
        if (named & TURNING) or not _differs(subject):
            continue
        message = text("cause_wrong_batch_first", layer=layer.name, kind=layer.kind, shape=str(model.inputs[0]))
        yield FoundCause(cell=cell.index, message=message, explains="model", task=subject.comparison.task)


def channel_not_squeezed(context: DiagnosisContext) -> Iterator[FoundCause]:
    """An image with a channel reaches a recurrent layer as four dimensions."""
    for cell in context.cells:
        seen = TOO_DEEP.search(cell.error)
        if seen is None:
            continue
        sizes = re.findall(r"\w+", seen["shape"] or "")
        if (seen["torch"] and context.mentions(*IMAGES)) or "1" in sizes[1:]:
            message = text("cause_channel_not_squeezed", seen=(seen["shape"] or seen["torch"])[:200])
            yield FoundCause(cell=cell.index, message=message, explains="error")


def wrong_last_step(context: DiagnosisContext) -> Iterator[FoundCause]:
    """The classifier reads every step, the first one, or the last image of the batch."""
    for subject in context.subjects:
        model = subject.model
        written = context.class_of(model)
        cell, code = written or (None, ast.Module(body=[], type_ignores=[]))
        where, task = cell.index if cell else model.cell, subject.comparison.task
        if _answers_every_step(subject):
            shape = str(model.outputs[0])
            steps = reads_steps(model.layers, model.layers[-1])
            message = text("cause_every_step" if steps else "cause_not_flattened", shape=shape)
            yield FoundCause(cell=where, message=message, explains="model", task=task)
        elif _has_other_batch(model) and _subscripts(code, first=-1):
            shape = str(model.outputs[0])
            message = text("cause_last_of_batch", shape=shape)
            yield FoundCause(cell=where, message=message, explains="model", task=task)
        elif (idle := _idle_recurrence(model)) and (code.body and _subscripts(code, second=0)):
            names = ", ".join(idle)[:200]
            message = text("cause_first_step", tensors=names)
            yield FoundCause(cell=where, message=message, explains="model", task=task)


def word_beyond_table(context: DiagnosisContext) -> Iterator[FoundCause]:
    """An embedding was given a word number that it has no row for; the first cell stands for all."""
    if not context.mentions("Embedding", "embedding"):
        return
    for cell in context.cells:
        if seen := BEYOND_TABLE.search(cell.error):
            yield FoundCause(cell=cell.index, message=text("cause_word_beyond_table", seen=seen[0]), explains="error")
            return


def _breaks_sequence(layer: Layer, after: Layer) -> bool:
    """Whether the second layer couldn't be called because of the first one's output."""
    return (
        layer.options.get("return_sequences") is False
        and "return_sequences" in after.options
        and layer.output_shape is not None
        and len(layer.output_shape) < SEQUENCE_RANK
        and after.output_shape is None
    )


def _uses_recurrent(tree: ast.Module) -> bool:
    """Whether some recurrent layer is made without `return_sequences`."""
    return any(
        isinstance(node, ast.Call)
        and isinstance(node.func, (ast.Attribute, ast.Name))
        and (node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id) in recurrent_layers()
        and all(given.arg not in ("return_sequences", None) for given in node.keywords)
        for node in ast.walk(tree)
    )


def _differs(subject: Subject) -> bool:
    """Whether the model was called and is known to be wrong."""
    model = subject.model
    if not model.inputs or len(model.inputs[0]) < SEQUENCE_RANK:
        return False
    return subject.comparison.proof_status is ProofStatus.DISPROVED or _has_other_batch(model)


def _has_other_batch(model: Model) -> bool:
    """Whether it returns another number of rows than it was given."""
    return bool(model.outputs) and bool(model.outputs[0]) and model.outputs[0][0] is not None


def _answers_every_step(subject: Subject) -> bool:
    """Whether the last layer gives an output for each step where one output was expected."""
    expected, seen = next(reversed(subject.comparison.rows), (None, None))
    if expected is None or seen is None or expected.output_shape is None or seen.output_shape is None:
        return False
    *_, last = subject.model.layers
    return (
        seen is last
        and seen.kind not in recurrent_layers()
        and len(seen.output_shape) == len(expected.output_shape) + 1
        and seen.output_shape[-1] == expected.output_shape[-1]
        and subject.model.outputs[:1] == (seen.output_shape,)
    )


def _idle_recurrence(model: Model) -> list[str]:
    """Recurrent tensors on which no output depends."""
    return [
        f"{layer.name}.{weight.name}"
        for layer in model.layers
        for weight in layer.weights
        if weight.matters is False and ("weight_hh" in weight.name or "recurrent" in weight.name)
    ]


def _subscripts(code: ast.AST, *, first: int | None = None, second: int | None = None) -> bool:
    """Whether something is read as `x[first]` or `x[:, second]`."""
    for node in ast.walk(code):
        if not isinstance(node, ast.Subscript):
            continue
        places = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        if first is not None and _is_number(places[0], first):
            return True
        if (
            second is not None
            and len(places) > 1
            and isinstance(places[0], ast.Slice)
            and _is_number(places[1], second)
        ):
            return True
    return False


def _is_number(node: ast.expr, number: int) -> bool:
    """Whether a literal is this number."""
    return literal(node) == number


CAUSES = (
    Cause(name="missing_return_sequences", rank=10, recognise=missing_return_sequences),
    Cause(name="channel_not_squeezed", rank=20, recognise=channel_not_squeezed),
    Cause(name="wrong_batch_first", rank=30, recognise=wrong_batch_first),
    Cause(name="wrong_last_step", rank=40, recognise=wrong_last_step),
    Cause(name="word_beyond_table", rank=45, recognise=word_beyond_table),
)
