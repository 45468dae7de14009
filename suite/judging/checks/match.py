"""Finds the submission's model for each task and pairs its layers with the reference's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from math import inf

from suite.assignments import Assignment, Expected, ExpectedLayer, ExpectedModel, ModelTask
from suite.judging.checks.proof_status import proof_status
from suite.records import Evidence, FrameworkName, Layer, Model, ProofStatus

LIKE = 0.5
"""A wrong model that agrees with a reference in less than this share says more by its place in the notebook."""
TABLE, MATRIX = "Embedding", 2
Candidate = tuple[int, "Match"]
"""The number of a task, and how a model matches it."""
Pair = tuple[ExpectedLayer | None, Layer | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A task, the model that was chosen for it, and the reference that it is compared with."""

    task: ModelTask
    """What was to be built."""
    model_id: str
    """The accepted model that the submission comes closest to."""
    framework: FrameworkName
    """Framework of that reference."""
    reference: ExpectedModel
    """What the reference showed."""
    place: int | None
    """Place of the submission's model in the evidence; `None` if it has none."""
    model: Model | None
    """That model."""
    pairs: tuple[Pair, ...]
    """Layers side by side; `None` if one side has no counterpart. Empty where the reference's layers aren't told."""
    frameworks: frozenset[FrameworkName]
    """Frameworks in which the assignment has a reference."""
    rivals: tuple[Model, ...] = ()
    """Unused models that fit exactly as well."""
    proved: bool = False
    """Whether the model computes and learns what the reference does."""

    @property
    def numbered(self) -> Iterator[tuple[int, ExpectedLayer | None, Layer | None]]:
        """The pairs, each after its layer's position in the submission's model, from 1."""
        place = 0
        for expected, seen in self.pairs:
            place += seen is not None
            yield place, expected, seen

    @property
    def likeness(self) -> float:
        """Share of layers, model output included, that agree in parameters and in shape; 1 for a proved model."""
        if self.model is None:
            return 0.0
        if self.proved:
            return 1.0
        agreeing = [
            (expected.parameters == seen.parameters) + (expected.output_shape == seen.output_shape)
            for expected, seen in self.pairs
            if expected is not None and seen is not None
        ]
        agreeing.append(2 * (self.model.outputs == self.reference.outputs))
        return sum(agreeing) / (2 * (len(self.pairs) + 1))

    @property
    def takes_input(self) -> int:
        """1 if the model took an input of the task, -1 if it took another task's, 0 if it took none."""
        taken = self.model.inputs if self.model else ()
        if not taken:
            return 0
        return 1 if taken in [probe.shapes for probe in self.task.probes] else -1

    @property
    def learnt(self) -> float:
        """How well it predicts held-out rows as it was submitted, more being better; -inf if that wasn't measured."""
        found = self.model.accuracies if self.model else ()
        asked = [
            a
            for a in found
            if (a.task, a.model_id) == (self.task.id, self.model_id) and a.mode == "as_submitted" and a.rows
        ]
        return max((accuracy.rank for accuracy in asked), default=-inf)

    @property
    def likeness_of_kinds(self) -> float:
        """Share of layers whose classes come in the same order in both."""
        seen = self.model.layers if self.model else ()
        kinds = [layer.kind for layer in self.reference.layers], [layer.kind for layer in seen]
        return SequenceMatcher(None, *kinds, autojunk=False).ratio()

    @property
    def is_named(self) -> bool:
        """Whether the reference's layers aren't told and the model has the task's name: then little else tells it."""
        return not self.pairs and self.model is not None and self.model.name in (self.task.id, self.model_id)

    @property
    def same_kinds(self) -> int:
        """Number of layers of the reference's class: tells an LSTM from a cell in a loop, with equal counts."""
        return sum(e is not None and s is not None and e.kind == s.kind for e, s in self.pairs)


