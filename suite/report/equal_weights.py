"""Which submissions of a class handed in equal trained weights: equal numbers, whatever the file's name and form.

Two trainings end in equal weights only if they are one training. Weights that a notebook trains here don't count:
every run begins with the same seeds, so honest notebooks that do the same end in the same numbers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from suite.records import Evidence
from suite.report.similarity import too_common


@dataclass(frozen=True, slots=True, order=True)
class HandedModel:
    """A model with trained weights that were handed in."""

    submission: str
    model: str
    """Its variable or class."""
    file: str
    """What was handed in."""


def find_equal_weights(class_of: Mapping[str, Evidence]) -> list[tuple[HandedModel, ...]]:
    """Groups of models of several submissions with equal weights; what much of the class has was given to it."""
    groups: dict[str, list[HandedModel]] = defaultdict(list)
    for name, evidence in class_of.items():
        for model in evidence.models:
            if model.laid_sha256:
                groups[model.laid_sha256].append(HandedModel(name, model.name or model.class_name, model.laid))
    owners = {digest: {each.submission for each in group} for digest, group in groups.items()}
    return sorted(
        tuple(sorted(group))
        for digest, group in groups.items()
        if len(owners[digest]) > 1 and not too_common(len(owners[digest]), len(class_of))
    )
