"""Chooses which models inside other models are looked at: those that may be what a task asks for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from suite.assignments import Assignment
from suite.evidence.interview.answers import ModelHeader
from suite.evidence.proof.references import References
from suite.records import Model

MAX_PARTS = 8
"""Parts of one submission that are looked at: a class of a hundred blocks holds as many."""
MORE_WRONG = 1
"""Wrong parts that are looked at, beside one for each task that lacks a model: each costs seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartChooser:
    """Knows which tasks still lack a model."""

    assignment: Assignment
    """What is asked for."""
    references: References
    """The reference models; parts of about their size come first."""

    def choose(self, headers: Sequence[ModelHeader], models: Sequence[Model]) -> Iterator[int]:
        """Places among `headers` of the parts to look at, the likeliest first, while a task lacks a model.

        `models` are those that were looked at; whoever takes a place adds its model to them before taking the next.
        """
        left = [place for place, header in enumerate(headers) if header.within and place >= len(models)]
        wrong, allowed = 0, MORE_WRONG + len(self.assignment.model_tasks) - len(self._met(models))
        for _ in range(MAX_PARTS):
            sizes = {place: self._sizes(headers[place].framework, models) for place in left}
            left = [place for place in left if sizes[place]]
            if not left:
                return
            nearest = min(left, key=lambda place: min(_apart(headers[place].parameters, size) for size in sizes[place]))
            left.remove(nearest)
            looked_at = len(models)
            yield nearest
            wrong += any(not self._met([model]) for model in models[looked_at:])
            if wrong == allowed:
                return

    def _sizes(self, framework: str, models: Sequence[Model]) -> list[int]:
        """Numbers of parameters of the references in a framework whose tasks no model is the answer to."""
        if not self.references.speak(framework):
            return []
        met = self._met(models)
        return [
            self.references.find(framework, model_id).inspected.model.parameters
            for task in self.assignment.model_tasks
            if task.id not in met
            for model_id in task.accepts
        ]

    def _met(self, models: Sequence[Model]) -> set[str]:
        """The tasks of which some model gives the reference's outputs."""
        enough = self.assignment.proof.outputs_of_largest
        proofs = (proof for model in models for proof in model.proofs)
        return {proof.task for proof in proofs if proof.difference is not None and proof.difference <= enough}


def _apart(size: int, wanted: int) -> float:
    """How far a part's size is from a reference's, from 0 to 1; in between if it isn't known."""
    return 1 - min(size, wanted) / max(size, wanted, 1) if size else 0.5
