"""Cuts both models' tensors into blocks that can be paired one to one, whatever tensors they are kept in.

One matrix per gate, gates in another order, input and state in one matrix, query, key and value in one, one matrix per
head or for all heads, a bias of shape `(1, units)`: each is the same blocks in other tensors. Which block is which is
found out by `weight_pairing`.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import prod

import numpy as np

from suite.evidence.proof.random_tensors import Array
from suite.evidence.proof.weight_layouts import MATRIX, Shape

COUNTS = (2, 3, 4)  # the parts that a layer is known to keep in one tensor: query, key and value; the gates
MAX_CHOICES = 4096  # of forms for the reference's layers; four kinds of layers have fewer
RANK_OF_HEADS = 3  # `(inputs, heads, units)`


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """One tensor, or two that some models keep as one, cut into equal blocks."""

    sources: tuple[int, ...]
    """Positions of one tensor, or of two that are joined or summed."""
    joined: int | None = None
    """Axis along which two tensors are joined; without one they are summed."""
    view: Shape | None = None
    """The shape that it is brought to before it is cut."""
    axis: int = 0
    """Axis along which it is cut."""
    count: int = 1
    """Number of blocks."""

    @property
    def summed(self) -> bool:
        """Whether it stands for the sum of two tensors."""
        return len(self.sources) > 1 and self.joined is None

    @property
    def cost(self) -> int:
        """How unusual it is."""
        return (self.count > 1) + (self.joined is not None) + self.summed + (self.view is not None)

    def shape(self, shapes: Sequence[Shape]) -> Shape:
        """Shape of the whole, before it is cut."""
        if self.view is not None:
            return self.view
        whole = list(shapes[self.sources[0]])
        if self.joined is not None:
            whole[self.joined] += shapes[self.sources[1]][self.joined]
        return tuple(whole)

    def block(self, shapes: Sequence[Shape]) -> Shape:
        """Shape of each block."""
        whole = list(self.shape(shapes))
        if self.count > 1:
            whole[self.axis] //= self.count
        return tuple(whole)

    def take(self, arrays: Sequence[Array], *, moves: bool = False) -> list[Array]:
        """Its blocks of a model's tensors; of their movements if `moves`, as both biases of a sum move alike."""
        whole = arrays[self.sources[0]]
        if self.joined is not None:
            whole = np.concatenate([arrays[n] for n in self.sources], axis=self.joined)
        elif self.summed and not moves:
            whole = whole + arrays[self.sources[1]]
        if self.view is not None:
            whole = whole.reshape(self.view)
        return np.split(whole, self.count, axis=self.axis) if self.count > 1 else [whole]

    def give(self, blocks: Sequence[Array], shapes: Sequence[Shape]) -> list[Array]:
        """The tensors, one for each source, that hold these blocks; the first of two that are summed holds all."""
        whole = np.concatenate(blocks, axis=self.axis) if self.count > 1 else blocks[0]
        if self.joined is not None:
            return np.split(whole, [shapes[self.sources[0]][self.joined]], axis=self.joined)
        first = np.ascontiguousarray(whole).reshape(shapes[self.sources[0]])
        return [first, *(np.zeros_like(first) for _ in self.sources[1:])]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decomposition:
    """The units of both models, whose blocks have the same shapes but for transposition."""

    reference: tuple[Unit, ...]
    """The reference's units."""
    own: tuple[Unit, ...]
    """The model's units, one for each tensor."""


def take(units: Sequence[Unit], arrays: Sequence[Array], *, moves: bool = False) -> list[Array]:
    """All blocks of a model's tensors, unit by unit."""
    return [block for unit in units for block in unit.take(arrays, moves=moves)]


def give(units: Sequence[Unit], blocks: Sequence[Array], shapes: Sequence[Shape]) -> list[Array]:
    """The tensors, of these shapes, that hold these blocks."""
    found: dict[int, Array] = {}
    rest = iter(blocks)
    for unit in units:
        arrays = unit.give([next(rest) for _ in range(unit.count)], shapes)
        found |= zip(unit.sources, arrays, strict=True)
    return [found[place] for place in range(len(shapes))]


def block_shapes(units: Sequence[Unit], shapes: Sequence[Shape]) -> list[Shape]:
    """The shape of each block."""
    return [unit.block(shapes) for unit in units for _ in range(unit.count)]


