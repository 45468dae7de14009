"""The kinds of task of an `assignment.toml`: what a submission must hold."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from suite.assignments.settings import Count, Settings, Titles


class ProbeInput(Settings):
    """One input of a model, which the host fills with random values."""

    shape: tuple[int, ...] = ()
    """Shape without the batch dimension."""
    high: int = Field(default=0, ge=0)
    """If 0, the values are float32 in [0, 1); otherwise integers in [1, high)."""
    words: int = Field(default=0, ge=0)
    """If above 0, the input is text, `(rows, 1)`, of at most this many words; the first row has exactly this many."""


class Probe(Settings):
    """What a model is called with."""

    inputs: Annotated[tuple[ProbeInput, ...], Field(min_length=1, examples=[[{"shape": [28, 28]}]])]
    """In the order of the model's arguments."""
    rows: Count = 3
    """Batch size; 3, as no layer of the own assignments has three units or time steps as its first dimension."""

    @property
    def shapes(self) -> tuple[tuple[int | None, ...], ...]:
        """Shapes of the inputs, `None` for the batch dimension."""
        return tuple((None, *((1,) if given.words else given.shape)) for given in self.inputs)


class Task(Settings):
    """One thing that is asked for: what all kinds of task have."""

    id: str = Field(min_length=1, examples=["stack"])
    """Its name in results, and the name of its reference where nothing else is said."""
    title: Titles = Field(json_schema_extra={"usually": "its id"})
    """Its title on pages."""
    graded: bool = True
    """Whether submissions are asked for it; if not, its reference exists only for comparison."""

    @model_validator(mode="before")
    @classmethod
    def _name(cls, given: Any) -> Any:
        """The title of a task that has none."""
        return {"title": given["id"]} | given if isinstance(given, dict) and isinstance(given.get("id"), str) else given


class ModelTask(Task):
    """A model to build, which is compared with its references."""

    kind: Literal["model"] = "model"
    """What is asked for."""
    accepts: Annotated[tuple[str, ...], Field(min_length=1, json_schema_extra={"usually": "its id"})]
    """Ids of reference models, such as `["stack10", "stack8"]`, any one of which earns the points."""
    probes: Annotated[tuple[Probe, ...], Field(min_length=1, examples=[[{"inputs": [{"shape": [28, 28]}]}]])]
    """Inputs that a model may expect, tried in this order."""
    answers: Literal["exact", "logits or probabilities"] = "exact"
    """Whether a model may return logits where its reference returns probabilities, or the reverse."""
    own_vocabulary: bool = False
    """Whether a model may know another number of words than its reference: its embedding then has as many rows."""

    @model_validator(mode="before")
    @classmethod
    def _accept_own(cls, given: Any) -> Any:
        """The reference of a task that names none."""
        return {"accepts": [given["id"]]} | given if isinstance(given, dict) and "id" in given else given
