"""What the references showed: `expected.json`, written by `suite freeze`."""

from __future__ import annotations

import json
from typing import Literal

from pydantic import ValidationError

from suite.assignments.assignment import Assignment
from suite.assignments.settings import Settings
from suite.errors import AssignmentError, Words
from suite.frameworks import KnownFramework
from suite.records import family


class ExpectedLayer(Settings):
    """One layer as the reference showed it."""

    kind: str
    parameters: int
    output_shape: tuple[int | None, ...] | None
    """Shape of its output for the probe; `None` for a layer that was never called."""
    weights: tuple[tuple[int, ...], ...]
    """Shapes of its weight tensors."""
    formula: str | None = None
    """The standard layer that it computes; empty for a custom layer, `None` in a file that doesn't say."""

    @property
    def family(self) -> str | None:
        """The kind of layer, such as `LSTM`."""
        return None if self.formula is None else family(self.formula)


class ExpectedModel(Settings):
    """One reference model in one framework."""

    parameters: int
    outputs: tuple[tuple[int | None, ...], ...]
    layers: tuple[ExpectedLayer, ...]
    golden: tuple[float, ...]
    """First values of its first output, with seeded weights and a seeded probe."""


class Expected(Settings):
    """Contents of `expected.json`, written by `suite freeze`."""

    schema_version: Literal[1] = 1
    versions: dict[str, str]
    models: dict[str, dict[KnownFramework, ExpectedModel]]


def load_expected(assignment: Assignment) -> Expected:
    """Read what the references showed; `AssignmentError` says how to record it."""
    if not assignment.model_ids:
        return Expected(versions={}, models={})
    path = assignment.folder / "expected.json"
    remedy = Words("record it with: suite freeze {name}", name=assignment.name)
    try:
        expected = Expected.model_validate(json.loads(path.read_bytes()))
    except FileNotFoundError as error:
        raise AssignmentError("{path} doesn't exist; {remedy}", path=path, remedy=remedy) from error
    except (ValueError, ValidationError) as error:
        raise AssignmentError(
            "{path} isn't what this version reads ({error}); {remedy}", path=path, error=error, remedy=remedy
        ) from error
    if missing := set(assignment.model_ids) - expected.models.keys():
        raise AssignmentError(
            "{path} lacks {missing}; {remedy}", path=path, missing=", ".join(sorted(missing)), remedy=remedy
        )
    return expected
