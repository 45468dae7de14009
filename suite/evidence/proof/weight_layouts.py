"""The layouts in which a layer may store its tensors, relative to a reference's layer.

A hand-written layer may transpose them, have two biases for one or one for two, or join both kernels in one matrix.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

Shape: TypeAlias = tuple[int, ...]
Shapes: TypeAlias = tuple[Shape, ...]
Conversion: TypeAlias = Literal["same", "transposed", "one for two", "two for one", "joined"]
MATRIX = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class LayoutPart:
    """Tensors of these `shapes` in a layer, which correspond to the reference's tensors at these positions."""

    reference: tuple[int, ...]
    shapes: tuple[Shape, ...]
    conversion: Conversion = "same"
    axis: int = 0


def layouts(shapes: Shapes) -> Iterator[list[LayoutPart]]:
    """The layouts in which one layer may store its tensors."""
    plain = [LayoutPart(reference=(place,), shapes=(shape,)) for place, shape in enumerate(shapes)]
    vectors = [place for place, shape in enumerate(shapes) if len(shape) == 1]
    matrices = [place for place, shape in enumerate(shapes) if len(shape) == MATRIX]
    summed = _with_other_biases(plain, vectors, recurrent=len(matrices) == MATRIX)
    yield plain
    yield from summed
    if len(matrices) == MATRIX:
        for form in (plain, *summed):
            for pair in (matrices, matrices[::-1]):
                for axis in (0, 1):
                    if shapes[pair[0]][1 - axis] == shapes[pair[1]][1 - axis]:
                        yield [_join(pair, axis, shapes), *(p for p in form if p.reference[0] not in matrices)]


def _with_other_biases(plain: list[LayoutPart], vectors: list[int], *, recurrent: bool) -> list[list[LayoutPart]]:
    """Two biases of a recurrent layer as one, or one as two."""
    if not recurrent or not 1 <= len(vectors) <= MATRIX:
        return []
    shape = plain[vectors[0]].shapes[0]
    others = [part for part in plain if part.reference[0] not in vectors]
    if len(vectors) == 1:
        return [[*others, LayoutPart(reference=(vectors[0],), shapes=(shape, shape), conversion="two for one")]]
    return [[*others, LayoutPart(reference=tuple(vectors), shapes=(shape,), conversion="one for two")]]


def _join(pair: Sequence[int], axis: int, shapes: tuple[Shape, ...]) -> LayoutPart:
    """Both kernels in one matrix, which multiplies input and state side by side."""
    joined = list(shapes[pair[0]])
    joined[axis] += shapes[pair[1]][axis]
    return LayoutPart(reference=tuple(pair), shapes=(tuple(joined),), conversion="joined", axis=axis)


def turn(part: LayoutPart) -> LayoutPart:
    """The same with its matrix transposed; unchanged if it has none, or several."""
    if part.conversion == "same" and len(part.shapes[0]) == MATRIX:
        return LayoutPart(reference=part.reference, shapes=(part.shapes[0][::-1],), conversion="transposed")
    return part
