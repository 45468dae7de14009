"""Finds mappings of a reference's weights to a model's tensors, by the shapes and positions of both models' tensors.

`layouts` lists how a layer may store its tensors; this module pairs them. Comparing outputs shows whether a mapping is
right.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

import numpy as np

from suite.evidence.proof.weight_layouts import MATRIX, Conversion, LayoutPart, Shape, Shapes, layouts, turn

Array: TypeAlias = np.ndarray[Any, Any]
MAX_FITS = 48  # of one layer: all orders of an LSTM's four tensors, as they are and transposed
MAX_OPTIONS = 4096  # to be sorted; a stack of four recurrent layers has fewer


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Tensors of the reference and the model's tensors that correspond to them, by their positions."""

    reference: tuple[int, ...]
    own: tuple[int, ...]
    conversion: Conversion = "same"
    axis: int = 0
    """Axis along which `joined` kernels are concatenated."""

    def carry(self, arrays: Sequence[Array]) -> list[Array]:
        """The model's tensors that compute what the reference's `arrays` do."""
        match self.conversion:
            case "transposed":
                return [np.ascontiguousarray(arrays[0].T)]
            case "one for two":
                return [arrays[0] + arrays[1]]
            case "two for one":
                return [arrays[0] * np.float32(0.25), arrays[0] * np.float32(0.75)]
            case "joined":
                return [np.concatenate(arrays, axis=self.axis)]
        return [arrays[0]]

    def restore(self, arrays: Sequence[Array], shapes: Sequence[Shape]) -> list[Array]:
        """The reference's tensors, of these shapes, that compute what the model's `arrays` do: `carry` the other way.

        If two of the reference's biases add up, the first gets the whole sum.
        """
        match self.conversion:
            case "transposed":
                return [np.ascontiguousarray(arrays[0].T)]
            case "one for two":
                return [arrays[0], np.zeros_like(arrays[0])]
            case "two for one":
                return [arrays[0] + arrays[1]]
            case "joined":
                return np.split(arrays[0], [shapes[0][self.axis]], axis=self.axis)
        return [arrays[0]]

    def carry_movement(self, moves: Sequence[Array]) -> list[Array]:
        """How the model's tensors change when the reference's change by `moves`: summed biases change alike."""
        if self.conversion in ("one for two", "two for one"):
            return [moves[0]] * len(self.own)
        return self.carry(moves)


class WeightMapping(Protocol):
    """What of a model's tensors corresponds to what of a reference's."""

    @property
    def diverges(self) -> bool:
        """Whether summed biases make the two models diverge after one step."""

    def apply(self, arrays: Sequence[Array]) -> list[Array]:
        """The model's tensors, in order, that compute what the reference's `arrays` do."""

    def carry_movements(self, moves: Sequence[Array]) -> list[Array]:
        """How the model's tensors, in order, change when the reference's change by `moves`."""

    def restore(self, arrays: Sequence[Array], shapes: Sequence[Shape]) -> list[Array]:
        """The reference's tensors, of these shapes and in order, that compute what the model's `arrays` do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkMapping:
    """A mapping of whole tensors."""

    links: tuple[Link, ...]
    """Which tensors correspond."""

    @property
    def diverges(self) -> bool:
        """Whether summed biases make the two models diverge after one step."""
        return any(link.conversion in ("one for two", "two for one") for link in self.links)

    def apply(self, arrays: Sequence[Array]) -> list[Array]:
        """The model's tensors, in order, that compute what the reference's `arrays` do."""
        return _lay((link.own, link.carry([arrays[n] for n in link.reference])) for link in self.links)

    def carry_movements(self, moves: Sequence[Array]) -> list[Array]:
        """How the model's tensors, in order, change when the reference's change by `moves`."""
        return _lay((link.own, link.carry_movement([moves[n] for n in link.reference])) for link in self.links)

    def restore(self, arrays: Sequence[Array], shapes: Sequence[Shape]) -> list[Array]:
        """The reference's tensors, of these shapes and in order, that compute what the model's `arrays` do."""
        return _lay(
            (link.reference, link.restore([arrays[n] for n in link.own], [shapes[n] for n in link.reference]))
            for link in self.links
        )


Links: TypeAlias = tuple[Link, ...]
Fits: TypeAlias = tuple[Links, ...]


def mappings(reference: Sequence[Sequence[Shape]], own: Sequence[Shape], limit: int) -> list[LinkMapping]:
    """At most `limit` mappings, most likely first.

    `reference` holds the shapes of each layer's tensors in order, `own` those of the model's tensors.
    """
    found = itertools.chain(_by_layers(reference, own), _by_shapes(reference, own))
    unique = list(dict.fromkeys(itertools.islice(found, 2 * limit)))[:limit]
    return [LinkMapping(links=links) for links in unique]


def _lay(parts: Iterable[tuple[Sequence[int], Sequence[Array]]]) -> list[Array]:
    """Arrays in the order of their places."""
    laid = {place: array for places, arrays in parts for place, array in zip(places, arrays, strict=True)}
    return [laid[place] for place in range(len(laid))]


def _by_layers(reference: Sequence[Sequence[Shape]], own: Sequence[Shape]) -> Iterator[Links]:
    """Cut the model's tensors into the reference's layers, in order; layers of the same shapes keep the same order."""
    for cut in _cuts(tuple(tuple(shapes) for shapes in reference), tuple(own), {}):
        choices = dict.fromkeys(cut)
        options = itertools.islice(itertools.product(*(range(len(fits)) for fits in choices)), MAX_OPTIONS)
        for chosen in sorted(options, key=sum):
            fits = dict(zip(choices, chosen, strict=True))
            yield tuple(_put_together([layer[fits[layer]] for layer in cut], reference))


def _cuts(reference: tuple[Shapes, ...], own: Shapes, known: dict[tuple[Shapes, Shapes], Fits]) -> Iterator[list[Fits]]:
    """For each way of cutting the tensors into layers, the mappings of each layer to its part."""
    if not reference or not own:
        if not reference and not own:
            yield []
        return
    for fits in _fitting(reference[0], own):
        size = sum(len(link.own) for link in fits[0])
        key = reference[0], own[:size]
        if known.get(key, fits) == fits:
            yield from ([fits, *rest] for rest in _cuts(reference[1:], own[size:], known | {key: fits}))


def _put_together(layers: Sequence[Links], reference: Sequence[Sequence[Shape]]) -> Iterator[Link]:
    """The layers' links, with positions counted through the whole model."""
    first = place = 0
    for links, shapes in zip(layers, reference, strict=True):
        yield from (_shift(link, first, place) for link in links)
        first, place = first + len(shapes), place + sum(len(link.own) for link in links)


