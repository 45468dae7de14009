"""How a layer may be called by itself: as its model calls it, else in ways that its tensors' shapes suggest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from suite.evidence.proof.random_tensors import Array
from suite.evidence.proof.recipes import Arguments, Leaf, plain_call
from suite.evidence.proof.recurrent_cells import state_size
from suite.evidence.proof.weight_layouts import Shape

ROWS = (3, 1, 32, 64)  # batch sizes to try after the probe's: a layer that keeps its state may accept only one
STEPS = 4  # enough for a recurrent kernel, a direction and a last step to show
SIDE = 12  # of an image: enough for a kernel of 5 with a stride or a dilation of 2
MEMORIES = 2  # states of an LSTM
MAX_LENGTH = 1 << 14  # of a dimension that is guessed
CUBE = 3  # dimensions: the fewest of a convolution's kernel
PARTS = 3  # query, key and value


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerCall:
    """One call of a layer."""

    arguments: Arguments
    """How its inputs are passed."""
    inputs: Sequence[Array]
    """An array for each leaf of the arguments."""
    seen: bool = False
    """Whether the model calls it so, as its process says."""


def draw_call(arguments: Arguments, words: int, generator: np.random.Generator, *, seen: bool = False) -> LayerCall:
    """A call with random numbers in [-1, 1) and, for indices, in [1, words)."""
    return LayerCall(
        arguments=arguments, inputs=[_draw(leaf, words, generator) for leaf in arguments.leaves], seen=seen
    )


def _draw(leaf: Leaf, words: int, generator: np.random.Generator) -> Array:
    if leaf.kind == "i":
        return generator.integers(1, max(words, 2), leaf.shape)
    return generator.uniform(-1, 1, leaf.shape).astype(np.float32)


def words_of(shapes: Sequence[Shape]) -> int:
    """The number of indices that every table among these tensors knows."""
    return min((shape[0] for shape in shapes if len(shape) > 1), default=0)


def guess_calls(
    tensors: Sequence[Array], batches: Sequence[int], generator: np.random.Generator
) -> Iterator[list[LayerCall]]:
    """Calls that formulas take, of layers with these tensors, likely first; one of each list is enough."""

    def call(*shapes: Shape) -> LayerCall:
        return draw_call(plain_call(*shapes), 0, generator)

    remembers = state_size(tensors)
    if remembers and max(remembers) <= MAX_LENGTH:
        features, units = remembers
        yield [call((rows, STEPS, features)) for rows in dict.fromkeys(batches)]
        given, state = Leaf(kind="f", shape=(batches[0], features)), Leaf(kind="f", shape=(batches[0], units))
        for count, nested in ((1, False), (2, True), (1, True), (2, False)):
            states = (state,) * count
            args = (given, states) if nested else (given, *states)
            yield [draw_call(Arguments(args=args, kwargs={}), 0, generator)]
        return
    if len(tensors) == 1 and tensors[0].ndim > 1:
        words = plain_call((batches[0], STEPS), kind="i")
        yield [draw_call(words, len(tensors[0]), generator)]
    for features in dict.fromkeys(tensors[0].shape[:2]):
        if features <= MAX_LENGTH:
            for shape in ((STEPS, features), (features,), (features, STEPS)):
                yield [call((batches[0], *shape))]


def guess_arguments(shapes: Sequence[Shape], rows: int) -> Iterator[Arguments]:
    """How layers of any kind with these tensors may be called, likely first."""
    first = shapes[0] if shapes else ()
    sides = max(len(first) - 2, 0)
    features = [size for size in dict.fromkeys(reversed(first)) if size <= MAX_LENGTH]
    for size in features:
        if len(first) >= CUBE:
            yield plain_call((rows, *(SIDE,) * sides, size))
            yield plain_call((rows, size, *(SIDE,) * sides))
        for count in range(1, PARTS + 1):
            yield plain_call(*((rows, STEPS, size),) * count)
        yield plain_call((rows, size))
        if len(first) == 1:
            for rank in (1, 2, 3):
                yield plain_call((rows, size, *(SIDE,) * rank))
                yield plain_call((rows, *(SIDE,) * rank, size))
    yield plain_call((rows, STEPS), kind="i")
