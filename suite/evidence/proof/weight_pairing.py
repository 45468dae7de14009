"""Pairs a reference's weights with a model's by what they do: no order and no name is needed.

First all blocks of one shape hold the same values in both models, so that it doesn't matter which is which. Models of
the same function then give the same outputs, however they keep their weights; where they don't, no pairing of these
blocks makes them equal. Then one block of the reference after the other gets values of its own, and the model's block
that changes the outputs in the same way is its counterpart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np

from suite.evidence.proof.random_tensors import Array, DrawnTensor, draw_weights, orthogonal
from suite.evidence.proof.weight_blocks import Decomposition, Unit, block_shapes, give, take, untransposed
from suite.evidence.proof.weight_layouts import MATRIX, Shape
from suite.frameworks import Role

NORMAL: tuple[Role, ...] = ("scale", "shift", "mean", "variance")
Compute: TypeAlias = Callable[[Sequence[Array]], Sequence[Array]]
"""A model's outputs, as a function of its tensors."""
Compare: TypeAlias = Callable[[Sequence[Array], Sequence[Array]], float | None]
"""How far the model's outputs are from the reference's; `None` if they can't be compared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockMapping:
    """A mapping of a reference's tensors to a model's, block by block."""

    blocks: Decomposition
    """How both are cut."""
    own_shapes: tuple[Shape, ...]
    """Shapes of the model's tensors."""
    pairs: tuple[tuple[int, bool], ...]
    """For each of the model's blocks, the reference's block, and whether it is transposed."""

    @property
    def diverges(self) -> bool:
        """Whether summed biases make the two models diverge after one step."""
        return any(unit.summed for unit in self.blocks.reference)

    def apply(self, arrays: Sequence[Array]) -> list[Array]:
        """The model's tensors that compute what the reference's `arrays` do."""
        return self._carry(take(self.blocks.reference, arrays))

    def carry_movements(self, moves: Sequence[Array]) -> list[Array]:
        """How the model's tensors change when the reference's change by `moves`."""
        return self._carry(take(self.blocks.reference, moves, moves=True))

    def restore(self, arrays: Sequence[Array], shapes: Sequence[Shape]) -> list[Array]:
        """The reference's tensors, of these shapes, that compute what the model's `arrays` do."""
        found: dict[int, Array] = {}
        for (place, turned), block in zip(self.pairs, take(self.blocks.own, arrays), strict=True):
            found[place] = block.T if turned else block
        return give(self.blocks.reference, [found[place] for place in range(len(found))], shapes)

    def _carry(self, blocks: Sequence[Array]) -> list[Array]:
        own = [blocks[place].T if turned else blocks[place] for place, turned in self.pairs]
        return [np.ascontiguousarray(array) for array in give(self.blocks.own, own, self.own_shapes)]