def match(assignment: Assignment, expected: Expected, evidence: Evidence) -> tuple[Match, ...]:
    """One match per graded task, each model used once.

    Models that agree in every layer come first, by proof, number of tasks that they fit (the fewer the better), kinds
    of layers, accuracy and order. A wrong model goes to a task whose input it takes; of several such tasks to one that
    it is more than half like, else to one in whose place it stands, between the models of the tasks before and after
    it, and whose kinds of layers it has. Parts of models come last (`_add_parts`).
    """
    tasks, models = assignment.model_tasks, evidence.models

    def candidates_among(places: Iterable[tuple[int, Model]]) -> list[Candidate]:
        return [
            (number, _pair_up(assignment, task, model_id, place, model, expected))
            for place, model in places
            for number, task in enumerate(tasks)
            for model_id in task.accepts
            if model.framework in expected.models[model_id]
        ]

    candidates = candidates_among(enumerate(models))

    choices = Counter(found.place for _, found in candidates if found.likeness == 1)

    def preference(candidate: Candidate) -> tuple[float, ...]:
        number, found = candidate
        gap = abs((number + 1) / len(tasks) - ((found.place or 0) + 1) / len(models))
        named = -found.is_named
        return -found.likeness, -found.proved, named, choices[found.place], -found.same_kinds, -found.learnt, gap

    taken: dict[int, Match] = {}
    _take(taken, sorted((c for c in candidates if c[1].likeness == 1), key=preference))
    anchors = {number: found.place or 0 for number, found in taken.items()}

    def preference_of_wrong(candidate: Candidate) -> tuple[float, ...]:
        number, found = candidate
        alike = found.likeness >= LIKE
        out_of_place = not _stands_between(found.place or 0, number, anchors)
        resembles = found.likeness if alike else found.likeness_of_kinds
        return -found.takes_input, -alike, out_of_place, -resembles, *preference(candidate)

    wrong = [c for c in candidates if c[1].likeness < 1 and (_may_be_meant(c[1]) or len(tasks) == 1)]
    _take(taken, sorted(wrong, key=preference_of_wrong))
    _add_parts(taken, candidates_among(evidence.parts.items()))
    used = {found.place for found in taken.values()}
    for number, found in taken.items():
        rivals = [
            other.model
            for at, other in candidates
            if at == number and other.place not in used and other.model and _equally_good(other, found)
        ]
        taken[number] = replace(found, rivals=tuple(rivals))
    return tuple(taken.get(number) or _without_model(task, expected) for number, task in enumerate(tasks))


def _take(taken: dict[int, Match], candidates: Sequence[Candidate]) -> None:
    """Give each task the first candidate whose model no task has yet."""
    used = {found.place for found in taken.values()}
    for number, found in candidates:
        if number not in taken and found.place not in used:
            taken[number] = found
            used.add(found.place)


def _add_parts(taken: dict[int, Match], candidates: Sequence[Candidate]) -> None:
    """Give parts of models to tasks that no model by itself fits; each must take the input and be half like the model.

    A model that is less than half like the reference, or takes another task's input, gives way to a part that agrees in
    every layer; and one that only holds several tasks' models, to the part that is more like. Whoever feeds a right
    part with the wrong input, or adds to it, has built a wrong model: its own part doesn't stand in for it.
    """
    likely = [(number, c) for number, c in candidates if c.takes_input > 0 and c.likeness >= LIKE]
    likely = sorted(likely, key=lambda each: (-each[1].likeness, -each[1].proved, -each[1].same_kinds, -each[1].learnt))
    for number, found in likely:
        holder = taken.get(number)
        unlike = holder is None or holder.likeness < LIKE or holder.takes_input < 0
        unfit = holder is None or (unlike and found.likeness == 1)
        if unfit and not _is_used(found, taken) and not _stands_for_holder(number, found, taken, candidates):
            taken[number] = found
    for number, found in likely:
        holder = taken.get(number)
        if (
            holder
            and holder.likeness < found.likeness
            and not _is_used(found, taken)
            and _is_beside(found, holder, taken)
        ):
            taken[number] = found


def _is_used(found: Match, taken: Mapping[int, Match]) -> bool:
    """Whether a task has this model already."""
    return found.place in {other.place for other in taken.values()}


def _stands_for_holder(number: int, found: Match, taken: Mapping[int, Match], candidates: Sequence[Candidate]) -> bool:
    """Whether a task has the model that holds this part, and the part is as much like that task's reference."""
    held_by = {at for at, other in taken.items() if other.place in _holders(found) and at != number}
    return any(at in held_by and c.place == found.place and c.likeness >= found.likeness for at, c in candidates)


def _is_beside(found: Match, holder: Match, taken: Mapping[int, Match]) -> bool:
    """Whether the model of a task holds this part, and beside it another that a task has."""
    if holder.place not in _holders(found):
        return False
    others = (other for other in taken.values() if holder.place in _holders(other))
    return any(other.place not in _holders(found) and found.place not in _holders(other) for other in others)