def untransposed(shape: Shape) -> Shape:
    """A shape that a block and its transpose have in common."""
    return tuple(sorted(shape)) if len(shape) == MATRIX else shape


def decompositions(layers: Sequence[Sequence[Shape]], own: Sequence[Shape]) -> Iterator[Decomposition]:
    """The ways of cutting a reference's tensors, given by layer, and a model's into the same blocks; usual ones first.

    Layers of the same shapes are cut alike, as are the model's tensors of the same shape.
    """
    shapes = [shape for layer in layers for shape in layer]
    kinds = list(dict.fromkeys(tuple(layer) for layer in layers))
    choices = itertools.islice(itertools.product(*(_unique(_forms(kind)) for kind in kinds)), MAX_CHOICES)
    for chosen in sorted(choices, key=lambda forms: sum(unit.cost for form in forms for unit in form)):
        forms = dict(zip(kinds, chosen, strict=True))
        reference = tuple(_numbered(layers, forms))
        wanted = Counter(untransposed(shape) for shape in block_shapes(reference, shapes))
        if sum(prod(shape) * count for shape, count in wanted.items()) != sum(map(prod, own)):
            continue
        if (cuts := _cut(Counter(own), wanted)) is not None:
            units = tuple(_placed(cuts[shape], place) for place, shape in enumerate(own))
            yield Decomposition(reference=reference, own=units)


def _unique(forms: Iterator[list[Unit]]) -> list[tuple[Unit, ...]]:
    return list(dict.fromkeys(tuple(form) for form in forms))


def _numbered(layers: Sequence[Sequence[Shape]], forms: Mapping[tuple[Shape, ...], Sequence[Unit]]) -> Iterator[Unit]:
    """The units of all layers, with positions counted through the whole model."""
    first = 0
    for layer in layers:
        for unit in forms[tuple(layer)]:
            yield _moved(unit, first)
        first += len(layer)


def _moved(unit: Unit, by: int) -> Unit:
    sources = tuple(source + by for source in unit.sources)
    return Unit(sources=sources, joined=unit.joined, view=unit.view, axis=unit.axis, count=unit.count)


def _placed(unit: Unit, place: int) -> Unit:
    return _moved(unit, place - unit.sources[0])


def _forms(layer: tuple[Shape, ...]) -> Iterator[list[Unit]]:
    """The forms in which a layer of the reference may be kept elsewhere, its own first."""
    plain = [Unit(sources=(place,)) for place in range(len(layer))]
    yield plain
    parts = list(_directions(layer))
    if parts:
        options = [list(_recurrent(layer, part)) for part in parts]
        yield from ([unit for units in chosen for unit in units] for chosen in zip(*options, strict=True))
        return
    if stacked := _stacked(layer):
        yield stacked
    yield from _merged(layer, plain)