def _by_shapes(reference: Sequence[Sequence[Shape]], own: Sequence[Shape]) -> Iterator[Links]:
    """Map each tensor to one of the same shape, at any position."""
    flat = [shape for shapes in reference for shape in shapes]
    if len(flat) == len(own):
        parts = [LayoutPart(reference=(place,), shapes=(shape,)) for place, shape in enumerate(flat)]
        yield from _assign(parts, own)


def _fitting(shapes: Shapes, rest: Shapes) -> Iterator[Fits]:
    """Mappings of a layer to the next tensors, for each layout that fits them."""
    for parts in layouts(shapes):
        block = rest[: sum(len(part.shapes) for part in parts)]
        fits: list[Links] = []
        for turned in (False, True):
            target = [turn(part) for part in parts] if turned else parts
            fits += itertools.islice(_assign(target, block), MAX_FITS)
        if fits:
            yield tuple(sorted(fits, key=lambda fit: _departure(fit, shapes)))


def _assign(parts: Sequence[LayoutPart], own: Sequence[Shape]) -> Iterator[Links]:
    """Every way of giving each part tensors of its shapes, none twice and none left over; by position first."""
    if sorted(shape for part in parts for shape in part.shapes) != sorted(own):
        return

    def extend(done: int, free: tuple[int, ...]) -> Iterator[Links]:
        if done == len(parts):
            yield ()
            return
        part = parts[done]
        for chosen in itertools.combinations(free, len(part.shapes)):
            if all(own[place] == shape for place, shape in zip(chosen, part.shapes, strict=True)):
                link = Link(reference=part.reference, own=chosen, conversion=part.conversion, axis=part.axis)
                left = tuple(place for place in free if place not in chosen)
                yield from ((link, *others) for others in extend(done + 1, left))

    yield from extend(0, tuple(range(len(own))))


def _departure(fit: Links, shapes: tuple[Shape, ...]) -> tuple[int, int, int]:
    """How far from the reference's own order: vectors out of place, then transposed matrices, then matrices."""

    def displaced(rank: int) -> int:
        links = [
            link.own[0]
            for link in sorted(fit, key=lambda link: link.reference)
            if len(shapes[link.reference[0]]) == rank
        ]
        return sum(one > other for one, other in itertools.combinations(links, 2))

    turned = sum(link.conversion == "transposed" for link in fit)
    return displaced(1), turned, displaced(MATRIX)


def _shift(link: Link, reference: int, own: int) -> Link:
    """A link with positions within a layer as one with positions within the model."""
    return Link(
        reference=tuple(place + reference for place in link.reference),
        own=tuple(place + own for place in link.own),
        conversion=link.conversion,
        axis=link.axis,
    )
