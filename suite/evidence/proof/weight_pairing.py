"""Pairs a reference's weights with a model's by what they do: no order and no name is needed.

First all blocks of one shape hold the same values in both models, so that it doesn't matter which is which. Models of
the same function then give the same outputs, however they keep their weights; where they don't, no pairing of these
blocks makes them equal. Then one block of the reference after the other gets values of its own, and the model's block
that changes the outputs in the same way is its counterpart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from suite.evidence.proof.random_tensors import Array, draw_weights, orthogonal
from suite.evidence.proof.weight_blocks import Decomposition, block_shapes, give, take, untransposed
from suite.evidence.proof.weight_layouts import MATRIX, Shape
from suite.frameworks import Role

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
    shapes: tuple[Shape, ...]
    """Shapes of the reference's tensors."""
    roles: tuple[Role, ...]
    """What each of them does."""
    own_shapes: tuple[Shape, ...]
    """Shapes of the model's tensors."""
    enough: float
    """Difference of outputs up to which they are equal."""
    generator: np.random.Generator

    def pair(self, blocks: Decomposition, limit: int) -> BlockMapping | None:
        """The mapping under which each block does what its counterpart does, in at most `limit` calls of the model.

        `None` if there is none. Raises `TooManyCallsError` if the limit doesn't suffice to tell, and whatever the model
        raises.
        """
        theirs, ours = block_shapes(blocks.reference, self.shapes), block_shapes(blocks.own, self.own_shapes)
        common = self._draw_common(blocks, theirs)
        values = [_oriented(common[untransposed(shape)], shape) for shape in theirs]
        held = [_oriented(common[untransposed(shape)], shape) for shape in ours]
        before = self._expect(blocks, values)
        if not self._agrees(blocks, held, before):
            return None
        calls, pairs = 1, dict[int, tuple[int, bool]]()
        for place, shape in enumerate(theirs):
            values[place] = self._draw(blocks, place, shape)
            expected = self._expect(blocks, values)
            for number, turned in _candidates(shape, ours, pairs):
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
        return self.reference(give(blocks.reference, values, self.shapes))

    def _agrees(self, blocks: Decomposition, held: Sequence[Array], expected: Sequence[Array]) -> bool:
        tensors = [np.ascontiguousarray(array) for array in give(blocks.own, held, self.own_shapes)]
        apart = self.compare(self.own(tensors), expected)
        return apart is not None and apart <= self.enough

    def _draw_common(self, blocks: Decomposition, shapes: Sequence[Shape]) -> dict[Shape, Array]:
        """Values for each shape of blocks; a square one is its own transpose, as nobody knows which way it is kept."""
        found: dict[Shape, Array] = {}
        for place, shape in enumerate(shapes):
            key = untransposed(shape)
            if key not in found or self._role(blocks, place) == "variance":
                found[key] = self._draw(blocks, place, key)
            if len(key) == MATRIX and key[0] == key[1]:
                basis = orthogonal(key, self.generator)
                signs = np.where(self.generator.random(key[0]) < 0.5, -1, 1)  # noqa: PLR2004 - a fair coin
                found[key] = ((basis * signs) @ basis.T).astype(np.float32)
        return found

    def _draw(self, blocks: Decomposition, place: int, shape: Shape) -> Array:
        """Values for one block, by the role of the tensor that it comes from."""
        return draw_weights([(shape, self._role(blocks, place))], self.generator)[0]

    def _role(self, blocks: Decomposition, place: int) -> Role:
        owners = [unit for unit in blocks.reference for _ in range(unit.count)]
        return self.roles[owners[place].sources[0]] if owners[place].joined is None else ""


class TooManyCallsError(Exception):
    """A pairing takes more calls of the model than it may."""


def _oriented(values: Array, shape: Shape) -> Array:
    """Values, or their transpose, in this shape."""
    return values if values.shape == shape else values.T


def _candidates(shape: Shape, ours: Sequence[Shape], pairs: dict[int, tuple[int, bool]]) -> Iterator[tuple[int, bool]]:
    """The model's blocks that may be the counterpart of one of this shape, and whether transposed."""
    for number, own in enumerate(ours):
        if number not in pairs and untransposed(own) == untransposed(shape):
            if own == shape:
                yield number, False
            if len(own) == MATRIX and own == shape[::-1]:
                yield number, True