def _directions(layer: tuple[Shape, ...]) -> Iterator[range]:
    """The tensors of each direction of a recurrent layer, if it is one: two matrices each, and vectors."""
    matrices = sum(len(shape) == MATRIX for shape in layer)
    if not matrices or matrices % 2 or len(layer) % (matrices // 2):
        return
    size = len(layer) // (matrices // 2)
    parts = [range(first, first + size) for first in range(0, len(layer), size)]
    if all(_gate_axis(layer, part) is not None for part in parts):
        yield from parts


def _matrices(layer: tuple[Shape, ...], part: range) -> list[int]:
    return [place for place in part if len(layer[place]) == MATRIX]


def _gate_axis(layer: tuple[Shape, ...], part: range) -> tuple[int, int] | None:
    """Along which axis a recurrent layer's kernels hold their gates, and how many; `None` if it isn't recurrent."""
    matrices = _matrices(layer, part)
    if len(matrices) != MATRIX or any(len(layer[place]) > MATRIX for place in part):
        return None
    kernel, recurrent = (layer[place] for place in matrices)
    for axis in (1, 0):
        gates, left = divmod(recurrent[axis], recurrent[1 - axis])
        if not left and gates in (1, 3, 4) and kernel[axis] == recurrent[axis]:
            return axis, gates
    return None


def _recurrent(layer: tuple[Shape, ...], part: range) -> Iterator[list[Unit]]:
    """A recurrent layer with its kernels apart or joined, its biases apart or summed, its gates together or apart."""
    found = _gate_axis(layer, part)
    assert found is not None  # noqa: S101 - `_directions` has checked
    axis, gates = found
    kernel, recurrent = _matrices(layer, part)
    biases = [place for place in part if len(layer[place]) == 1]
    others = [place for place in part if place not in (kernel, recurrent, *biases)]
    for count, pair, summed in itertools.product(
        dict.fromkeys((1, gates)), ((), (kernel, recurrent), (recurrent, kernel)), (False, True)
    ):
        if summed and (len(biases) != MATRIX or layer[biases[0]] != layer[biases[1]]):
            continue
        kernels = [Unit(sources=(n,), axis=axis, count=count) for n in (kernel, recurrent)]
        if pair:
            kernels = [Unit(sources=pair, joined=1 - axis, axis=axis, count=count)]
        vectors = [Unit(sources=tuple(biases), count=count)] if summed else [_vector(layer, n, count) for n in biases]
        yield [*kernels, *vectors, *(Unit(sources=(n,)) for n in others)]


def _vector(layer: tuple[Shape, ...], place: int, count: int) -> Unit:
    """A bias, cut into one for each gate; Keras keeps both biases of a GRU in one matrix, which stays whole."""
    return Unit(sources=(place,), count=count if layer[place][0] % count == 0 else 1)


def _stacked(layer: tuple[Shape, ...]) -> list[Unit]:
    """A layer that keeps several matrices in one, such as query, key and value; empty if it has none."""
    units = []
    counts = {max(s) // min(s) for s in layer if len(s) == MATRIX and max(s) % min(s) == 0} & {*COUNTS}
    for place, shape in enumerate(layer):
        count = next((n for n in counts if shape[0] % n == 0 and (len(shape) == 1 or shape[0] == n * shape[1])), 1)
        units.append(Unit(sources=(place,), count=count))
    return units if any(unit.count > 1 for unit in units) else []


def _merged(layer: tuple[Shape, ...], plain: Sequence[Unit]) -> Iterator[list[Unit]]:
    """A layer with a matrix for each head, whose heads are merged into one matrix."""
    headed = list(dict.fromkeys(shape for shape in layer if len(shape) == RANK_OF_HEADS))
    if not headed:
        return
    flat = {shape: (prod(shape),) for shape in layer if len(shape) == MATRIX}
    for chosen in itertools.product(*(((s[0], prod(s[1:])), (prod(s[:-1]), s[-1])) for s in headed)):
        views = flat | dict(zip(headed, chosen, strict=True))
        yield [Unit(sources=unit.sources, view=views.get(layer[unit.sources[0]])) for unit in plain]


def _cut(own: Mapping[Shape, int], wanted: Counter[Shape]) -> dict[Shape, Unit] | None:
    """How to cut the model's tensors, given by shape and number, into exactly the wanted blocks; the largest first."""
    if not own:
        return None if +wanted else {}
    shape = max(own, key=lambda each: (prod(each), each))
    rest = {other: count for other, count in own.items() if other != shape}
    first: dict[tuple[Shape, int], Unit] = {}
    for unit in _cuts(shape):
        first.setdefault((untransposed(unit.block([shape])), own[shape] * unit.count), unit)
    for (block, needed), unit in first.items():
        if wanted[block] >= needed and (found := _cut(rest, wanted - Counter({block: needed}))) is not None:
            return {shape: unit, **found}
    return None


def _cuts(shape: Shape) -> Iterator[Unit]:
    """The ways of cutting one tensor of a model: whole, in another shape, in equal parts."""
    plain = tuple(size for size in shape if size > 1)
    views = [shape]
    for each in (shape, plain):
        if len(each) == RANK_OF_HEADS:
            views += [(each[0], prod(each[1:])), (prod(each[:-1]), each[-1])]
        if len(each) == MATRIX:
            views.append((prod(each),))
    views = list(dict.fromkeys([*views, plain or shape]))
    for view in views:
        yield Unit(sources=(0,), view=None if view == shape else view)
    for view, count in itertools.product(views, COUNTS):
        for axis in range(len(view)) if len(view) <= MATRIX else ():
            if view[axis] % count == 0 and view[axis] > count:
                yield Unit(sources=(0,), view=None if view == shape else view, axis=axis, count=count)
