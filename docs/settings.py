"""Prints docs/assignment.md, the keys of an `assignment.toml`, from the settings: `python docs/settings.py`."""

from __future__ import annotations

import re
import types
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from suite.assignments import Assignment
from suite.assignments.setting_errors import as_toml, tables_in

INTRODUCTION = """\
# The keys of an assignment.toml

An assignment is a folder with an `assignment.toml`, the reference models (`model_keras.py`, `model_torch.py`, or one of
them) and, in `student/`, the files that every notebook finds beside it. The shortest one asks for one model:

```toml
title = "A network for digits"
datasets = ["mnist"]

[[tasks]]
id = "digits" # built by build_digits() in model_keras.py
probes = [{ inputs = [{ shape = [28, 28, 1] }] }]
```

A key that isn't given has the default that stands here, so only what differs is written. `suite freeze NAME` then
records what the references show, and `suite verify NAME` tries the assignment. A wrong key is told with its line, what
was expected and an example.

Besides models a task may ask for functions, values or any model within bounds; `reference/gallery` has an example of
each, with right answers and mistakes.

This page is made by `python docs/settings.py` from the code that reads the file.
"""
LONGEST_DEFAULT = 60


def main() -> None:
    """Print the page."""
    print(INTRODUCTION)
    for title, model in _tables():
        print(f"## {title}\n\n{_paragraph(model.__doc__ or '')}\n")
        print("| key | takes | default | what it says |\n|---|---|---|---|")
        for name, field in model.model_fields.items():
            if not field.exclude:
                takes, default = _escape(_takes(field.annotation)), _escape(_default(field))
                print(f"| `{name}` | {takes} | {default} | {_escape(_paragraph(field.description or ''))} |")
        print()


def _tables() -> list[tuple[str, type[BaseModel]]]:
    """Every table with the heading that it stands under, outer ones first; each class once."""
    found: dict[type[BaseModel], str] = {}
    waiting: list[tuple[str, type[BaseModel]]] = [("At the top", Assignment)]
    while waiting:
        title, model = waiting.pop(0)
        if model in found:
            continue
        found[model] = title
        for name, field in model.model_fields.items():
            if not field.exclude:
                waiting += [(_heading(title, name, field, inner), inner) for inner in tables_in(field.annotation)]
    return [(title, model) for model, title in found.items()]


def _heading(outer: str, name: str, field: FieldInfo, inner: type[BaseModel]) -> str:
    """The table as it is written in the file."""
    place = name if outer == "At the top" else f"{outer.strip('`[]')}.{name}"
    kind = inner.model_fields.get("kind")
    if get_origin(field.annotation) is dict:
        return f"`[{place}.NAME]`"
    if outer == "At the top" and _is_list(field.annotation):
        return f"`[[{place}]]`" + (f" of kind `{get_args(kind.annotation)[0]}`" if kind else "")
    return f"`[{place}]`"


def _is_list(annotation: Any) -> bool:
    return any(get_origin(part) is tuple for part in (annotation, *get_args(annotation)))


def _takes(annotation: Any) -> str:
    """A type in words."""
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _takes(inner[0])
    if origin is Literal:
        return " or ".join(f"`{as_toml(each)}`" for each in inner)
    if origin in {Union, types.UnionType}:
        return " or ".join(dict.fromkeys(_takes(each) for each in inner if each is not type(None)))
    if origin is tuple:
        return f"list of {_takes(inner[0])}"
    if origin is dict:
        return f"table of {_takes(inner[-1])}"
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return "table"
    return {str: "text", int: "whole number", float: "number", bool: "true or false"}.get(annotation, "text")


def _default(field: FieldInfo) -> str:
    if isinstance(field.json_schema_extra, dict) and "usually" in field.json_schema_extra:
        return str(field.json_schema_extra["usually"])
    if field.is_required():
        return "**needed**"
    value = field.get_default(call_default_factory=True)
    if value is None or isinstance(value, BaseModel) or (isinstance(value, dict) and value):
        return "see below" if value is not None else "none"
    text = as_toml(value)
    return f"`{text}`" if len(text) <= LONGEST_DEFAULT else f"`{text[:LONGEST_DEFAULT]}…`"


def _paragraph(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def _escape(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    main()
