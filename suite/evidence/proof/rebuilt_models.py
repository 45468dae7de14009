"""A copy of a submission's model in a process of the suite's own, which answers the proof's questions in its place.

A model that Keras's own layers make up is data: an architecture, and numbers. So the host has it built anew, holds the
submission's tensors in it, and takes it if its tensors are the same and it answers what the submission's answered to
inputs drawn by the host. Such a copy computes, and learns, what its architecture says, whatever the submission's
process does with the questions. It is built and traced once for all submissions of one architecture.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from suite.codec import Frame
from suite.errors import FrameError
from suite.evidence.interview.inspection import InspectedModel
from suite.evidence.proof.architectures import is_buildable
from suite.evidence.proof.builders import BuildError, Builders
from suite.evidence.proof.distance import difference
from suite.evidence.proof.experiment import ModelError, Side, on_channel
from suite.evidence.proof.random_tensors import Array
from suite.frameworks import framework_named
from suite.records import FrameworkName


@dataclass(frozen=True, slots=True, kw_only=True)
class RebuiltModel:
    """See `Answering`; its tensors hold the submission's numbers, or those that come with a question."""

    builders: Builders
    """The process that holds it."""
    framework: FrameworkName
    """What it is built with."""
    architecture: str
    """What it is put together of, in JSON."""
    held: Mapping[str, Array] = field(default_factory=dict)
    """The numbers in its tensors, by their names in a question; those that it was built with where none are given."""

    def ask(
        self,
        question: str,
        arrays: dict[str, np.ndarray[Any, Any]] | None = None,
        *,
        patience: float | None = None,  # noqa: ARG002 - its own process has its own
        **values: Any,
    ) -> Frame:
        """`BuildError` where its process doesn't answer."""
        values.pop("model", None)
        given = {**self.held, **(arrays or {})}
        return self.builders.ask_model(self.framework, self.architecture, question, given, **values)

    def as_built(self, inspected: InspectedModel) -> tuple[RebuiltModel, InspectedModel]:
        """It with the numbers that it was built with in place of the submission's, and the model as that holds them."""
        built = replace(self, held={})
        values = list(built.ask("weights").arrays.values())
        return built, replace(inspected, values=tuple(values[slot.number] for slot in inspected.slots))


def rebuild(builders: Builders, inspected: InspectedModel, enough: float) -> RebuiltModel | None:
    """The copy of a model; `None` if it can't be built, or isn't the same.

    Args:
        builders: the processes that build.
        inspected: the model, with what it answered.
        enough: by how much answers may differ, as a share of the largest.
    """
    framework = inspected.model.framework
    sizes = [size for tensor in inspected.tensors for size in tensor[3]]
    sizes += [size for array in inspected.asked for size in array.shape]
    classes = framework_named(framework).layer_classes
    if not inspected.architecture or not is_buildable(inspected.architecture, classes, max(sizes, default=0)):
        return None
    held = {f"w{slot.number}": array for slot, array in zip(inspected.slots, inspected.values, strict=True)}
    architecture = inspected.architecture
    copy = RebuiltModel(builders=builders, framework=framework, architecture=architecture, held=held)
    try:
        if builders.tensors_of(framework, architecture) != inspected.tensors:
            return None
        side = Side(ask=on_channel(copy), index=0, slots=(), traced=True, convention=inspected.convention)
        apart = difference(side.predict([], [inspected.asked]), inspected.answered)
    except (BuildError, ModelError, FrameError):
        return None
    return copy if apart is not None and apart <= enough else None
