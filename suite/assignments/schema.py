"""The JSON Schema of an `assignment.toml`, by which editors complete keys and mark what is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel, ConfigDict, create_model

from suite.assignments.assignment import Assignment

DIALECT = "https://json-schema.org/draft/2020-12/schema"
TITLE: dict[str, Any] = {"anyOf": [{"type": "string"}, {"type": "object", "minProperties": 1}]}
"""A plain text, or one in each language."""
BY_NAME_ALONE = {"DataSettings": ("target", "inputs")}
"""Lists of which one element may stand by itself."""


def assignment_schema() -> dict[str, Any]:
    """The schema of the file, from the settings that read it."""
    fields: dict[str, Any] = {
        name: (field.annotation, field) for name, field in Assignment.model_fields.items() if not field.exclude
    }
    config = ConfigDict(extra="forbid", title="assignment.toml", use_attribute_docstrings=True)
    known: type[BaseModel] = create_model("AssignmentFile", __config__=config, **fields)
    schema = known.model_json_schema()
    for name, table in schema["$defs"].items():
        _loosen(name, table)
    _loosen("", schema)
    return {"$schema": DIALECT} | schema


def _loosen(name: str, table: dict[str, Any]) -> None:
    """Allow what is filled in when the file is read: keys with a usual value, titles as plain text, one as a list."""
    properties = table.get("properties", {})
    if name == "Titles":
        table.pop("required", None)
    for key in BY_NAME_ALONE.get(name, ()):
        properties[key] = {"anyOf": [{"type": "string"}, dict(properties[key])]}
    for key, value in properties.items():
        if any(each == {"$ref": "#/$defs/Titles"} for each in _parts(value)):
            properties[key] = {"description": value.get("description", ""), "anyOf": [{"type": "string"}, value]}
    required = [key for key in table.get("required", ()) if "usually" not in properties[key].get("anyOf", [{}, {}])[-1]]
    table["required"] = [key for key in required if "usually" not in properties[key]]


def _parts(value: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The schema itself, as a reference alone, and those that it allows."""
    if "$ref" in value:
        yield {"$ref": value["$ref"]}
    yield from (each for each in value.get("anyOf", ()) if isinstance(each, dict))
