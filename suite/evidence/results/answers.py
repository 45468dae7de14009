"""What a process answers about its functions and variables, validated."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field

from suite.errors import FrameError
from suite.evidence.interview.answers import Answer, Line, Name
from suite.evidence.results.arguments import Array, Node

MAX_PARTS = 1100  # of one value; the worker sends at most 1,000
MAX_DEPTH = 25
FORMS = ("array", "list", "number", "tuple")


class ResultAnswer(Answer):
    """Answer to `value` and `call`: nodes name arrays of the frame."""

    name: Name
    """The name under which it was found; empty if there is none."""
    near: Annotated[list[Name], Field(max_length=10)]
    """Names that are like a missing one."""
    result: Any
    """Its value, a node; `None` if it raised."""
    after: Annotated[list[Any], Field(max_length=100)]
    """The arguments after the call."""
    gradients: Annotated[list[Any], Field(max_length=100)]
    """By argument that is a tensor of floats."""
    raised: Name
    """Class of the exception; empty if none."""
    problem: Line
    """Its message."""


def check_node(node: Any, arrays: Mapping[str, Array]) -> Node:
    """A node of the described form, whose arrays came with it; `FrameError` for anything else."""
    return _check(node, arrays, [0], 0)


def _check(node: Any, arrays: Mapping[str, Array], seen: list[int], depth: int) -> Node:
    seen[0] += 1
    if not isinstance(node, dict) or seen[0] > MAX_PARTS or depth > MAX_DEPTH:
        raise FrameError("invalid answer: a value has at most 1,000 parts, each a JSON object")
    match node:
        case {"array": str() as key, "of": str() as form, "dtype": str() as dtype} if key in arrays and form in FORMS:
            return {"array": key, "of": form, "dtype": dtype[:300]}
        case {"text": str() as content}:
            return {"text": content}
        case {"none": True}:
            return {"none": True}
        case {"other": str() as name}:
            return {"other": name}
        case {"items": list() as items, "of": str() as form} if form in FORMS:
            return {"items": [_check(each, arrays, seen, depth + 1) for each in items], "of": form}
        case {"entries": list() as entries} if all(_is_entry(entry) for entry in entries):
            return {"entries": [[key, _check(each, arrays, seen, depth + 1)] for key, each in entries]}
    raise FrameError("invalid answer: a value of no known form")


def _is_entry(entry: Any) -> bool:
    return isinstance(entry, list) and len(entry) == 2 and isinstance(entry[0], str)  # noqa: PLR2004 - key and value