def _holders(found: Match) -> tuple[int, ...]:
    """Places of the models that hold a model."""
    return found.model.within if found.model else ()


def _may_be_meant(found: Match) -> bool:
    """Whether a wrong model can be held against a task: it takes the task's input, or is half like its reference."""
    return found.likeness >= LIKE or (found.takes_input >= 0 and (found.likeness > 0 or found.takes_input > 0))


def _stands_between(place: int, number: int, anchors: Mapping[int, int]) -> bool:
    """Whether a model comes after those of earlier tasks and before those of later ones."""
    return all((other < number) == (anchor < place) for other, anchor in anchors.items() if other != number)


def _equally_good(one: Match, other: Match) -> bool:
    """Whether neither is the better match."""
    return (one.likeness, one.proved, one.same_kinds) == (other.likeness, other.proved, other.same_kinds)


def _without_model(task: ModelTask, expected: Expected) -> Match:
    """The match of a task that nothing was built for; the reference of the first framework is shown."""
    framework, reference = next(iter(expected.models[task.accepts[0]].items()))
    return Match(
        task=task,
        model_id=task.accepts[0],
        framework=framework,
        reference=reference,
        place=None,
        model=None,
        pairs=tuple((layer, None) for layer in reference.layers),
        frameworks=frozenset(expected.models[task.accepts[0]]),
    )


def _pair_up(  # noqa: PLR0913, PLR0917 - what a match is made of
    assignment: Assignment, task: ModelTask, model_id: str, place: int, model: Model, expected: Expected
) -> Match:
    reference = expected.models[model_id][model.framework]
    if task.own_vocabulary:
        reference = _with_vocabulary(reference, model)
    return Match(
        task=task,
        model_id=model_id,
        framework=model.framework,
        reference=reference,
        place=place,
        model=model,
        pairs=tuple(_align(reference.layers, model.layers)) if reference.layers else (),
        frameworks=frozenset(expected.models[model_id]),
        proved=proof_status(model, task.id, model_id, assignment.proof) is ProofStatus.PROVED,
    )


def _with_vocabulary(reference: ExpectedModel, model: Model) -> ExpectedModel:
    """The reference as it would be with as many words as the model knows."""
    tables = (layer.weights[0].shape for layer in model.layers if layer.kind == TABLE and len(layer.weights) == 1)
    rows = {shape[1]: shape[0] for shape in tables if len(shape) == MATRIX}
    layers = tuple(
        layer.model_copy(update={"weights": ((rows[width], width),), "parameters": rows[width] * width})
        if layer.formula == TABLE and (width := layer.weights[0][1]) in rows
        else layer
        for layer in reference.layers
    )
    further = sum(new.parameters - old.parameters for new, old in zip(layers, reference.layers, strict=True))
    return reference.model_copy(update={"layers": layers, "parameters": reference.parameters + further})


def _align(expected: Sequence[ExpectedLayer], seen: Sequence[Layer]) -> list[Pair]:
    """Pair layers in order so that most counts agree, then most shapes, with few left alone, then most kinds.

    So one missing layer doesn't shift all that follow, also where counts repeat. Of equal ways the one that pairs the
    first layers counts.
    """
    base = max(len(expected), len(seen)) + 1

    def worth(one: ExpectedLayer, other: Layer) -> int:
        counts, shapes = one.parameters == other.parameters, one.output_shape == other.output_shape
        return ((counts * base + shapes) * base + 1) * base + (one.kind == other.kind)

    best = [[0] * (len(seen) + 1)]  # by the number of layers that are left on both sides, from the end
    for one in reversed(expected):
        row, below = [0], best[-1]
        for place, other in enumerate(reversed(seen)):
            row.append(max(worth(one, other) + below[place], row[place], below[place + 1]))
        best.append(row)
    pairs: list[Pair] = []
    e, s = len(expected), len(seen)
    while e and s:
        first, other_first = expected[-e], seen[-s]
        if best[e][s] == worth(first, other_first) + best[e - 1][s - 1]:
            pairs.append((first, other_first))
            e, s = e - 1, s - 1
        elif best[e][s] == best[e - 1][s]:
            pairs.append((first, None))
            e -= 1
        else:
            pairs.append((None, other_first))
            s -= 1
    return [
        *pairs,
        *((one, None) for one in expected[len(expected) - e :]),
        *((None, each) for each in seen[len(seen) - s :]),
    ]