@dataclass(frozen=True, slots=True, kw_only=True)
class PairingSearch:
    """A model and a reference, whose weights are to be paired."""

    reference: Compute
    own: Compute
    compare: Compare
    tensors: tuple[DrawnTensor, ...]
    """The reference's tensors."""
    own_shapes: tuple[Shape, ...]
    """Shapes of the model's tensors."""
    own_roles: tuple[Role, ...]
    """What these do if their names are right; only those of normalisations are looked at, and only if they fit."""
    enough: float
    """Difference of outputs up to which they are equal."""
    generator: np.random.Generator

    def pair(self, blocks: Decomposition, limit: int) -> BlockMapping | None:
        """The mapping under which each block does what its counterpart does, in at most `limit` calls of the model.

        `None` if there is none. Raises `TooManyCallsError` if the limit doesn't suffice to tell, and whatever the model
        raises.
        """
        theirs, ours = self._sorts(blocks)
        common = self._draw_common(blocks, theirs)
        values = [_oriented(common[sort.key], sort.shape) for sort in theirs]
        held = [_oriented(common[sort.key], sort.shape) for sort in ours]
        before = self._expect(blocks, values)
        if not self._agrees(blocks, held, before):
            return None
        calls, pairs = 1, dict[int, tuple[int, bool]]()
        for place, sort in enumerate(theirs):
            values[place] = self._draw(blocks, place, sort.shape)
            expected = self._expect(blocks, values)
            for number, turned in _candidates(sort, ours, pairs):
                if calls == limit:
                    raise TooManyCallsError
                calls += 1
                kept, held[number] = held[number], values[place].T if turned else values[place]
                if self._agrees(blocks, held, expected):
                    pairs[number] = place, turned
                    break
                held[number] = kept
            else:
                return None
        found = tuple(pairs[number] for number in range(len(ours)))
        return BlockMapping(blocks=blocks, own_shapes=self.own_shapes, pairs=found)

    def _expect(self, blocks: Decomposition, values: Sequence[Array]) -> Sequence[Array]:
        return self.reference(give(blocks.reference, values, [tensor.shape for tensor in self.tensors]))

    def _agrees(self, blocks: Decomposition, held: Sequence[Array], expected: Sequence[Array]) -> bool:
        tensors = [np.ascontiguousarray(array) for array in give(blocks.own, held, self.own_shapes)]
        apart = self.compare(self.own(tensors), expected)
        return apart is not None and apart <= self.enough

    def _sorts(self, blocks: Decomposition) -> tuple[list[_Sort], list[_Sort]]:
        """The blocks of both; the roles of a normalisation's vectors tell them apart where both have the same ones."""
        shapes = [tensor.shape for tensor in self.tensors]
        roles = [tensor.role for tensor in self.tensors]
        theirs = _with_roles(blocks.reference, block_shapes(blocks.reference, shapes), roles)
        ours = _with_roles(blocks.own, block_shapes(blocks.own, self.own_shapes), self.own_roles)
        if Counter(sort.key for sort in theirs) == Counter(sort.key for sort in ours):
            return theirs, ours
        return [replace(sort, role="") for sort in theirs], [replace(sort, role="") for sort in ours]

    def _draw_common(self, blocks: Decomposition, sorts: Sequence[_Sort]) -> dict[_Key, Array]:
        """Values for each sort of blocks; a square one is its own transpose, as nobody knows which way it is kept."""
        found: dict[_Key, Array] = {}
        for place, sort in enumerate(sorts):
            shape, _ = key = sort.key
            if key in found and self._source(blocks, place).role != "variance":
                continue
            square = len(shape) == MATRIX and shape[0] == shape[1]
            found[key] = self._draw_symmetric(shape) if square else self._draw(blocks, place, shape)
        return found

    def _draw_symmetric(self, shape: Shape) -> Array:
        """An orthogonal matrix that is its own transpose."""
        basis = orthogonal(shape, self.generator)
        signs = np.where(self.generator.random(shape[0]) < 0.5, -1, 1).astype(np.float32)  # noqa: PLR2004 - a fair coin
        return np.asarray((basis * signs) @ basis.T)

    def _draw(self, blocks: Decomposition, place: int, shape: Shape) -> Array:
        """Values for one block, by the role of the tensor that it comes from."""
        return draw_weights([replace(self._source(blocks, place), shape=shape)], self.generator)[0]

    def _source(self, blocks: Decomposition, place: int) -> DrawnTensor:
        """The tensor that a block comes from; one that is joined from several does nothing in particular."""
        owners = [unit for unit in blocks.reference for _ in range(unit.count)]
        joined = owners[place].joined is not None
        return DrawnTensor(shape=()) if joined else self.tensors[owners[place].sources[0]]


_Key: TypeAlias = tuple[Shape, Role]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sort:
    """What is known of a block before it is paired."""

    shape: Shape
    role: Role

    @property
    def key(self) -> _Key:
        """The same for blocks that may be counterparts."""
        return untransposed(self.shape), self.role


def _with_roles(units: Sequence[Unit], shapes: Sequence[Shape], roles: Sequence[Role]) -> list[_Sort]:
    owners = [unit for unit in units for _ in range(unit.count)]
    found = (roles[unit.sources[0]] if unit.joined is None and roles else "" for unit in owners)
    return [_Sort(shape=shape, role=role if role in NORMAL else "") for shape, role in zip(shapes, found, strict=True)]


class TooManyCallsError(Exception):
    """A pairing takes more calls of the model than it may."""


def _oriented(values: Array, shape: Shape) -> Array:
    """Values, or their transpose, in this shape."""
    return values if values.shape == shape else values.T


def _candidates(sort: _Sort, ours: Sequence[_Sort], pairs: dict[int, tuple[int, bool]]) -> Iterator[tuple[int, bool]]:
    """The model's blocks that may be the counterpart of one of this sort, and whether transposed."""
    for number, own in enumerate(ours):
        if number not in pairs and own.key == sort.key:
            if own.shape == sort.shape:
                yield number, False
            if len(own.shape) == MATRIX and own.shape == sort.shape[::-1]:
                yield number, True
