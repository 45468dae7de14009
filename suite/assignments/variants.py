"""Variants: each student builds the same model in other sizes, drawn from the student's number: table `[variants]`."""

from __future__ import annotations

import hashlib
import itertools
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, TypeAlias

from pydantic import Field, model_validator

from suite.assignments.settings import Settings
from suite.errors import Words

Value: TypeAlias = int | str
PLACE = re.compile(r"\{(\w+)\}")
"""A name in an id of a model, such as `stack_{units}`."""
MOST_MODELS = 256
"""Models that one assignment may have in all its variants; each is recorded by `suite freeze`."""


class WholeRange(Settings):
    """Whole numbers from which one is drawn."""

    low: int
    """The least."""
    high: int
    """The largest."""

    @model_validator(mode="after")
    def _agree(self) -> WholeRange:
        if self.low > self.high:
            raise ValueError(
                Words(
                    "low should be at most high, such as low = 1, high = 9999; seen {low} and {high}",
                    low=self.low,
                    high=self.high,
                )
            )
        return self


class VariantSettings(Settings):
    """What differs from student to student.

    A student's values follow from the assignment's name, `salt` and what the class list says of who it is, so that they
    stay the same whenever it is graded.
    """

    values: Annotated[
        dict[str, Annotated[tuple[Value, ...], Field(min_length=1)] | WholeRange],
        Field(min_length=1, examples=[{"units": [8, 16, 24], "seed": {"low": 1, "high": 9999}}]),
    ]
    """For each variable of the notebook the values from which one is drawn, or the lowest and highest number. A name of
    the first kind may stand in `accepts`, such as `accepts = ["stack_{units}"]`: its reference is built by
    `build_stack(units=…)`."""
    salt: str = ""
    """Changes what is drawn, for another year."""

    @model_validator(mode="after")
    def _named(self) -> VariantSettings:
        if wrong := [name for name in self.values if not name.isidentifier()]:
            raise ValueError(Words("{name!r} is no name of a variable; write one such as units", name=wrong[0]))
        return self

    def draw(self, assignment: str, student: str) -> dict[str, Value]:
        """The values of one student."""
        return {name: self._draw(name, f"{assignment}\0{self.salt}\0{student}\0{name}") for name in self.values}

    def _draw(self, name: str, text: str) -> Value:
        number = int.from_bytes(hashlib.sha256(text.encode()).digest(), "big")
        choices = self.values[name]
        if isinstance(choices, WholeRange):
            return choices.low + number % (choices.high - choices.low + 1)
        return choices[number % len(choices)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Build:
    """How the reference of one variant is built."""

    function: str
    """Name of the function in the reference's file."""
    values: Mapping[str, Value]
    """Its keywords."""

    def fits(self, drawn: Mapping[str, Value]) -> bool:
        """Whether it is the reference of a student with these values."""
        return all(drawn[name] == value for name, value in self.values.items())

    def call(self, model_id: str) -> str:
        """The line that builds it."""
        return f"{model_id} = {self.function}({', '.join(f'{name}={value!r}' for name, value in self.values.items())})"


def expand(given: dict[str, Any]) -> dict[str, Any]:
    """The raw settings with an id for each variant in the place of those that hold names in braces.

    What has another form than settings should have is left to their validation.
    """
    try:
        choices = {name: values for name, values in given["variants"]["values"].items() if isinstance(values, list)}
        tasks, accuracy = list(given["tasks"]), given.get("accuracy", {})
        measured = dict(accuracy.get("models", {}))
        templates = dict.fromkeys([*itertools.chain(*(task.get("accepts", ()) for task in tasks)), *measured])
        found = {template: dict(_expand(template, choices)) for template in templates}
    except (AttributeError, KeyError, TypeError):
        return given
    if sum(map(len, found.values())) > MOST_MODELS:
        raise ValueError(Words("the variants make more than {most} models; give fewer values", most=MOST_MODELS))
    tasks = [task | {"accepts": [*_all(task["accepts"], found)]} if "accepts" in task else task for task in tasks]
    expanded = {
        "tasks": tasks,
        "builds": {each: build for ids in found.values() for each, build in ids.items() if build},
    }
    if measured:
        models = {each: settings for template, settings in measured.items() for each in found[template]}
        expanded |= {"accuracy": accuracy | {"models": models}}
    return given | expanded


def _all(templates: list[str], found: Mapping[str, Mapping[str, Build | None]]) -> Iterator[str]:
    for template in templates:
        yield from found[template]


def _expand(template: str, choices: Mapping[str, list[Value]]) -> Iterator[tuple[str, Build | None]]:
    """Each id that a template stands for, and how it is built; an id without names stands for itself."""
    names = list(dict.fromkeys(PLACE.findall(template)))
    if not names:
        yield template, None
        return
    if unknown := [name for name in names if name not in choices]:
        known = ", ".join(choices) or Words("none")
        raise ValueError(
            Words(
                "accepts names {{{name}}}, for which [variants] lists no values; with a list of values are: {known}",
                name=unknown[0],
                known=known,
            )
        )
    function = "build_" + template.partition("{")[0].rstrip("_")
    for values in itertools.product(*(choices[name] for name in names)):
        chosen = dict(zip(names, values, strict=True))
        model_id = template.format(**chosen)
        if not model_id.isidentifier():
            raise ValueError(
                Words(
                    "{template!r} becomes {model_id!r}, which is no name of a variable; use whole numbers from 0 on, "
                    "or words, and letters before them, such as stack_{{units}}",
                    template=template,
                    model_id=model_id,
                )
            )
        yield model_id, Build(function=function, values=chosen)


def say_values(values: Mapping[str, Value]) -> str:
    """Values as a notebook assigns them: `units = 16, seed = 7`."""
    return ", ".join(f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in values.items())
