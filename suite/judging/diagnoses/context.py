"""What a diagnosis is, what it looks at, and what it finds: registered by the entry point group `diagnoses`."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from suite.judging.sources import CodeCell
from suite.records import Evidence, LayerComparison, Model, Outcome, Text

Explains: TypeAlias = Literal["error", "model", "training", "style"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A model that was chosen for a task."""

    place: int
    """Its place in the evidence."""
    model: Model
    """What was observed of it."""
    comparison: LayerComparison
    """Its layers beside the reference's, and whether it is proved."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DiagnosisContext:
    """One submission's evidence, with its sources parsed."""

    evidence: Evidence
    """What was observed."""
    cells: tuple[CodeCell, ...]
    """Its code cells."""
    subjects: tuple[Subject, ...]
    """One per task for which there is a model."""

    @property
    def ran_through(self) -> bool:
        """Whether every cell ran: if so, what wasn't done isn't in the notebook."""
        run = self.evidence.run
        return run.stopped is None and all(cell.outcome is Outcome.PASS for cell in run.cells)

    def mentions(self, *words: str) -> bool:
        """Whether some source holds one of these words."""
        return any(word in cell.source for cell in self.cells for word in words)

    def class_of(self, model: Model) -> tuple[CodeCell, ast.ClassDef] | None:
        """Where a model's class is written."""
        found = (
            (cell, node)
            for cell in self.cells
            for node in cell.nodes
            if isinstance(node, ast.ClassDef) and node.name == model.class_name
        )
        return next(found, None)


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundCause:
    """A cause that was recognised."""

    cell: int | None
    """Index of the notebook cell."""
    message: Text
    """What was observed, why it matters, what to change."""
    explains: Explains
    """What follows from it."""
    task: str = ""
    """Id of the task whose model it explains; empty where that isn't known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Something that can be wrong with a submission."""

    name: str
    """Unique; pages and `results.json` show it."""
    rank: int
    """Causes are listed in this order: those that are likelier to explain lost marks have the smaller numbers."""
    recognise: Callable[[DiagnosisContext], Iterator[FoundCause]]
    """Finds it from evidence alone; yields nothing if it isn't sure."""
