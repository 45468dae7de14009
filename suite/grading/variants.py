"""Which variant of an assignment a student has: said on the page, and found in the notebook."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from suite.assignments import Assignment
from suite.assignments.variants import Value, say_values
from suite.records import Submission, text
from suite.text.untrusted import listed

MAGIC = re.compile(r"^[%!]", re.MULTILINE)


def with_variant(submission: Submission, assignment: Assignment) -> Submission:
    """The submission with a remark on its variant; where it isn't known whose it is, with a problem instead."""
    if assignment.variants is None or submission.problem is not None:
        return submission
    drawn = assignment.drawn_for(submission.identity)
    if not drawn:
        who = submission.identity
        seen = listed(dict.fromkeys(filter(None, (who.id, who.name, who.email, submission.student))))
        values = listed(assignment.variants.values)
        problem = text("variant_unknown", name=submission.student, values=values, seen=seen)
        return replace(submission, problem=problem, ungraded=True)
    remarks = [text("note_variant", expected=say_values(drawn))]
    written = written_values(submission.notebook)
    other = {name: written[name] for name, value in drawn.items() if name in written and written[name] != value}
    if other:
        own = say_values({name: drawn[name] for name in other})
        remarks.append(text("note_variant_other", expected=own, seen=say_values(other)))
    return replace(submission, remarks=(*submission.remarks, *remarks))


def written_values(notebook: str) -> Mapping[str, Value]:
    """The numbers and texts that a notebook first binds to names, outside of functions and blocks."""
    found: dict[str, Value] = {}
    for source in _sources(notebook):
        for name, value, _ in bindings(source):
            found.setdefault(name, value)
    return found


def bindings(source: str) -> Iterator[tuple[str, Value, ast.expr]]:
    """Each name that a cell binds to a number or a text, with the value and its place; none where it isn't Python.

    Lines with magics count as comments.
    """
    try:
        tree = ast.parse(MAGIC.sub("#", source))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for node in tree.body:
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            value = node.value
            if isinstance(value, ast.Constant) and type(value.value) in {int, str}:
                yield node.targets[0].id, value.value, value  # type: ignore[misc] # as the line above says


def _sources(notebook: str) -> Iterator[str]:
    """The sources of the code cells."""
    cells: list[dict[str, Any]] = json.loads(notebook or '{"cells": []}')["cells"]
    return ("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
